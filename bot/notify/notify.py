"""Reads the events, and puts posts and cards on their way."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import uuid4

import structlog

from bot.core.voice import Voice
from bot.notify.step import OF_NO_SESSION, ON_THE_WAY, Step
from bot.notify.tellers import TELLERS
from engine.api import Engine, Event, EventKind, Feed, UseCases

log = structlog.get_logger()

KINDS = frozenset(TELLERS) | ON_THE_WAY | OF_NO_SESSION | {EventKind.HOST}
"""Never what agents say as they say it: that is read when a turn ends, or a tool is called."""
GATHER_S = 0.5
"""Between two steps, so that many events of a session at work change its card once."""
RETRY_S = 1.0
SESSIONS = 8
"""Whose events one step tells of: each has a card, and while it runs nothing else can be kept."""


@dataclass(frozen=True, slots=True)
class Notify:
    """Tells one platform what happens in its sessions, each thing once."""

    engine: Engine
    voice: Voice
    wake: Callable[[], None]
    """Tells the pump that there is something to send."""

    async def run(self) -> None:
        """Tell of events as they come, until cancelled; first of those that are not told yet."""
        with self.engine.watch(kinds=KINDS) as watch:
            while True:
                await watch.wait()
                while await self._safe_step():
                    pass
                await asyncio.sleep(GATHER_S)

    async def step(self) -> bool:
        """Tell of the next events once; return whether there may be more."""
        may_be_more = await self.engine.feed(self._feed, self._tell)
        self.wake()
        return may_be_more

    async def _safe_step(self) -> bool:
        try:
            return await self.step()
        except Exception:  # The head of the loop: nothing is lost, the feed stands where it stood.
            incident = uuid4().hex[:8]
            log.exception("events_not_told", platform=self.voice.platform, incident=incident)
            await asyncio.sleep(RETRY_S)
            return True

    @property
    def _feed(self) -> Feed:
        return Feed(name=f"notify:{self.voice.platform}", kinds=KINDS, sessions=SESSIONS)

    def _tell(self, use: UseCases, events: Sequence[Event]) -> None:
        Step(use, self.voice).tell(events)
