"""A mirror: one more conversation in which a session is followed and spoken to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.domain.channel import Channel
from engine.domain.errors import Conflict
from engine.domain.session import Session
from engine.domain.values import (
    ActorId,
    Conversation,
    DeliveryId,
    EventNumber,
    MirrorId,
    SessionId,
)

MIRRORS_MAX = 5
"""Of one session: each costs its share of what a platform lets us say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirror:
    """A channel that a session is shared with, besides the one that it was started in."""

    id: MirrorId
    session: SessionId
    conversation: Conversation
    """Without a thread until its anchor has arrived."""
    since: EventNumber
    """What happened up to here is not told there again."""
    by: ActorId
    at: datetime
    anchor: DeliveryId | None = None
    """The message that its thread hangs on."""
    ended_at: datetime | None = None
    """When it was ended; it is never taken up again, another one is begun."""

    def is_in(self, place: Conversation) -> bool:
        """Whether it is in the same channel."""
        return is_one_channel(self.conversation, place)


def is_one_channel(one: Conversation, other: Conversation) -> bool:
    """Whether two conversations are in one channel, whatever their threads."""
    places = [(c.platform, c.space, c.channel) for c in (one, other)]
    return places[0] == places[1]


def require_mirrored(
    session: Session, mirrors: Sequence[Mirror], place: Conversation, channel: Channel
) -> None:
    """Return if a session may be shared with a channel; `mirrors` are those it has.

    Only a channel of the same project hears of a session: who manages the project has chosen it.

    Raises:
        Conflict: the channel is about another project or none, or hears of the session already; or
            the session has as many mirrors as it may have.
    """
    if channel.project != session.project:
        raise Conflict(
            f"{channel.name} is not about {session.project}, so session {session.name} cannot be"
            f" shared with it; `project bind project={session.project} channel={channel.name}`"
            " changes that."
        )
    if is_one_channel(session.conversation, place):
        raise Conflict(f"Session {session.name} was started in {channel.name}; it talks there.")
    if any(mirror.is_in(place) for mirror in mirrors):
        raise Conflict(f"Session {session.name} is shared with {channel.name} already.")
    if len(mirrors) >= MIRRORS_MAX:
        raise Conflict(
            f"Session {session.name} is shared with {MIRRORS_MAX} channels, and no more may be;"
            " `session unshare` ends one."
        )
