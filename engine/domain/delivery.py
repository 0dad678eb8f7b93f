"""A delivery: a post or a card on its way to a conversation.

A post is immutable and keeps its place in its lane. A card is known by a name, and its latest
version counts: it is edited in place for as long as what was sent is older.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from engine.domain.errors import Conflict
from engine.domain.values import ApprovalId, Conversation, DeliveryId, InboxKey, SessionId

RETRY_FIRST = timedelta(seconds=1)
RETRY_MAX = timedelta(minutes=1)


class Priority(IntEnum):
    """What goes first when not everything can go at once."""

    APPROVAL = 0
    ALERT = 1
    ANSWER = 2
    REPORT = 3
    PROGRESS = 4


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    DOUBT = "doubt"
    """The platform may have it, or not; it is looked for before it is sent again."""
    SENT = "sent"
    FAILED = "failed"


class DeliveryTrigger(StrEnum):
    """What moves a delivery."""

    CLAIM = "claim"
    """It is being sent now."""
    TAKE = "take"
    """The platform has it."""
    AGAIN = "again"
    """The platform surely does not have it."""
    LOSE = "lose"
    """Nothing tells whether the platform has it: a time-out, a cut connection, a restart."""
    REFUSE = "refuse"
    """The platform will never have it: its channel is gone or forbidden."""
    REVISE = "revise"
    """A card has a newer version, or is to be posted anew."""


_S, _T = DeliveryState, DeliveryTrigger
_UNDERWAY = (_S.CLAIMED, _S.DOUBT)

TRANSITIONS: dict[tuple[DeliveryState, DeliveryTrigger], DeliveryState] = {
    (_S.QUEUED, _T.CLAIM): _S.CLAIMED,
    (_S.QUEUED, _T.REFUSE): _S.FAILED,
    (_S.QUEUED, _T.LOSE): _S.DOUBT,
    (_S.CLAIMED, _T.LOSE): _S.DOUBT,
    **{(state, _T.TAKE): _S.SENT for state in _UNDERWAY},
    **{(state, _T.AGAIN): _S.QUEUED for state in _UNDERWAY},
    **{(state, _T.REFUSE): _S.FAILED for state in _UNDERWAY},
    **{(state, _T.REVISE): state for state in (_S.QUEUED, *_UNDERWAY)},
    (_S.SENT, _T.REVISE): _S.QUEUED,
    (_S.FAILED, _T.REVISE): _S.QUEUED,
}
"""Every change there is; a pair that is not here is refused."""

OPEN = frozenset({DeliveryState.QUEUED, DeliveryState.CLAIMED, DeliveryState.DOUBT})
"""States in which a delivery keeps those behind it in its lane waiting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message of ours on its way to a platform."""

    id: DeliveryId
    conversation: Conversation
    lane: str
    """What keeps its order: of one lane, only the oldest open one is sent."""
    priority: Priority
    draft: str
    """The final message, as its face has rendered it."""
    created_at: datetime
    changed_at: datetime
    due_at: datetime
    """It is not tried before."""
    card: str = ""
    """What the card is known by; empty for a post."""
    version: int = 1
    sent_version: int = 0
    """Version that the platform has; 0 before the first."""
    posting: int = 1
    """Counts the platform's messages of it: a card may be posted anew."""
    anchor: DeliveryId | None = None
    """What opens the thread that it belongs into; it waits for that one's receipt."""
    opens: SessionId | None = None
    """The session whose thread hangs on it."""
    answers: InboxKey | None = None
    """What it is the answer to."""
    approval: ApprovalId | None = None
    """The question that a person can see once this is sent; its time counts from then."""
    state: DeliveryState = DeliveryState.QUEUED
    attempts: int = 0
    """Times it was tried since the platform last took it."""
    claimed_at: datetime | None = None
    """When it was tried last."""
    doubt_at: datetime | None = None
    """When the present posting was first tried in a way that may have arrived; none if surely not.

    Until it is settled, it may be sent again only where that makes no second message.
    """
    claimed_version: int = 0
    """Version that was tried last."""
    tried: str = ""
    """The draft that was tried last. As long as it is in doubt, no other is tried: what may have
    arrived is sent again, or looked for, as it was."""
    receipt: str = ""
    """The platform's id of the message; empty before the first receipt."""
    sent_at: datetime | None = None
    """When the platform's present message of it appeared."""
    old_receipt: str = ""
    """A message that the present one has replaced, and that is still to be deleted."""
    why: str = ""
    """A sentence, where it waits or failed."""

    @property
    def is_edit(self) -> bool:
        """Whether the platform has the message, so that it is edited and never sent twice."""
        return bool(self.receipt)

    @property
    def lacks_thread(self) -> bool:
        """Whether it is an anchor whose thread was never opened."""
        return self.opens is not None and not self.sent_version

    def claimed(self, *, at: datetime) -> "Delivery":
        """Return it while it is being sent."""
        moved = replace(
            self._moved(DeliveryTrigger.CLAIM, at=at), attempts=self.attempts + 1, claimed_at=at
        )
        if self.doubt_at is not None:
            return moved
        return replace(moved, claimed_version=self.version, tried=self.draft)

    def taken(self, receipt: str, *, at: datetime) -> "Delivery":
        """Return it once the platform has it; a card with a newer version goes on at once."""
        moved = self._moved(DeliveryTrigger.TAKE, at=at)
        sent_at = self.sent_at if self.receipt == receipt else at
        moved = replace(
            moved,
            receipt=receipt,
            sent_at=sent_at,
            sent_version=self.claimed_version,
            attempts=0,
            doubt_at=None,
            why="",
            due_at=at,
        )
        return moved if moved.version == moved.sent_version else moved.queued_again(at=at)

    def queued_again(self, *, at: datetime) -> "Delivery":
        """Return it, to be brought to its latest version."""
        return self._moved(DeliveryTrigger.REVISE, at=at)

    def again(self, why: str, *, at: datetime, after: timedelta | None = None) -> "Delivery":
        """Return it, to be tried again after a pause that grows."""
        pause = max(after or RETRY_FIRST, min(RETRY_FIRST * 2 ** min(self.attempts, 10), RETRY_MAX))
        moved = self._moved(DeliveryTrigger.AGAIN, at=at)
        return replace(moved, due_at=at + (after or pause), why=why)

    def absent(self, *, at: datetime) -> "Delivery":
        """Return it once it was looked for in vain: whatever was tried before is over."""
        moved = self._moved(DeliveryTrigger.AGAIN, at=at)
        return replace(moved, due_at=at, attempts=0, doubt_at=None)

    def unopened(self, receipt: str, why: str, *, at: datetime, after: timedelta) -> "Delivery":
        """Return an anchor that the platform has, without the thread that is to hang on it."""
        moved = self.again(why, at=at, after=after)
        return replace(moved, receipt=receipt, sent_at=at, doubt_at=None)

    def doubted(self, why: str, *, at: datetime, after: timedelta) -> "Delivery":
        """Return it, still in doubt, to be looked for again later."""
        return replace(self, due_at=at + after, why=why)

    def missing(self, *, at: datetime) -> "Delivery":
        """Return a card whose message somebody has deleted, to be posted anew."""
        moved = self._moved(DeliveryTrigger.AGAIN, at=at)
        return replace(
            moved, due_at=at, attempts=0, doubt_at=None, receipt="", posting=self.posting + 1
        )

    def lost(self, why: str, *, at: datetime) -> "Delivery":
        """Return it in doubt; an edit can be made twice, so it is only made again."""
        if self.is_edit:
            return self.again(why, at=at)
        doubt_at = self.doubt_at or self.claimed_at
        return replace(self._moved(DeliveryTrigger.LOSE, at=at), doubt_at=doubt_at, why=why)

    def refused(self, why: str, *, at: datetime) -> "Delivery":
        """Return it, given up."""
        return replace(self._moved(DeliveryTrigger.REFUSE, at=at), why=why)

    def revised(self, draft: str, priority: Priority, *, at: datetime) -> "Delivery":
        """Return a card with a newer version; the same draft again changes nothing.

        What waits as urgent stays as urgent.
        """
        if draft == self.draft:
            return self
        moved = self._moved(DeliveryTrigger.REVISE, at=at)
        due_at = at if self.state is DeliveryState.FAILED else self.due_at
        urgency = min(priority, self.priority) if self.state in OPEN else priority
        return replace(
            moved, draft=draft, version=self.version + 1, priority=urgency, due_at=due_at
        )

    def reposted(self, *, at: datetime) -> "Delivery":
        """Return a card at rest, to be posted anew; its old message is deleted after that."""
        moved = self._moved(DeliveryTrigger.REVISE, at=at)
        return replace(
            moved,
            receipt="",
            old_receipt=self.receipt,
            posting=self.posting + 1,
            attempts=0,
            doubt_at=None,
        )

    def _moved(self, trigger: DeliveryTrigger, *, at: datetime) -> "Delivery":
        target = TRANSITIONS.get((self.state, trigger))
        if target is None:
            raise Conflict(f"The delivery is {self.state}, so it cannot {trigger}.")
        return replace(self, state=target, changed_at=at)
