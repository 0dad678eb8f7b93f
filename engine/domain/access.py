"""Who may do what: roles, grants, and what follows from them. Nobody has what nobody gave."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.domain.errors import InvalidInput
from engine.domain.event import Event
from engine.domain.session import Session, parse_session_name
from engine.domain.values import ActorId, GroupId, Permission, ProjectName, Subject

_N, _W = r"(?:0|[1-9][0-9]{0,19})", r"[A-Z0-9]{1,20}"
ACTOR = re.compile(f"local:{_N}|discord:{_N}|slack:{_W}:{_W}")
GROUP = re.compile(f"discord-role:{_N}:{_N}|slack-group:{_W}:{_W}")
"""One spelling for each: a grant to another one would never hold, and nobody would know why."""
SHOWN_MAX_CHARS = 60
NAMES_SHOWN = 5


class Role(StrEnum):
    """What a grant gives; who has several grants has all that each of them gives."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    APPROVER = "approver"
    MAINTAINER = "maintainer"
    ADMIN = "admin"


PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.VIEWER: frozenset({Permission.VIEW}),
    Role.OPERATOR: frozenset({Permission.VIEW, Permission.PROMPT}),
    # Who looks over the work of others need not be able to make agents work; who should do both
    # is given both roles.
    Role.APPROVER: frozenset({Permission.VIEW, Permission.DECIDE}),
    Role.MAINTAINER: frozenset(Permission) - {Permission.GRANT},
    Role.ADMIN: frozenset(Permission),
}


class Deciders(StrEnum):
    """Who may decide an approval, besides admins."""

    OWNER = "owner"
    """Who started the session."""
    APPROVERS = "approvers"
    """The owner, and who has the permission to decide."""
    ANYONE = "anyone"
    """Whoever may see the session."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, with the groups that platforms say they are in as they ask."""

    actor: ActorId
    """The account that they ask with."""
    groups: frozenset[GroupId] = frozenset()
    """Those of any of their accounts, as far as somebody told."""
    accounts: Sequence[ActorId] = ()
    """All of the same person, the one that stands for them first; empty as long as nobody knows."""

    @property
    def subjects(self) -> frozenset[Subject]:
        """All that a grant to them may be made out to."""
        return frozenset(map(Subject, (self.actor, *self.accounts, *self.groups)))

    def is_also(self, actor: ActorId) -> bool:
        """Whether an actor is the same person."""
        return actor == self.actor or actor in self.accounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role, given to an actor or a group on one project or everywhere."""

    subject: Subject
    role: Role
    project: ProjectName | None
    """None: everywhere, also on projects that are added later."""
    by: ActorId
    at: datetime

    def gives(self, permission: Permission, project: ProjectName | None) -> bool:
        """Whether the permission comes with it there; with no project, everywhere."""
        return permission in PERMISSIONS[self.role] and self.project in {None, project}


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody may see."""

    projects: frozenset[ProjectName] | None
    """None: all there are."""

    def covers(self, project: ProjectName) -> bool:
        """Whether a project, and all that belongs to it, may be seen."""
        return self.projects is None or project in self.projects

    def shows(self, event: Event) -> bool:
        """Whether an event may be seen that is of no session."""
        project = event.data.get("project")
        return project is None or self.covers(ProjectName(str(project)))


EVERYTHING = Sight(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What somebody may do."""

    is_bootstrap: bool
    """Whether the settings name the very account, which no grant, revoke or link changes."""
    grants: Sequence[Grant]
    """Those to them and to their groups, and to nobody else."""

    def has(self, permission: Permission, project: ProjectName | None) -> bool:
        """Whether they have it on a project; with none, everywhere."""
        return self.is_bootstrap or self.source(permission, project) is not None

    def has_somewhere(self, permission: Permission) -> bool:
        """Whether there is a project, or could be one, that they have it on."""
        return self.is_bootstrap or any(permission in PERMISSIONS[g.role] for g in self.grants)

    def source(self, permission: Permission, project: ProjectName | None) -> Grant | None:
        """Return the first grant that gives it there, if one does."""
        return next((g for g in self.grants if g.gives(permission, project)), None)

    def is_admin(self, project: ProjectName | None) -> bool:
        """Whether they have there all that there is to have."""
        return self.has(Permission.GRANT, project)

    @property
    def sight(self) -> Sight:
        """What they may see."""
        if self.has(Permission.VIEW, None):
            return EVERYTHING
        return Sight(frozenset(grant.project for grant in self.grants if grant.project))


def may_decide(who: Deciders, asker: Asker, rights: Rights, session: Session) -> bool:
    """Whether somebody may decide what the agent of a session asks, as the setting has it."""
    project = session.project
    if not rights.has(Permission.VIEW, project):
        return False
    if who is Deciders.ANYONE or asker.is_also(session.owner):
        return True
    if who is Deciders.OWNER:
        return rights.is_admin(project)
    return rights.has(Permission.DECIDE, project)


def place_of(project: ProjectName | None) -> str:
    """Return where a grant holds, as the end of a sentence."""
    return f"on {project}" if project else "everywhere"


def words(names: Sequence[str], *, last: str) -> str:
    """Return names as a part of a sentence: the first few, and how many more there are."""
    shown = list(names[:NAMES_SHOWN])
    if len(names) > NAMES_SHOWN:
        shown.append(f"{len(names) - NAMES_SHOWN} more")
    *first, end = shown or ["nobody"]
    return f"{', '.join(first)} {last} {end}" if first else end


def holders_of(permission: Permission) -> str:
    """Return which roles have a permission, as a sentence without its end."""
    roles = [role for role in Role if permission in PERMISSIONS[role]]
    if len(roles) == 1:
        return f"The role {roles[0]} has it"
    return f"The roles {words(roles, last='and')} have it"


def is_group(subject: str) -> bool:
    """Whether it is the id of a group and not of an actor."""
    return GROUP.fullmatch(subject) is not None


def spaces_of(groups: Collection[Subject], actor: ActorId) -> frozenset[str]:
    """Return the servers or teams of those groups that the actor may be in.

    An account that is of one team, as it is called after it, is in no group of another.
    """
    platform, *home, _user = actor.split(":")
    spaces = {group.split(":")[1] for group in groups if group.startswith(f"{platform}-")}
    return frozenset(spaces & set(home) if home else spaces)


def checked_subject(text: str) -> Subject:
    """Return `text` as what a grant may be made out to.

    Raises:
        InvalidInput: it is the id of no actor and no group.
    """
    if not ACTOR.fullmatch(text) and not is_group(text):
        raise InvalidInput(
            f"{text[:SHOWN_MAX_CHARS]!r} is neither an actor nor a group. An actor is local:USER,"
            " discord:USER or slack:TEAM:USER; a group is discord-role:SERVER:ROLE or"
            " slack-group:TEAM:GROUP; each with the ids of its platform."
        )
    return Subject(text)


@dataclass(frozen=True, slots=True)
class Target:
    """A project that a value names, by itself or by one of its sessions."""

    project: ProjectName
    session: str = ""
    """The session, as it was called, if that is what was named."""
    is_new: bool = False
    """Whether it is a project that is yet to be."""

    @classmethod
    def of_session(cls, name: str) -> "Target | None":
        """Return the target that a session's name stands for; none if it is no such name."""
        parsed = parse_session_name(name)
        return cls(parsed[0], session=name) if parsed else None
