"""A task: one prompt for a session, and the states it may pass through."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from engine.domain.errors import Conflict
from engine.domain.values import ActorId, RpcId, SessionId, TaskId


class TaskState(StrEnum):
    """Where a task stands. `UNKNOWN` waits for a person: it may or may not have been done."""

    QUEUED = "queued"
    SENT = "sent"
    RUNNING = "running"
    CANCELLING = "cancelling"
    UNKNOWN = "unknown"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    DROPPED = "dropped"


class TaskTrigger(StrEnum):
    """What moves a task from one state to the next."""

    SEND = "send"
    """Its prompt was journalled, to be written to the agent."""
    HEARD = "heard"
    """The agent said something of this turn."""
    CANCEL = "cancel"
    """A person, or the end of the session, cuts it."""
    FINISH = "finish"
    """The agent ended the turn by itself."""
    FAIL = "fail"
    """The agent answered with an error or a refusal."""
    CUT = "cut"
    """The turn is over because it was cut."""
    DROP = "drop"
    """A person, or the end of the session, took it off the queue."""
    LOSE = "lose"
    """Nothing tells whether the agent has it, or how far it came."""
    RETRY = "retry"
    """A person wants an unknown task done again."""
    RESOLVE = "resolve"
    """A person says that an unknown task is done."""


_S, _T = TaskState, TaskTrigger

_ANSWERABLE = (_S.SENT, _S.RUNNING, _S.CANCELLING, _S.UNKNOWN)
"""An answer may come after all, and then tells more than anybody could guess."""

TRANSITIONS: dict[tuple[TaskState, TaskTrigger], TaskState] = {
    (_S.QUEUED, _T.SEND): _S.SENT,
    (_S.QUEUED, _T.DROP): _S.DROPPED,
    (_S.SENT, _T.HEARD): _S.RUNNING,
    **{(s, _T.CANCEL): _S.CANCELLING for s in (_S.SENT, _S.RUNNING)},
    **{(s, _T.FINISH): _S.DONE for s in _ANSWERABLE},
    **{(s, _T.FAIL): _S.FAILED for s in _ANSWERABLE},
    **{(s, _T.CUT): _S.CANCELLED for s in _ANSWERABLE},
    **{(s, _T.LOSE): _S.UNKNOWN for s in (_S.SENT, _S.RUNNING)},
    (_S.UNKNOWN, _T.RETRY): _S.QUEUED,
    (_S.UNKNOWN, _T.RESOLVE): _S.DONE,
}
"""Every change there is; a pair that is not here is refused."""

ACTIVE = frozenset({TaskState.SENT, TaskState.RUNNING, TaskState.CANCELLING})
"""At most one task of a session is in one of these."""


PRESSING = ACTIVE | {TaskState.UNKNOWN}
"""States in which the agent has it, or a person must decide it."""
OPEN = PRESSING | {TaskState.QUEUED}
"""States in which something is still to be done, or to be decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One prompt queued to a session."""

    id: TaskId
    session: SessionId
    number: int
    """Counts the session's tasks from 1."""
    actor: ActorId
    text: str
    is_urgent: bool
    """Sent before those that wait longer, because a person interrupted for it."""
    created_at: datetime
    changed_at: datetime
    state: TaskState = TaskState.QUEUED
    rpc_id: RpcId | None = None
    """Id of the prompt's newest request."""
    stop_reason: str = ""
    """The agent's own word for how the turn ended."""
    why: str = ""
    """A sentence, where the state alone does not tell."""

    def moved(
        self, trigger: TaskTrigger, *, at: datetime, why: str = "", stop_reason: str = ""
    ) -> "Task":
        """Return this task after `trigger`.

        Raises:
            Conflict: its state does not know the trigger.
        """
        target = TRANSITIONS.get((self.state, trigger))
        if target is None:
            raise Conflict(f"The task is already {self.state}, so it cannot {trigger}.")
        return replace(self, state=target, changed_at=at, why=why, stop_reason=stop_reason)
