"""A session and the states it may pass through."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from engine.domain.errors import Conflict, NotFound
from engine.domain.values import (
    ActorId,
    AgentName,
    Conversation,
    EnvironmentName,
    HostName,
    Network,
    ProjectName,
    SessionId,
)

DEATHS_MAX = 3
"""Deaths of a session's containers without a completed turn between; the last one ends it."""


class SessionState(StrEnum):
    """Where a session stands, as observed."""

    QUEUED = "queued"
    PLACING = "placing"
    PREPARING = "preparing"
    STARTING = "starting"
    READY = "ready"
    WORKING = "working"
    STOPPING = "stopping"
    ENDED = "ended"


class Wanted(StrEnum):
    """What people want of a session; kept apart from what is observed."""

    RUN = "run"
    STOP = "stop"
    KILL = "kill"


class EndReason(StrEnum):
    """Why a session ended."""

    DONE = "done"
    STOPPED = "stopped"
    KILLED = "killed"
    FAILED = "failed"
    PREPARE_FAILED = "prepare_failed"
    AGENT_DIED = "agent_died"
    OOM = "oom"
    DISK = "disk"
    COST_CAP = "cost_cap"
    IDLE = "idle"
    LIFETIME = "lifetime"
    HOST_LOST = "host_lost"


class SessionTrigger(StrEnum):
    """What moves a session from one state to the next."""

    PLACE = "place"
    """A host with a free slot was chosen."""
    UNPLACE = "unplace"
    """The chosen host cannot take it now."""
    PLACED = "placed"
    """The host answered."""
    PREPARED = "prepared"
    """The work volume holds the source."""
    CONNECTED = "connected"
    """The agent has opened or loaded its own session."""
    PROMPTED = "prompted"
    """A task was sent."""
    RESTED = "rested"
    """No task is active any more."""
    REPLACE = "replace"
    """The container died or is to be replaced; the next attempt starts."""
    STOP = "stop"
    """A person, or a policy, wants it stopped or killed."""
    STOPPED = "stopped"
    """Nothing of it runs any more."""
    EVIDENCE = "evidence"
    """What was observed ends it: exit, out of memory, full disk, failed preparation."""
    RESTART = "restart"
    """A person wants an ended session back."""


_S, _T = SessionState, SessionTrigger
_RUNNING = (_S.STARTING, _S.READY, _S.WORKING)

TRANSITIONS: dict[tuple[SessionState, SessionTrigger], SessionState] = {
    (_S.QUEUED, _T.PLACE): _S.PLACING,
    (_S.PLACING, _T.UNPLACE): _S.QUEUED,
    (_S.PLACING, _T.PLACED): _S.PREPARING,
    (_S.PREPARING, _T.PREPARED): _S.STARTING,
    (_S.STARTING, _T.CONNECTED): _S.READY,
    (_S.READY, _T.PROMPTED): _S.WORKING,
    (_S.WORKING, _T.RESTED): _S.READY,
    **{(state, _T.REPLACE): _S.STARTING for state in _RUNNING},
    (_S.QUEUED, _T.STOP): _S.ENDED,
    **{(state, _T.STOP): _S.STOPPING for state in (_S.PLACING, _S.PREPARING, *_RUNNING)},
    (_S.STOPPING, _T.STOPPED): _S.ENDED,
    **{(s, _T.EVIDENCE): _S.ENDED for s in (_S.PREPARING, *_RUNNING, _S.STOPPING)},
    (_S.ENDED, _T.RESTART): _S.QUEUED,
}
"""Every change there is; a pair that is not here is refused."""

ACTIVE = frozenset(SessionState) - {SessionState.QUEUED, SessionState.ENDED}
"""States in which a session holds a slot of its host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One agent at work on one project."""

    id: SessionId
    project: ProjectName
    number: int
    """Counts the project's sessions from 1."""
    owner: ActorId
    conversation: Conversation
    agent: AgentName
    environment: EnvironmentName
    network: Network
    once: bool
    """End once none of its tasks is open any more."""
    host_wanted: HostName | None
    """The only host that will do, if a person named one."""
    created_at: datetime
    changed_at: datetime
    state: SessionState = SessionState.QUEUED
    wanted: Wanted = Wanted.RUN
    reason: EndReason | None = None
    """Why it ended, or is to end once it has stopped."""
    why: str = ""
    """A sentence: what a queued session waits for, or how an ended one ended."""
    host: HostName | None = None
    """Kept after the end: the volumes are there."""
    attempt: int = 0
    """Number of the newest container; 0 before the first."""
    deaths: int = 0
    """Containers that died since the last completed turn."""
    agent_session: str = ""
    """The agent's own id of the conversation, once it has given one."""
    start_commit: str = ""
    """The commit that the work started from, once prepared."""
    volumes_until: datetime | None = None
    """When the volumes of an ended session go; none while it lives, or once they are gone."""

    @property
    def name(self) -> str:
        """What people call it."""
        return f"{self.project}-{self.number}"

    @property
    def is_over(self) -> bool:
        """Whether it has ended; only a restart can change that."""
        return self.state is SessionState.ENDED

    def moved(self, trigger: SessionTrigger, *, at: datetime, why: str = "") -> "Session":
        """Return this session after `trigger`.

        Raises:
            Conflict: its state does not know the trigger.
        """
        target = TRANSITIONS.get((self.state, trigger))
        if target is None:
            raise Conflict(f"Session {self.name} is {self.state}, so it cannot {trigger}.")
        return replace(self, state=target, changed_at=at, why=why)

    def ended(
        self,
        trigger: SessionTrigger,
        reason: EndReason,
        *,
        at: datetime,
        until: datetime | None,
        why: str,
    ) -> "Session":
        """Return this session, ended for `reason`, its volumes kept until `until`.

        Raises:
            Conflict: its state does not know the trigger.
        """
        moved = self.moved(trigger, at=at, why=why)
        return replace(moved, reason=reason, volumes_until=until)


NUMBER_MAX_CHARS = 9


def is_number(text: str) -> bool:
    """Whether `text` can be the number of a session, a task or an approval."""
    return text.isascii() and text.isdigit() and len(text) <= NUMBER_MAX_CHARS


def parse_session_name(name: str) -> tuple[ProjectName, int] | None:
    """Split `<project>-<n>`, or return nothing if it is no such name."""
    project, dash, number = name.rpartition("-")
    if not dash or not project or not is_number(number):
        return None
    return ProjectName(project), int(number)


def no_session(name: str) -> NotFound:
    """Return what is told of a session that is not there, or that the asker may not see."""
    return NotFound(f"There is no session {name}; `session list` shows those there are.")
