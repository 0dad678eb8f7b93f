"""Waiting for the world to change."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

ValueT = TypeVar("ValueT")

RECHECK_S = 0.1
"""What is waited for may also hang on things that the world does not know of."""


class Changes:
    """Wakes all who wait, whenever anything changed."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def notify(self) -> None:
        """Wake whoever waits."""
        self._next.set()
        self._next = asyncio.Event()

    async def wait(self) -> None:
        """Wait for the next change."""
        await self._next.wait()

    async def until(self, condition: Callable[[], ValueT], timeout_s: float) -> ValueT:
        """Return what `condition` says as soon as that is true.

        Raises:
            TimeoutError: it was not within `timeout_s`.
        """
        async with asyncio.timeout(timeout_s):
            while not (value := condition()):
                await self._changed()
        return value

    async def _changed(self) -> None:
        try:
            async with asyncio.timeout(RECHECK_S):
                await self._next.wait()
        except TimeoutError:
            return
