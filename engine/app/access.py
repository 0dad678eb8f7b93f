"""Who may do what, decided as it is asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.app.desk import Desk
from engine.domain.access import (
    Asker,
    Deciders,
    Rights,
    Sight,
    Target,
    holders_of,
    is_group,
    may_decide,
    spaces_of,
    words,
)
from engine.domain.errors import NotAllowed, NotFound
from engine.domain.project import no_project
from engine.domain.session import Session, no_session
from engine.domain.values import ActorId, FileId, Permission, ProjectName, Subject
from engine.ports.files import NO_FILE


class Access:
    """Permissions by actor and group; denied unless given."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def known(self, asker: Asker) -> Asker:
        """Return the asker with all accounts of the same person."""
        if asker.accounts:
            return asker
        linked = [account.actor for account in self._desk.tx.people.accounts(asker.actor)]
        return replace(asker, accounts=linked or (asker.actor,))

    def elsewhere(self, actor: ActorId) -> Mapping[ActorId, frozenset[str]]:
        """Return the other accounts of an actor's person, each with the spaces to ask for groups.

        Where no group was given anything, nobody need ask.
        """
        tx = self._desk.tx
        others = [one.actor for one in tx.people.accounts(actor) if one.actor != actor]
        if not others:
            return {}
        groups = [grant.subject for grant in tx.grants.all() if is_group(grant.subject)]
        found = {other: spaces_of(groups, other) for other in others}
        return {other: spaces for other, spaces in found.items() if spaces}

    def rights(self, asker: Asker) -> Rights:
        """Return what the asker may do: what was given to any account of theirs, and to groups.

        What the settings give stays with the account that they name. No command takes it away
        again, so no code that was said by mistake may pass it on.
        """
        return Rights(
            is_bootstrap=asker.actor in self._desk.settings.admins,
            grants=self._desk.tx.grants.of(self.known(asker).subjects),
        )

    def sight(self, asker: Asker) -> Sight:
        """Return what the asker may see."""
        return self.rights(asker).sight

    def require(self, asker: Asker, permission: Permission, targets: Sequence[Target] = ()) -> None:
        """Return if the asker has the permission on each target; with none, on some project.

        Raises:
            NotFound: they may not see a target; the text is that of one that is not there.
            NotAllowed: they have not; the text says which roles have it, and who can give one.
        """
        rights = self.rights(asker)
        if not targets and rights.has_somewhere(permission):
            return
        if not targets or not rights.has_somewhere(Permission.VIEW):
            raise self._refusal(asker, permission, None)
        for target in targets:
            _require_sight(rights.sight, target)
            if not rights.has(permission, target.project):
                raise self._refusal(asker, permission, target.project)

    def require_file(self, asker: Asker, file: FileId) -> None:
        """Return if the asker may see all projects, or one whose session took or made the file.

        Raises:
            NotFound: they may not; the text is that of a file that is not there.
        """
        sight, tx = self.sight(asker), self._desk.tx
        if sight.projects is None:
            return
        sessions = (tx.sessions.get(job.session) for job in tx.jobs.with_file(file))
        if not any(sight.covers(session.project) for session in sessions):
            raise NotFound(NO_FILE)

    def require_decider(self, asker: Asker, session: Session) -> None:
        """Return if the asker may decide what the session's agent asks.

        Raises:
            NotAllowed: they may not; the text says who may.
        """
        if self.may_decide(asker, session):
            return
        refused = f"{asker.actor} may not decide what session {session.name} asks"
        if self._desk.settings.deciders is Deciders.OWNER:
            raise NotAllowed(f"{refused}: only its owner, {session.owner}, and admins may.")
        raise NotAllowed(
            f"{refused}: its owner, {session.owner}, may, and who has the permission"
            f" {Permission.DECIDE}. {self._way_to(Permission.DECIDE, session.project)}"
        )

    def may_decide(self, asker: Asker, session: Session) -> bool:
        """Whether the asker may decide what the session's agent asks."""
        known = self.known(asker)
        return may_decide(self._desk.settings.deciders, known, self.rights(known), session)

    def givers(self, project: ProjectName | None) -> Sequence[Subject]:
        """Return who can give roles on a project, or everywhere: grants first, then settings."""
        granted = [
            grant.subject
            for grant in self._desk.tx.grants.all()
            if grant.gives(Permission.GRANT, project)
        ]
        return list(dict.fromkeys([*granted, *map(Subject, sorted(self._desk.settings.admins))]))

    def _refusal(
        self, asker: Asker, permission: Permission, project: ProjectName | None
    ) -> NotAllowed:
        where = f" on {project}" if project else ""
        return NotAllowed(
            f"{asker.actor} may not do this: it takes the permission {permission}{where}."
            f" {self._way_to(permission, project)}"
        )

    def _way_to(self, permission: Permission, project: ProjectName | None) -> str:
        givers = words(self.givers(project), last="or")
        return f"{holders_of(permission)}; {givers} can give one with `access grant`."


def _require_sight(sight: Sight, target: Target) -> None:
    if target.is_new or sight.covers(target.project):
        return
    raise no_session(target.session) if target.session else no_project(target.project)
