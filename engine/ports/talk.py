"""What was said to us, what we say, and where: part of the store."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from engine.domain.channel import Channel
from engine.domain.delivery import Delivery, DeliveryState
from engine.domain.values import ActorId, Conversation, DeliveryId, GroupId, InboxKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """Something that was said to us, once."""

    key: InboxKey
    actor: ActorId
    surface: str
    path: str
    """Path of the command, redacted like the values."""
    values: Mapping[str, str]
    received_at: datetime
    answer: str | None = None
    """What was answered, so that a repeat answers the same; none until it is done."""
    outcome: str = ""
    """done, refused, unavailable or broken."""
    groups: frozenset[GroupId] = frozenset()
    """Of the actor, as the platform told them when it was said."""
    origin: Mapping[str, str] = field(default_factory=dict)
    """What the face needs to answer there; never redacted, and gone once it was answered."""
    attempts: int = 1
    """How often it was begun."""
    person: ActorId | None = None
    """The account that stands for the actor's person, if that was another one when it was said."""
    number: int = field(default=0, compare=False)
    """Place among all that was said; 0 before it is stored."""


class Inbox(Protocol):
    """All that was said to us, for doing it once and for the audit."""

    def find(self, key: InboxKey) -> Received | None:
        """Return what was said under this key, if anything."""
        ...

    def find_all(self, keys: Collection[InboxKey]) -> Mapping[InboxKey, Received]:
        """Return what was said under each of these keys, as far as anything was."""
        ...

    def add(self, received: Received) -> Received | None:
        """Store it, redacted, and return it as it was stored; none if its key is known already."""
        ...

    def done(self, key: InboxKey, *, answer: str, outcome: str) -> None:
        """Store its answer."""
        ...

    def tried(self, key: InboxKey) -> Received:
        """Count one more attempt at it, and return it.

        Raises:
            NotFound: nothing was said under this key.
        """
        ...

    def unanswered(self, surface: str) -> Sequence[Received]:
        """Return what was heard on a surface and has no answer yet, oldest first."""
        ...

    def numbered(self, number: int) -> Received | None:
        """Return what has this place among all that was said, if anything has."""
        ...

    def forget_origin(self, key: InboxKey) -> None:
        """Forget what was needed to answer it."""
        ...

    def done_since(self, surface: str, since: datetime) -> Sequence[Received]:
        """Return what was heard on a surface since then and was done, in the order of hearing."""
        ...

    def refused(self, actor: ActorId, since: datetime) -> Sequence[Received]:
        """Return what an actor was refused since then, newest first."""
        ...

    def newest(self, *, limit: int) -> Sequence[Received]:
        """Return what was said last, newest first."""
        ...


class Deliveries(Protocol):
    """Posts and cards on their way, and the receipts of those that arrived."""

    def add(self, delivery: Delivery) -> None:
        """Add a new delivery; there is one at most of a card."""
        ...

    def get(self, id_: DeliveryId) -> Delivery:
        """Return a delivery.

        Raises:
            NotFound: there is none with this id.
        """
        ...

    def receipts_of(self, ids: Collection[DeliveryId]) -> Mapping[DeliveryId, str]:
        """Return the receipts of these; empty of one that has not arrived."""
        ...

    def card(self, name: str) -> Delivery | None:
        """Return the card of this name, if there is one."""
        ...

    def save(self, delivery: Delivery) -> None:
        """Replace the stored delivery of the same id."""
        ...

    def due(self, platform: str, now: datetime, *, limit: int, each: int) -> Sequence[Delivery]:
        """Return what may be sent now, by priority, then oldest first.

        Of each lane only the oldest open one, and only what has its anchor's receipt. Of new
        messages in a channel with its threads, of edits there, and of answers no more than `each`,
        so that what waits in one channel hides no other.
        """
        ...

    def in_states(self, platform: str, states: Collection[DeliveryState]) -> Sequence[Delivery]:
        """Return a platform's deliveries in any of `states`, oldest first."""
        ...

    def replaced(self, platform: str, *, limit: int) -> Sequence[Delivery]:
        """Return cards that were posted anew and whose old message is still to be deleted."""
        ...

    def receipts(self, conversation: Conversation, since: datetime) -> Sequence[str]:
        """Return the ids of our messages in a channel and its threads that appeared since then.

        With them, all those that are still to be deleted.
        """
        ...


class Channels(Protocol):
    """Channels that something was said of."""

    def find(self, conversation: Conversation) -> Channel | None:
        """Return the channel of a conversation, if something was said of it."""
        ...

    def save(self, channel: Channel) -> None:
        """Store a channel, in place of what was said of it before."""
        ...

    def all(self) -> Sequence[Channel]:
        """Return all channels, by platform, space and channel."""
        ...


class Bookmarks(Protocol):
    """What a face remembers from one run to the next, by name."""

    def get(self, name: str) -> str:
        """Return what was remembered last; empty if nothing was."""
        ...

    def set(self, name: str, value: str) -> None:
        """Remember it, in place of what was remembered before."""
        ...
