"""What was said while nobody listened, read on every connection and now and then."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

import discord
import structlog

from bot.delivery.chat import ChatError, Forbidden, Gone
from bot.discord.cursors import Cursors, cursor_name
from bot.discord.messages import Messages
from bot.discord.places import PLATFORM, Place
from bot.discord.trouble import sorted_out
from engine.api import Clock, Conversation, Engine, Unavailable, UseCases

log = structlog.get_logger()

EVERY_S = 180.0
SETTLED = timedelta(seconds=10)
"""Messages that are younger may be joined by older ones: history shows some of them late."""
AGAIN_S = 12.0
"""After a new connection, what was said just before it shows by then."""
READ_LIMIT_S = 60.0
READ_MAX = 1000
"""Messages of one place in one go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CatchUp:
    """Reads on from where reading ended last; what was heard meanwhile is not done twice.

    Only reading moves a place's cursor, and only past what is old enough to be complete.
    """

    client: discord.Client
    engine: Engine
    messages: Messages
    cursors: Cursors
    clock: Clock
    _bell: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """Read at once: the connection is new."""
        self._bell.set()

    async def run(self) -> None:
        """Read until cancelled, but not before there is a connection."""
        await self._bell.wait()
        while True:
            is_new = self._bell.is_set()
            self._bell.clear()
            await self.step()
            with suppress(TimeoutError):
                async with asyncio.timeout(AGAIN_S if is_new else EVERY_S):
                    await self._bell.wait()

    async def step(self) -> None:
        """Read every place to its end."""
        for conversation in await self.engine.read(places):
            try:
                while await self._read(conversation):
                    pass
            except Exception:  # A bug with one message must not keep the other places unread.
                incident = uuid4().hex[:8]
                log.exception("catch_up_failed", place=cursor_name(conversation), incident=incident)

    async def _read(self, conversation: Conversation) -> bool:
        """Read on in one place; return whether there is more."""
        where = f"channel {Place.of(conversation).id}"
        try:
            async with sorted_out(where, limit_s=READ_LIMIT_S):
                messages = await self._messages(conversation)
            for message in messages:
                await self.messages.hear(message)
        except (Forbidden, Gone) as error:
            why = str(error)
            await self.engine.change(lambda use: use.channels.unreachable(conversation, why))
        except (ChatError, Unavailable) as error:
            log.info("catch_up_later", place=where, why=str(error))
        else:
            await self._note(conversation, messages)
            return len(messages) == READ_MAX
        return False

    async def _messages(self, conversation: Conversation) -> Sequence[discord.Message]:
        # A channel that was never read is read from about now.
        now = discord.utils.time_snowflake(self.clock.now() - SETTLED)
        await self.cursors.begin(conversation, now)
        after = discord.Object(await self.cursors.get(conversation))
        channel = await self._channel(conversation)
        return [m async for m in channel.history(limit=READ_MAX, after=after, oldest_first=True)]

    async def _channel(self, conversation: Conversation) -> discord.abc.Messageable:
        """Return the channel as the library knows it: its messages then tell where they are."""
        id_ = Place.of(conversation).id
        known = self.client.get_channel(id_) or await self.client.fetch_channel(id_)
        if not isinstance(known, discord.abc.Messageable):
            raise Gone(f"Channel {id_} is one in which nobody can write.")
        return known

    async def _note(self, conversation: Conversation, messages: Sequence[discord.Message]) -> None:
        settled = self.clock.now() - SETTLED
        cursor = max((m.id for m in messages if m.created_at < settled), default=0)

        def note(use: UseCases) -> None:
            use.channels.reachable(conversation)
            if cursor:
                use.bookmarks.set(cursor_name(conversation), str(cursor))

        await self.engine.change(note)


def places(use: UseCases) -> Sequence[Conversation]:
    """Return the threads of sessions that can be spoken to, and the channels of projects."""
    threads = use.sessions.talked_in(PLATFORM)
    bound = use.channels.bound(PLATFORM)
    channels = [Conversation(c.platform, c.space, c.channel, "") for c in bound]
    return [*threads, *channels]
