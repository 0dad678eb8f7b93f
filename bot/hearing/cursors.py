"""How far each place was read."""

from collections.abc import Callable
from dataclasses import dataclass, field

from engine.api import Conversation, Engine, UseCases


@dataclass(frozen=True, slots=True)
class Cursors:
    """A bookmark for each channel and thread; each is the platform's id of a message."""

    engine: Engine
    name_of: Callable[[Conversation], str]
    """Returns the name of a place's bookmark; of no other place of any platform is it the same."""
    _begun: set[str] = field(default_factory=set)

    async def begin(self, conversation: Conversation, at: str) -> None:
        """Let reading begin at something said, in a place that was never read.

        It is noted before that is done: so what is said after a channel was bound is found, however
        soon a crash comes. A thread is read from its root: what was said in it first may be heard
        last.
        """
        start, name = conversation.thread or at, self.name_of(conversation)
        if name not in self._begun and not await self.get(conversation):
            await self.engine.change(lambda use: _begin(use, name, start))
        self._begun.add(name)

    async def get(self, conversation: Conversation) -> str:
        """Return the last message that was read there; empty before the first reading."""
        name = self.name_of(conversation)
        return await self.engine.read(lambda use: use.bookmarks.get(name)) or ""


def _begin(use: UseCases, name: str, at: str) -> None:
    if not use.bookmarks.get(name):
        use.bookmarks.set(name, at)
