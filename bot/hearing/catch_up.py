"""What was said while nobody listened, read on every connection and now and then."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import structlog

from bot.delivery.chat import Busy, ChatError, Forbidden, Gone
from bot.hearing.cursors import Cursors
from bot.hearing.messages import Messages
from bot.hearing.past import Page, Past
from engine.api import Clock, Conversation, Engine, Unavailable, UseCases

log = structlog.get_logger()

SETTLED = timedelta(seconds=10)
"""Messages that are younger may be joined by older ones: history shows some of them late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CatchUp:
    """Reads on from where reading ended last; what was heard meanwhile is not done twice.

    Only reading moves a place's cursor, and only past what is old enough to be complete.
    """

    engine: Engine
    past: Past
    messages: Messages
    cursors: Cursors
    clock: Clock

    async def go_round(self) -> bool:
        """Read every place to its end; return whether each could be read."""
        all_ = await self.engine.read(lambda use: places(use, self.past.platform))
        return all([await self._read_out(conversation) for conversation in all_])

    async def _read_out(self, conversation: Conversation) -> bool:
        """Read a place to its end; return whether it could be read for now."""
        try:
            while await self._read(conversation):
                pass
        except (ChatError, Unavailable) as error:
            log.info("catch_up_later", place=self.cursors.name_of(conversation), why=str(error))
            return False
        except Exception:  # A bug with one message must not keep the other places unread.
            incident, place = uuid4().hex[:8], self.cursors.name_of(conversation)
            log.exception("catch_up_failed", place=place, incident=incident)
        return True

    async def _read(self, conversation: Conversation) -> bool:
        """Read on in one place; return whether there is more.

        Raises:
            ChatError, Unavailable: the platform did not tell; it may later.
        """
        settled = self.clock.now() - SETTLED
        try:
            await self.cursors.begin(conversation, self.past.cursor_at(settled))
            after = await self.cursors.get(conversation)
            page = await self.past.read(conversation, after, settled)
            since = await self.engine.read(lambda use: use.channels.at(conversation).bound_since)
            for said in page.said:
                # A channel may have been bound before, and read up to then.
                if conversation.thread or since is None or said.said_at >= since:
                    await self.messages.hear(said)
        except Busy as error:
            # The places behind this one would be refused as well, each time anew.
            await asyncio.sleep(error.after_s)
            return True
        except (Forbidden, Gone) as error:
            why = str(error)
            await self.engine.change(lambda use: use.channels.unreachable(conversation, why))
            return False
        await self._note(conversation, page)
        return not page.is_last

    async def _note(self, conversation: Conversation, page: Page) -> None:
        def note(use: UseCases) -> None:
            use.channels.reachable(conversation)
            if page.cursor:
                use.bookmarks.set(self.cursors.name_of(conversation), page.cursor)

        await self.engine.change(note)


def places(use: UseCases, platform: str) -> Sequence[Conversation]:
    """Return the threads of sessions that can be spoken to, and the channels of projects."""
    threads = use.sessions.talked_in(platform)
    bound = use.channels.bound(platform)
    channels = [Conversation(c.platform, c.space, c.channel, "") for c in bound]
    return [*threads, *channels]
