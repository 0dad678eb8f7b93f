"""One thing at a time in each place, in the order they came."""

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Turn:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    count: int = 0


@dataclass(frozen=True, slots=True)
class Turns:
    """Keeps what is said in one place in order: a file that is fetched holds up what follows."""

    _turns: dict[Hashable, _Turn] = field(default_factory=dict)

    @asynccontextmanager
    async def of(self, place: Hashable) -> AsyncIterator[None]:
        """Wait until all that came before is done there."""
        turn = self._turns.setdefault(place, _Turn())
        turn.count += 1
        try:
            async with turn.lock:
                yield
        finally:
            turn.count -= 1
            if not turn.count:
                del self._turns[place]
