"""What is under way because somebody said something."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ParamSpec
from uuid import uuid4

import structlog

log = structlog.get_logger()

GivenT = ParamSpec("GivenT")


@dataclass(frozen=True, slots=True)
class Work:
    """Runs what the library only begins, so that it ends with the connection and not after it."""

    tasks: asyncio.TaskGroup

    def begin(
        self,
        work: Callable[GivenT, Awaitable[None]],
        *given: GivenT.args,
        **named: GivenT.kwargs,
    ) -> None:
        """Run it beside all else; a bug in it is its own."""

        async def kept() -> None:
            try:
                await work(*given, **named)
            except Exception:  # The head of everything that somebody says.
                incident = uuid4().hex[:8]
                log.exception("heard_work_failed", incident=incident)

        running = kept()
        try:
            self.tasks.create_task(running)
        except RuntimeError:
            # The connection is ending: what was said is told, or read, again on the next one.
            running.close()
