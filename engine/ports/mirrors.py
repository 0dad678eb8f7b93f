"""Where sessions are followed besides their own conversation: part of the store."""

from collections.abc import Sequence
from typing import Protocol

from engine.domain.mirror import Mirror
from engine.domain.values import Conversation, DeliveryId, MirrorId, SessionId


class Mirrors(Protocol):
    """All mirrors; those that were ended are kept, and are found only by what they are."""

    def add(self, mirror: Mirror) -> None:
        """Add a new mirror; a session has one at most in a channel that was not ended."""
        ...

    def get(self, id_: MirrorId) -> Mirror:
        """Return a mirror, also one that was ended.

        Raises:
            NotFound: there is none with this id.
        """
        ...

    def save(self, mirror: Mirror) -> None:
        """Replace the stored mirror of the same id."""
        ...

    def of(self, session: SessionId) -> Sequence[Mirror]:
        """Return those of a session that were not ended, oldest first."""
        ...

    def in_thread(self, conversation: Conversation) -> Mirror | None:
        """Return the one whose thread this is, if it was not ended."""
        ...

    def anchored(self, anchor: DeliveryId) -> Mirror | None:
        """Return the one whose thread hangs on this message, also one that was ended."""
        ...

    def on(self, platform: str) -> Sequence[Mirror]:
        """Return those of a platform that were not ended, oldest first."""
        ...
