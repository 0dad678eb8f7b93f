"""Looking at a platform anew: on every connection, and now and then."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

EVERY_S = 180.0
AGAIN_S = 12.0
"""After a new connection, what was done just before it shows by then; what failed is tried then."""


@dataclass(frozen=True, slots=True)
class Rounds:
    """One round after another, but none before there is a connection."""

    go_round: Callable[[], Awaitable[bool]]
    """Looks at everything once, and tells whether it learnt all that it asked for."""
    _bell: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """Begin a round at once: the connection is new."""
        self._bell.set()

    async def run(self) -> None:
        """Go round and round until cancelled."""
        await self._bell.wait()
        while True:
            is_new = self._bell.is_set()
            self._bell.clear()
            is_whole = await self.go_round()
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY_S if is_whole and not is_new else AGAIN_S):
                    await self._bell.wait()
