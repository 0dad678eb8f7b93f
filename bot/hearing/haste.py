"""What has a deadline goes before what has none."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

GIVE_WAY_S = 3.0
"""Nothing waits longer than this for what is pressing: as long as platforms wait."""


class Haste:
    """Counts what is pressing, so that everything else can wait for it."""

    def __init__(self) -> None:
        self._pressing = 0
        self._calm = asyncio.Event()
        self._calm.set()

    @contextmanager
    def pressing(self) -> Iterator[None]:
        """Let others wait until the end of the block."""
        self._pressing += 1
        self._calm.clear()
        try:
            yield
        finally:
            self._pressing -= 1
            if not self._pressing:
                self._calm.set()

    async def give_way(self) -> None:
        """Wait until nothing presses, or long enough."""
        with suppress(TimeoutError):
            async with asyncio.timeout(GIVE_WAY_S):
                await self._calm.wait()
