"""How far each place was read."""

from dataclasses import dataclass, field

from bot.discord.places import PLATFORM
from engine.api import Conversation, Engine, UseCases


@dataclass(frozen=True, slots=True)
class Cursors:
    """A bookmark for each channel and thread; each is the id of a message."""

    engine: Engine
    _begun: set[str] = field(default_factory=set)

    async def begin(self, conversation: Conversation, at: int) -> None:
        """Let reading begin at something said, in a place that was never read.

        It is noted before that is done: so what is said after a channel was bound is found, however
        soon a crash comes. A thread is read from its root: what was said in it first may be heard
        last.
        """
        start = int(conversation.thread or at)
        name = cursor_name(conversation)
        if name not in self._begun and not await self.get(conversation):
            await self.engine.change(lambda use: _begin(use, name, start))
        self._begun.add(name)

    async def get(self, conversation: Conversation) -> int:
        """Return the last message that was read there; 0 before the first reading."""
        name = cursor_name(conversation)
        return int(await self.engine.read(lambda use: use.bookmarks.get(name)) or 0)


def cursor_name(conversation: Conversation) -> str:
    """Return the name of the bookmark that tells how far a place was read."""
    return f"read:{PLATFORM}:{conversation.thread or conversation.channel}"


def _begin(use: UseCases, name: str, at: int) -> None:
    if not use.bookmarks.get(name):
        use.bookmarks.set(name, str(at))
