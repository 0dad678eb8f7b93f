"""Who may do what, as messages."""

from collections.abc import Sequence

from bot.core.call import Call
from bot.core.message import Button, Buttons, Fields, Message, Mono, Table, Text, Tone, text
from bot.views.words import moment
from engine.api import (
    PERMISSIONS,
    Grant,
    Json,
    Permission,
    Standing,
    Subject,
    holders_of,
    is_group,
    place_of,
    words,
)

COUNTED = (
    "What was given to the groups that they are in now, with any account of theirs, is counted as"
    " far as the platforms tell."
)


def granted(grant: Grant, *, is_early: bool) -> Message:
    """A role that somebody has from now on, or once its project is added."""
    gives = words(_permissions(grant), last="and")
    early = f" There is no project {grant.project} yet: it holds once there is." if is_early else ""
    return Message(
        title=f"{grant.subject} is {grant.role} {place_of(grant.project)}",
        blocks=(text(f"The role gives: {gives}.{early}"), _check(grant.subject)),
        tone=Tone.GOOD,
        data=plain(grant),
    )


def revoked(grant: Grant, left: Standing) -> Message:
    """A role that somebody had, and what they can do without it."""
    still = [p for p in Permission if left.rights.has(p, left.project)]
    told = f"What they still have there: {words(still, last='and') if still else 'nothing'}."
    if left.rights.is_bootstrap:
        told = "They stay an admin: halyard.yaml names them under `admins:`, or they run Halyard."
    return Message(
        title=f"{grant.subject} is no longer {grant.role} {place_of(grant.project)}",
        blocks=(text(told), _check(grant.subject)),
        tone=Tone.GOOD,
        data=plain(grant),
    )


def listed(grants: Sequence[Grant]) -> Message:
    """Grants, one a row."""
    always = (
        "Who is under `admins:` of halyard.yaml, root, and Halyard's own user may do everything."
    )
    if not grants:
        give = Mono("access grant WHO ROLE")
        return Message(
            title="No role was given here",
            blocks=(text(always, " Others get a role with ", give, "."),),
            data=[],
        )
    rows = tuple((g.subject, g.role, g.project or "everywhere", g.by, moment(g.at)) for g in grants)
    return Message(
        title="Roles that were given",
        blocks=(Table(("who", "role", "where", "given by", "given"), rows), text(always)),
        data=[plain(grant) for grant in grants],
    )


def checked(standing: Standing, permission: Permission | None) -> Message:
    """What somebody may do somewhere, and why."""
    asked = [permission] if permission else list(Permission)
    has = {p: standing.rights.has(p, standing.project) for p in asked}
    where = place_of(standing.project)
    title = f"What {standing.subject} may do {where}"
    if permission:
        title = f"{standing.subject} {'may' if has[permission] else 'may not'} {permission} {where}"
    return Message(
        title=title,
        blocks=(
            Fields(tuple((p.value, why(standing, p)) for p in asked)),
            *_counted(standing),
        ),
        tone=Tone.GOOD if all(has.values()) else Tone.NEUTRAL,
        data={
            "who": standing.subject,
            "project": standing.project,
            "permissions": {p.value: {"has": has[p], "why": why(standing, p)} for p in asked},
        },
    )


def why(standing: Standing, permission: Permission) -> str:
    """Return a sentence that says whether they have a permission, and from where."""
    grant = standing.rights.source(permission, standing.project)
    if grant is not None:
        return (
            f"Yes: {grant.subject} is {grant.role} {place_of(grant.project)}, given by {grant.by}"
            f" on {moment(grant.at)}."
        )
    if standing.rights.is_bootstrap:
        return "Yes: halyard.yaml names them under `admins:`, or they run Halyard."
    givers = words(standing.givers, last="or")
    return f"No: no grant gives it. {holders_of(permission)}; {givers} can give one."


def plain(grant: Grant) -> dict[str, Json]:
    """A grant for programs."""
    return {
        "who": grant.subject,
        "role": grant.role,
        "project": grant.project,
        "by": grant.by,
        "at": grant.at.isoformat(),
    }


def _counted(standing: Standing) -> tuple[Text, ...]:
    """Say whether groups were looked at: platforms are asked only about who asks."""
    if is_group(standing.subject):
        return ()
    if standing.is_asker:
        return (text(COUNTED),)
    return (text("What was given to groups is not counted: theirs are known only as they ask."),)


def _permissions(grant: Grant) -> Sequence[Permission]:
    return [permission for permission in Permission if permission in PERMISSIONS[grant.role]]


def _check(subject: Subject) -> Buttons:
    return Buttons((Button("What they have", Call("access list", {"who": subject})),))
