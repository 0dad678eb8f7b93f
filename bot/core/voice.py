"""How a face puts what is to be said."""

from collections.abc import Sequence
from typing import Protocol

from bot.core.message import Message


class Voice(Protocol):
    """Makes messages of one platform out of neutral ones; nothing is sent by it."""

    @property
    def platform(self) -> str:
        """The name of the face's platform."""
        ...

    def draft(self, message: Message) -> str:
        """Return the message as one of the platform's own."""
        ...

    def posts(self, message: Message) -> Sequence[str]:
        """Return the whole message as one or more of the platform's own, in order."""
        ...

    def thread(self, message: Message, name: str) -> str:
        """Return the message as one that a thread of this name hangs on."""
        ...
