"""What there is to see: rows and events, read together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from engine.app.access import Access
from engine.app.desk import Desk
from engine.app.sessions import Sessions
from engine.domain.access import Asker, Sight
from engine.domain.agent import Agent
from engine.domain.alert import Alert
from engine.domain.approval import Approval
from engine.domain.errors import NotFound
from engine.domain.event import Event, EventKind
from engine.domain.host import HostSettings, HostState, HostStatus
from engine.domain.mirror import Mirror
from engine.domain.session import Session, SessionState
from engine.domain.task import ACTIVE, Task, TaskState
from engine.domain.values import AgentName, EventNumber, HostName, Json, Permission, SessionId
from engine.domain.volume import VolumeSizes

ThingT = TypeVar("ThingT", Approval, Task)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionView:
    """A session with what is derived, never stored."""

    session: Session
    is_waiting: bool
    """Whether an approval is open."""
    is_unreachable: bool
    """Whether its host does not answer, so that its state may be old."""
    tasks: Sequence[Task]
    """All, or at a glance those that the agent has or that a person must decide."""
    queued: int
    """How many tasks wait."""
    approvals: Sequence[Approval]
    """The open ones."""
    plan: Sequence[Mapping[str, Json]]
    usage: Mapping[str, Json]
    """used, size and claimed_microusd, as last claimed."""
    events: int
    volumes: VolumeSizes | None = None
    """What its volumes held when they were last measured."""
    mirrors: Sequence[Mirror] = ()
    """Where it is shared with."""

    @property
    def active(self) -> Task | None:
        """The task that the agent has."""
        return next((task for task in self.tasks if task.state in ACTIVE), None)

    @property
    def unknown(self) -> Sequence[Task]:
        """The tasks that a person must decide."""
        return [task for task in self.tasks if task.state is TaskState.UNKNOWN]


@dataclass(frozen=True, slots=True, kw_only=True)
class HostView:
    """A host of the settings, as last observed."""

    settings: HostSettings
    status: HostStatus
    used: int
    """Slots in use."""
    volumes_bytes: int = 0
    """What the volumes of all its sessions hold, of those that were measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The whole installation at a glance."""

    hosts: Sequence[HostView]
    sessions: Sequence[SessionView]
    """All that have not ended."""
    approvals: Sequence[tuple[str, Approval]]
    """What waits for a person, with the name to decide it by."""
    unknown: Sequence[tuple[str, Task]]
    alerts: Sequence[Alert]
    head: EventNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Events for one reader."""

    events: Sequence[Event]
    until: EventNumber
    """All events up to here were looked at; what is not among these is not for the reader."""
    is_all: bool
    """Whether there is no other behind them."""


