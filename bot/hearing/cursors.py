"""How far each place was read."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from engine.api import Conversation, Engine, UseCases


@dataclass(frozen=True, slots=True)
class Cursors:
    """A bookmark for each channel and thread; each is the platform's id of a message."""

    engine: Engine
    name_of: Callable[[Conversation], str]
    """Returns the name of a place's bookmark; of no other place of any platform is it the same."""
    cursor_at: Callable[[datetime], str]
    """Returns what a message of a moment would be called."""
    _begun: set[str] = field(default_factory=set)

    async def begin(self, conversation: Conversation, at: str) -> None:
        """Let reading begin in a place that was never read, at something said if need be.

        It is noted before that is done, so that it is found however soon a crash comes. A thread is
        read from its root and a channel from when it was bound: what was said there first may be
        heard last.
        """
        if self.name_of(conversation) not in self._begun and not await self.get(conversation):
            await self.engine.change(lambda use: self.note(use, conversation, at))
        self.noted(conversation)

    def note(self, use: UseCases, conversation: Conversation, at: str) -> None:
        """Do the same in the transaction that keeps what was said; `noted` when that is durable."""
        name = self.name_of(conversation)
        if name not in self._begun and not use.bookmarks.get(name):
            since = use.channels.at(conversation).bound_since
            bound = self.cursor_at(since) if since else ""
            use.bookmarks.set(name, conversation.thread or bound or at)

    def noted(self, conversation: Conversation) -> None:
        """Look no more whether reading has begun there."""
        self._begun.add(self.name_of(conversation))

    async def get(self, conversation: Conversation) -> str:
        """Return the last message that was read there; empty before the first reading."""
        name = self.name_of(conversation)
        return await self.engine.read(lambda use: use.bookmarks.get(name)) or ""
