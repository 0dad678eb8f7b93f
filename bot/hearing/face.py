"""A face beside the engine: it connects, and connects again, for as long as it runs."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

import structlog

from engine.api import Engine

log = structlog.get_logger()

RETRY_FIRST_S = 1.0
RETRY_MAX_S = 60.0
STEADY_S = 120.0
"""A connection that held for so long was no failure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """A platform, for as long as it is asked for."""

    platform: str
    engine: Engine
    live: Callable[[], Awaitable[None]]
    """Connects, and hears and answers until the connection cannot be kept; raises why."""
    sentence_of: Callable[[Exception], str]
    """Returns what is wrong with the platform, for a person; empty if it is a bug."""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Be there as long as the block runs; nothing that goes wrong there ends the block."""
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(self.run())
            try:
                yield
            finally:
                running.cancel()

    async def run(self) -> None:
        """Connect until cancelled; the pauses grow as long as it fails."""
        loop, pause_s = asyncio.get_running_loop(), RETRY_FIRST_S
        while True:
            began = loop.time()
            try:
                await self._live()
            except Exception:  # The head of the face: nothing of it ends the service.
                log.exception("face_failed", platform=self.platform, incident=uuid4().hex[:8])
            if loop.time() - began > STEADY_S:
                pause_s = RETRY_FIRST_S
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, RETRY_MAX_S)

    async def _live(self) -> None:
        try:
            await self.live()
        except Exception as error:  # noqa: BLE001 - sorted out by what it was
            await self._failed(_root(error))

    async def _failed(self, error: Exception) -> None:
        """Tell why the platform cannot be used, to those who look elsewhere."""
        why = self.sentence_of(error)
        if not why:
            incident = uuid4().hex[:8]
            log.error("face_failed", platform=self.platform, incident=incident, exc_info=error)
            why = f"This is our fault. Please report {incident}; Halyard tries again by itself."
        log.warning("face_cut_off", platform=self.platform, error=type(error).__name__)
        await self.engine.change(lambda use: use.channels.cut_off(self.platform, why))


def _root(error: Exception) -> Exception:
    """Return the first reason in a group of them: tasks that end together hand over a group."""
    return _root(error.exceptions[0]) if isinstance(error, ExceptionGroup) else error
