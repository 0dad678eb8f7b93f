"""Approvals as messages."""

from collections.abc import Sequence
from datetime import datetime

from bot.core.call import Call
from bot.core.message import (
    Block,
    Button,
    Buttons,
    Code,
    Fields,
    Message,
    Mono,
    Person,
    Span,
    Table,
    Text,
    Tone,
    When,
    text,
)
from bot.views.share import NO_LONGER
from bot.views.tool import details
from bot.views.words import moment, session_of, shortened
from engine.api import (
    ActorId,
    Approval,
    ApprovalState,
    Json,
    Scope,
    Session,
    can_be_allowed,
)

_BY_ITSELF = {
    ApprovalState.EXPIRED: "Nobody answered in time, so it counts as denied.",
    ApprovalState.WITHDRAWN: "The turn was cut before anybody answered.",
}


def listed(approvals: Sequence[tuple[str, Approval]]) -> Message:
    """Approvals with their names, one a row."""
    if not approvals:
        return Message(title="No approval", blocks=(text("Nothing waits for you."),), data=[])
    rows = tuple(
        (name, a.state, a.kind, shortened(a.title), moment(a.created_at)) for name, a in approvals
    )
    return Message(
        title="Approvals",
        blocks=(Table(("approval", "state", "kind", "what", "asked"), rows),),
        data=[plain(name, approval) for name, approval in approvals],
    )


def shown(name: str, approval: Approval) -> Message:
    """All that the agent asks, so that nothing is allowed unseen."""
    facts = (
        ("What", approval.title),
        ("Kind", approval.kind),
        ("Subject", shortened(approval.subject.replace("\x1f", " "), max_chars=200)),
        ("State", approval.state),
        ("Asked", moment(approval.created_at)),
        ("Decided by", approval.decided_by or ""),
    )
    blocks: list[Block] = [Fields(tuple((key, value) for key, value in facts if value))]
    blocks += details(approval.detail, approval.subject)
    if approval.state is ApprovalState.OPEN:
        blocks.append(choices(name, approval))
    return Message(
        title=f"Approval {name}",
        blocks=tuple(blocks),
        data=plain(name, approval),
        session=session_of(name),
    )


def closed(name: str, approval: Approval) -> Message:
    """What a person has just decided."""
    return Message(
        title=f"Approval {name} is {approval.state}",
        blocks=(text("The agent is told.", *_from_now_on(approval)),),
        tone=Tone.GOOD if approval.state is ApprovalState.ALLOWED else Tone.NEUTRAL,
        data=plain(name, approval),
        session=session_of(name),
    )


def asked(
    name: str, approval: Approval, session: Session, asker: ActorId | None, due_at: datetime
) -> Message:
    """A question as a thread sees it: all that would run, and who may say whether it does."""
    where = f" on {session.host}" if session.host else ""
    by = ("It works for ", Person(asker), ".") if asker else ()
    return Message(
        title=f"{session.agent} asks ({name}): {shortened(approval.title)}",
        blocks=(
            *_what(approval),
            *details(approval.detail, approval.subject),
            text("In session ", Mono(session.name), f"{where}. ", *by),
            text("Without an answer it is denied, at the earliest ", When(due_at), "."),
            choices(name, approval),
        ),
        pings=(session.owner,),
        tone=Tone.BAD,
        data=plain(name, approval),
        session=session.name,
    )


def decided(name: str, approval: Approval) -> Message:
    """The same question once nobody can answer it any more."""
    return Message(
        title=f"Approval {name} is {approval.state}",
        blocks=(*_what(approval), _by_whom(approval)),
        tone=Tone.GOOD if approval.state is ApprovalState.ALLOWED else Tone.NEUTRAL,
        data=plain(name, approval),
        session=session_of(name),
    )


def unfollowed(name: str, approval: Approval) -> Message:
    """The same question where nobody follows its session any more."""
    return Message(
        title=f"Approval {name} is decided elsewhere",
        blocks=(*_what(approval), NO_LONGER),
        data=plain(name, approval),
        session=session_of(name),
    )


def _from_now_on(approval: Approval) -> tuple[Span, ...]:
    """Say what nobody is asked about any more, if that was allowed."""
    if approval.scope is not Scope.SESSION:
        return ()
    subject = Mono(shortened(approval.subject.replace("\x1f", " "), max_chars=200))
    return (f" For the rest of the session, {approval.kind} of ", subject, " needs no answer.")


def _what(approval: Approval) -> tuple[Block, ...]:
    facts = Fields((("What", approval.title), ("Kind", approval.kind)))
    subject = approval.subject.replace("\x1f", " ")
    return (facts, Code(subject)) if subject else (facts,)


def _by_whom(approval: Approval) -> Text:
    far = ", for the rest of the session" if approval.scope is Scope.SESSION else ""
    if approval.decided_by is not None:
        return text("Decided by ", Person(approval.decided_by), f"{far}.")
    return text(_BY_ITSELF.get(approval.state, f"By what was allowed before{far}."))


def choices(name: str, approval: Approval) -> Buttons:
    """The answers that there are; for the session only what can be recognised again."""
    values = {"approval": name}
    buttons = [Button("Deny", Call("approval deny", values))]
    if can_be_allowed(approval) and approval.subject:
        call = Call("approval allow", {**values, "scope": Scope.SESSION})
        buttons.insert(0, Button("Allow for the session", call))
    if can_be_allowed(approval):
        buttons.insert(0, Button("Allow once", Call("approval allow", values)))
    return Buttons(tuple(buttons))


def plain(name: str, approval: Approval) -> dict[str, Json]:
    """An approval for programs."""
    return {
        "approval": name,
        "state": approval.state,
        "title": approval.title,
        "kind": approval.kind,
        "subject": approval.subject,
        "detail": approval.detail,
        "scope": approval.scope,
        "decided_by": approval.decided_by,
        "created_at": approval.created_at.isoformat(),
        "shown_at": approval.shown_at.isoformat() if approval.shown_at else None,
    }
