"""Give and take roles, and tell who has which."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from engine.app.access import Access
from engine.app.desk import Desk
from engine.domain.access import Asker, Grant, Rights, Role, checked_subject, place_of, words
from engine.domain.errors import NotAllowed, NotFound
from engine.domain.event import EventKind, NewEvent
from engine.domain.project import checked_name
from engine.domain.values import ActorId, ProjectName, Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a subject may do on a project, or everywhere, and why."""

    subject: Subject
    project: ProjectName | None
    rights: Rights
    is_asker: bool
    """Whether it is who asks, so that the grants to their groups count as well."""
    givers: Sequence[Subject]
    """Who can give a role there."""


class Grants:
    """Everything a person can ask of grants."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._access = Access(desk)

    def grant(self, subject: str, role: Role, project: str, *, by: Asker) -> Grant:
        """Give a role on a project, or everywhere if `project` is empty; again changes nothing.

        Raises:
            InvalidInput: the subject is no actor and no group, or the project can be none.
            NotAllowed: the giver has not all of it themselves.
        """
        wanted = self._within_reach(subject, role, project, by)
        found = self._find(wanted)
        if found is not None:
            return found
        self._desk.tx.grants.add(wanted)
        self._tell(wanted, "granted", by)
        return wanted

    def is_early(self, grant: Grant) -> bool:
        """Whether there is no project of this name yet, so that the role holds once there is."""
        projects = self._desk.tx.projects.all()
        return grant.project is not None and all(p.name != grant.project for p in projects)

    def revoke(self, subject: str, role: Role, project: str, *, by: Asker) -> Grant:
        """Take a role back where it was given; other grants to the subject stay.

        Raises:
            InvalidInput: the subject is no actor and no group, or the project can be none.
            NotAllowed: the taker could not have given it.
            NotFound: it was not given there.
        """
        found = self._find(self._within_reach(subject, role, project, by))
        if found is None:
            raise NotFound(
                f"{subject} was not given the role {role} {place_of(_project(project))};"
                f" `access list who={subject}` shows what they were given."
            )
        self._desk.tx.grants.remove(found)
        self._tell(found, "revoked", by)
        return found

    def all(self, subject: str, project: str, *, by: Asker) -> Sequence[Grant]:
        """Return the grants that the asker may see, to one subject and for one project if given.

        Those to other accounts of the same person are among them.

        Raises:
            InvalidInput: the subject is no actor and no group, or the project can be none.
        """
        tx, sight = self._desk.tx, self._access.sight(by)
        found = tx.grants.of(self._same(subject)) if subject else tx.grants.all()
        seen = [g for g in found if g.project is None or sight.covers(g.project)]
        wanted = _project(project)
        return [g for g in seen if wanted is None or g.project in {None, wanted}]

    def standing(self, subject: str, project: str, *, by: Asker) -> Standing:
        """Return what a subject may do there; with an empty one, who asks.

        Raises:
            InvalidInput: the subject is no actor and no group, or the project can be none.
        """
        who = checked_subject(subject) if subject else Subject(by.actor)
        is_asker = who == Subject(by.actor)
        where = _project(project)
        return Standing(
            subject=who,
            project=where,
            rights=self._access.rights(by if is_asker else _unasked(who)),
            is_asker=is_asker,
            givers=self._access.givers(where),
        )

    def _same(self, subject: str) -> Collection[Subject]:
        return self._access.known(_unasked(checked_subject(subject))).subjects

    def _within_reach(self, subject: str, role: Role, project: str, by: Asker) -> Grant:
        """Return the grant as it would be; only who has there all that it can give may do so."""
        where = _project(project)
        if not self._access.rights(by).is_admin(where):
            givers = words(self._access.givers(where), last="or")
            raise NotAllowed(
                f"{by.actor} can neither give nor take the role {role} {place_of(where)}, which"
                f" takes an admin there; {givers} can."
            )
        return Grant(
            subject=checked_subject(subject),
            role=role,
            project=where,
            by=by.actor,
            at=self._desk.now,
        )

    def _find(self, wanted: Grant) -> Grant | None:
        given = self._desk.tx.grants.of([wanted.subject])
        same = (wanted.role, wanted.project)
        return next((grant for grant in given if (grant.role, grant.project) == same), None)

    def _tell(self, grant: Grant, state: str, by: Asker) -> None:
        data = {
            "subject": grant.subject,
            "role": grant.role,
            "project": grant.project,
            "by": by.actor,
            "state": state,
        }
        self._desk.tx.events.append(NewEvent(kind=EventKind.ACCESS, at=self._desk.now, data=data))


def _unasked(subject: Subject) -> Asker:
    """Return a subject as if it asked, in no group; a group is no person, and has no accounts."""
    return Asker(ActorId(subject))


def _project(name: str) -> ProjectName | None:
    return checked_name(name) if name else None