class Views:
    """Everything a person can look at."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def session(self, name: str) -> SessionView:
        """Return a session with what is derived.

        Raises:
            NotFound: there is none of this name.
        """
        return self.of(Sessions(self._desk).find(name))

    def of(self, session: Session) -> SessionView:
        """Return what is to be seen of a session."""
        tx = self._desk.tx
        return replace(
            self.glance(session),
            tasks=tx.tasks.of(session.id),
            events=tx.events.count(session.id),
            mirrors=tx.mirrors.of(session.id),
        )

    def glance(self, session: Session) -> SessionView:
        """Return the same without what grows with its age, and without its mirrors."""
        tx = self._desk.tx
        approvals = tx.approvals.open(session.id)
        status = tx.hosts.all().get(session.host) if session.host else None
        return SessionView(
            session=session,
            is_waiting=bool(approvals),
            is_unreachable=not session.is_over and _is_down(status),
            tasks=tx.tasks.pressing_of(session.id),
            queued=tx.tasks.count_queued(session.id),
            approvals=approvals,
            plan=_entries(self._newest(session, EventKind.PLAN)),
            usage=self._newest(session, EventKind.USAGE),
            events=0,
            volumes=tx.volumes.find(session.id),
        )

    def hosts(self) -> Sequence[HostView]:
        """Return all hosts of the settings."""
        used = self._desk.tx.sessions.used_slots()
        seen = self._desk.tx.hosts.all()
        held = self._desk.tx.volumes.held()
        return [
            HostView(
                settings=host,
                status=seen.get(host.name) or _unseen(host.name),
                used=used.get(host.name, 0),
                volumes_bytes=held.get(host.name, 0),
            )
            for host in self._desk.settings.hosts
        ]

    def host(self, name: str) -> HostView:
        """Return a host.

        Raises:
            NotFound: the settings have none of this name.
        """
        for view in self.hosts():
            if view.settings.name == name:
                return view
        raise NotFound(f"There is no host {name}; `host list` shows those there are.")

    def agents(self) -> Sequence[Agent]:
        """Return all agents of the settings, by name."""
        agents = self._desk.settings.agents
        return [agents[name] for name in sorted(agents)]

    def agent(self, name: str) -> Agent:
        """Return an agent.

        Raises:
            NotFound: the settings have none of this name.
        """
        agent = self._desk.settings.agents.get(AgentName(name))
        if agent is None:
            raise NotFound(f"There is no agent {name}; `agent list` shows those there are.")
        return agent

    def head(self) -> EventNumber:
        """Return the number of the newest event; 0 before the first."""
        return self._desk.tx.events.head()

    def overview(self, sight: Sight) -> Overview:
        """Return the whole at a glance, as far as it may be seen."""
        tx = self._desk.tx
        alive = tx.sessions.in_states(frozenset(SessionState) - {SessionState.ENDED})
        unknown = tx.tasks.in_states({TaskState.UNKNOWN})
        return Overview(
            hosts=self.hosts(),
            sessions=[self.of(session) for session in alive if sight.covers(session.project)],
            approvals=self._named(tx.approvals.open(), sight),
            unknown=self._named(unknown, sight),
            alerts=[a for a in tx.alerts.open() if self._is_seen(a, sight)],
            head=tx.events.head(),
        )

    def mine(self, asker: Asker) -> Overview:
        """Return what the asker can decide, and the sessions that they own."""
        access, tx = Access(self._desk), self._desk.tx
        asker = access.known(asker)
        rights = access.rights(asker)
        seen = self.overview(rights.sight)

        def can_resolve(task: Task) -> bool:
            return rights.has(Permission.PROMPT, tx.sessions.get(task.session).project)

        def can_decide(approval: Approval) -> bool:
            return access.may_decide(asker, tx.sessions.get(approval.session))

        return replace(
            seen,
            hosts=(),
            sessions=[view for view in seen.sessions if asker.is_also(view.session.owner)],
            approvals=[named for named in seen.approvals if can_decide(named[1])],
            unknown=[named for named in seen.unknown if can_resolve(named[1])],
            alerts=(),
        )

    def told(
        self, sight: Sight, after: EventNumber, *, limit: int, session: SessionId | None
    ) -> Told:
        """Return the next events behind `after` that may be seen, of one session or of all."""
        events = self._desk.tx.events.after(
            after, limit=limit, session=session, among=sight.projects
        )
        is_all = len(events) < limit
        return Told(
            events=[event for event in events if event.session or sight.shows(event)],
            until=self.head() if is_all else events[-1].number,
            is_all=is_all,
        )

    def _named(self, things: Sequence[ThingT], sight: Sight) -> Sequence[tuple[str, ThingT]]:
        found = [(self._desk.tx.sessions.get(thing.session), thing) for thing in things]
        return [(f"{s.name}.{t.number}", t) for s, t in found if sight.covers(s.project)]

    def _is_seen(self, alert: Alert, sight: Sight) -> bool:
        if alert.session is None:
            return True
        return sight.covers(self._desk.tx.sessions.get(alert.session).project)

    def _newest(self, session: Session, kind: EventKind) -> Mapping[str, Json]:
        event = self._desk.tx.events.newest(session.id, kind)
        return event.data if event else {}


def _entries(plan: Mapping[str, Json]) -> Sequence[Mapping[str, Json]]:
    entries = plan.get("entries")
    if not isinstance(entries, Sequence):
        return []
    return [entry for entry in entries if isinstance(entry, Mapping)]


def _is_down(status: HostStatus | None) -> bool:
    return status is not None and status.state is HostState.DOWN


def _unseen(name: HostName) -> HostStatus:
    return HostStatus(name=name, state=HostState.NEW, why="It was not seen yet.", seen_at=None)
