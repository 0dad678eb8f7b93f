"""What a platform still has of what was said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.delivery.chat import ChatError
from bot.hearing.utterance import Mark, Utterance
from engine.api import Conversation


class Unshown(ChatError):
    """The platform told us of a message, and may not show it yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What was read in one go, oldest first."""

    said: Sequence[Utterance]
    cursor: str
    """The newest message of anybody that is old enough to be complete; empty if none is."""
    is_last: bool


class Past(Protocol):
    """Reads what was said. Every method has a time limit of its own and raises `ChatError`."""

    @property
    def platform(self) -> str:
        """Its name in conversations."""
        ...

    def cursor_at(self, at: datetime) -> str:
        """Return what a place that was never read is read from, where nothing older concerns us."""
        ...

    def mark(self, conversation: Conversation, id_: str) -> Mark:
        """Return which message this is."""
        ...

    async def read(self, conversation: Conversation, after: str, settled: datetime) -> Page:
        """Return what was said in a place behind `after`.

        Messages that are younger than `settled` may be joined by older ones.
        """
        ...

    def together(self, conversation: Conversation) -> int:
        """Return of how many neighbouring messages of a place can be asked at once."""
        ...

    async def look(self, marks: Sequence[Mark]) -> Mapping[str, Utterance | None]:
        """Return messages of one place as they are now, by id.

        None stands for what is nobody's words to us; what is left out was deleted.

        Raises:
            Unshown: one of them is so young that its absence means nothing yet.
        """
        ...
