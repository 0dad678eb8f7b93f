"""A job: work outside the database that a command asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from engine.domain.errors import Conflict
from engine.domain.values import ActorId, JobId, Json, SessionId

ATTEMPTS_MAX = 3
"""Tries of one job when its host fails; the last failure is final."""


class JobKind(StrEnum):
    """What is to be done."""

    DIFF = "diff"
    PUSH = "push"
    PUT = "put"
    GET = "get"


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class JobTrigger(StrEnum):
    """What moves a job."""

    TAKE = "take"
    FINISH = "finish"
    FAIL = "fail"
    AGAIN = "again"
    """Its host failed, or we were restarted in the middle: every job may run twice."""


TRANSITIONS: dict[tuple[JobState, JobTrigger], JobState] = {
    (JobState.QUEUED, JobTrigger.TAKE): JobState.RUNNING,
    (JobState.RUNNING, JobTrigger.FINISH): JobState.DONE,
    (JobState.RUNNING, JobTrigger.FAIL): JobState.FAILED,
    (JobState.RUNNING, JobTrigger.AGAIN): JobState.QUEUED,
}
"""Every change there is; a pair that is not here is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One piece of work, done at least once and without harm if done again."""

    id: JobId
    session: SessionId
    actor: ActorId
    kind: JobKind
    created_at: datetime
    changed_at: datetime
    args: Mapping[str, str] = field(default_factory=dict)
    state: JobState = JobState.QUEUED
    attempts: int = 0
    result: Mapping[str, Json] = field(default_factory=dict)
    why: str = ""
    """A sentence, if it failed."""

    def moved(
        self,
        trigger: JobTrigger,
        *,
        at: datetime,
        why: str = "",
        result: Mapping[str, Json] | None = None,
    ) -> "Job":
        """Return this job after `trigger`.

        Raises:
            Conflict: its state does not know the trigger.
        """
        target = TRANSITIONS.get((self.state, trigger))
        if target is None:
            raise Conflict(f"The job is {self.state}, so it cannot {trigger}.")
        attempts = self.attempts + (trigger is JobTrigger.TAKE)
        return replace(
            self, state=target, changed_at=at, why=why, attempts=attempts, result=result or {}
        )
