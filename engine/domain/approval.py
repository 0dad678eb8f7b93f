"""An approval: a question that waits for a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from engine.domain.errors import Conflict
from engine.domain.values import ActorId, ApprovalId, Json, RpcId, SessionId, TaskId


class ApprovalState(StrEnum):
    """Where an approval stands; all but `OPEN` are final."""

    OPEN = "open"
    ALLOWED = "allowed"
    DENIED = "denied"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class ApprovalTrigger(StrEnum):
    """What closes an approval."""

    ALLOW = "allow"
    DENY = "deny"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"


TRANSITIONS: dict[tuple[ApprovalState, ApprovalTrigger], ApprovalState] = {
    (ApprovalState.OPEN, ApprovalTrigger.ALLOW): ApprovalState.ALLOWED,
    (ApprovalState.OPEN, ApprovalTrigger.DENY): ApprovalState.DENIED,
    (ApprovalState.OPEN, ApprovalTrigger.EXPIRE): ApprovalState.EXPIRED,
    (ApprovalState.OPEN, ApprovalTrigger.WITHDRAW): ApprovalState.WITHDRAWN,
}
"""Every change there is; a pair that is not here is refused."""


class Scope(StrEnum):
    """How far an allowance reaches."""

    ONCE = "once"
    SESSION = "session"
    """The exact same command, path or input, for the rest of the session."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that the agent offers."""

    id: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A permission that an agent asks for."""

    id: ApprovalId
    session: SessionId
    attempt: int
    rpc_id: RpcId
    """With session and attempt, what the agent's request is known by."""
    task: TaskId | None
    number: int
    """Counts the session's approvals from 1."""
    title: str
    kind: str
    """The agent's word for the tool: edit, execute, fetch ..."""
    subject: str
    """The exact command, path or whole input, or nothing if the agent named none."""
    detail: Mapping[str, Json]
    """The tool call as the agent sent it, so that a person sees all of it."""
    choices: Sequence[Choice]
    created_at: datetime
    state: ApprovalState = ApprovalState.OPEN
    shown_at: datetime | None = None
    """When a person could first see it; its time counts from here."""
    decided_at: datetime | None = None
    decided_by: ActorId | None = None
    """Nobody, if a rule, the clock or the end of the session closed it."""
    scope: Scope = Scope.ONCE

    def closed(
        self,
        trigger: ApprovalTrigger,
        *,
        at: datetime,
        by: ActorId | None,
        scope: Scope = Scope.ONCE,
    ) -> "Approval":
        """Return this approval, closed.

        Raises:
            Conflict: it was closed before; the text says by whom.
        """
        target = TRANSITIONS.get((self.state, trigger))
        if target is None:
            raise Conflict(
                f"It was already {self.state}{f' by {self.decided_by}' * bool(self.decided_by)}."
            )
        return replace(self, state=target, decided_at=at, decided_by=by, scope=scope)


def can_be_allowed(approval: Approval) -> bool:
    """Whether the agent offers an answer that allows it once, which is all that we ever give."""
    return any(choice.kind == "allow_once" for choice in approval.choices)


def answer_of(approval: Approval) -> str | None:
    """Return the id of the choice that tells the agent of the decision, or none to cancel.

    `allow_always` is never chosen: what lasts longer than once is our own rule. An agent that
    offers no `allow_once` cannot be allowed, and its question is cancelled.
    """
    kinds = {
        ApprovalState.ALLOWED: ("allow_once",),
        ApprovalState.DENIED: ("reject_once", "reject_always"),
        ApprovalState.EXPIRED: ("reject_once", "reject_always"),
    }.get(approval.state, ())
    for kind in kinds:
        for choice in approval.choices:
            if choice.kind == kind:
                return choice.id
    return None


@dataclass(frozen=True, slots=True)
class Rule:
    """What a person allowed for the rest of a session: exactly this subject of this kind."""

    session: SessionId
    kind: str
    subject: str

    def covers(self, approval: Approval) -> bool:
        """Whether the question is the very one that was allowed."""
        if not self.subject:
            return False
        return (self.kind, self.subject) == (approval.kind, approval.subject)
