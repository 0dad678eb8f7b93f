"""Add and remove projects."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.app.access import Access
from engine.app.desk import Desk
from engine.domain.access import Asker, Sight
from engine.domain.errors import InvalidInput, NotAllowed, NotFound
from engine.domain.event import EventKind, NewEvent
from engine.domain.project import (
    Project,
    SourceKind,
    checked_name,
    checked_ref,
    needs_key,
    source_kind,
)
from engine.domain.values import ActorId, AgentName, EnvironmentName, HostName, ProjectName


@dataclass(frozen=True, slots=True, kw_only=True)
class AddRequest:
    """What a person asks for."""

    actor: ActorId
    is_local: bool
    """Whether it came over the local API; only from there a path of this machine is taken."""
    name: str
    source: str
    ref: str
    credential: str
    agent: AgentName
    environment: EnvironmentName
    host: HostName | None


class Projects:
    """Everything a person can ask of projects."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add(self, request: AddRequest) -> Project:
        """Add a project; whether its source can be cloned shows when a session is prepared.

        Raises:
            InvalidInput: its name, source or ref cannot be used, or ssh has no key.
            NotAllowed: it is a path of this machine, and does not come from an admin here.
            NotFound: the settings know no such credential, agent, environment or host.
            Conflict: there is a project of this name.
        """
        kind = source_kind(request.source)
        if kind is SourceKind.LOCAL and not self._may_use_paths(request):
            raise NotAllowed("Paths of this machine are taken only from admins on the local API.")
        if needs_key(request.source) and not request.credential:
            raise InvalidInput(
                "A source over ssh needs credential=NAME, which holds its private key."
            )
        self._require_known(request)
        project = Project(
            name=checked_name(request.name),
            source=request.source,
            kind=kind,
            ref=checked_ref(request.ref),
            credential=request.credential,
            agent=request.agent,
            environment=request.environment,
            host=request.host,
            created_at=self._desk.now,
        )
        self._desk.tx.projects.add(project)
        self._tell(project, "added")
        return project

    def all(self, sight: Sight) -> Sequence[Project]:
        """Return every project that may be seen, by name."""
        return [p for p in self._desk.tx.projects.all() if sight.covers(p.name)]

    def find(self, name: str) -> Project:
        """Return a project.

        Raises:
            NotFound: there is none of this name.
        """
        return self._desk.tx.projects.get(ProjectName(name))

    def remove(self, name: str) -> Project:
        """Remove a project; its sessions go on and keep their work.

        Raises:
            NotFound: there is none of this name.
        """
        project = self.find(name)
        self._desk.tx.projects.remove(project.name)
        self._tell(project, "removed")
        return project

    def _may_use_paths(self, request: AddRequest) -> bool:
        rights = Access(self._desk).rights(Asker(request.actor))
        return request.is_local and rights.is_admin(None)

    def _require_known(self, request: AddRequest) -> None:
        settings = self._desk.settings
        known = (
            ("credential", request.credential, settings.source_credentials),
            ("agent", request.agent, settings.agents),
            ("environment", request.environment, settings.environments),
            ("host", request.host or "", {host.name for host in settings.hosts}),
        )
        for noun, name, names in known:
            if name and name not in names:
                listed = ", ".join(sorted(names)) or "none"
                raise NotFound(f"There is no {noun} {name}; halyard.yaml has: {listed}.")

    def _tell(self, project: Project, state: str) -> None:
        data = {"project": project.name, "state": state}
        self._desk.tx.events.append(NewEvent(kind=EventKind.PROJECT, at=self._desk.now, data=data))
