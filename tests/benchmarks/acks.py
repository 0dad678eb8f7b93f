"""How soon a chat hears that something was heard, whichever chat it is."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from tests.benchmarks.busy_halyard import EVENTS_PER_S
from tests.benchmarks.figures import Measured, p50, p99
from tests.benchmarks.ground import Ground
from tests.halyard import Halyard

ASKS_PER_S = 50
ACK_S = 20.0
SESSIONS = 20
"""That people speak to, one after the other."""
BUSY = "tests.benchmarks.busy_halyard"
"""The Halyard that is asked."""


class Asked(Protocol):
    """One command, and what became of it."""

    @property
    def has_failed(self) -> bool:
        """Whether nothing was heard of it in time."""
        ...

    @property
    def acknowledged_after_s(self) -> float:
        """How long the acknowledgement took."""
        ...

    async def settled(self) -> None:
        """Wait until it was acknowledged, or failed."""
        ...


async def acknowledged(
    ground: Ground,
    platform: str,
    ours: Callable[[float], Awaitable[tuple[Sequence[float], float]]],
    bare: Callable[[float], Awaitable[Sequence[float]]],
) -> dict[str, Measured]:
    """Measure so many seconds of commands to Halyard, and the same of the bare library.

    Both tell how long each took in ms; ours also how many events were stored a second meanwhile.
    """
    seconds = max(1.0, ACK_S * ground.scale)
    runs, rates = [], []
    for _ in range(ground.runs):
        took_ms, events_per_s = await ours(seconds)
        runs.append(took_ms)
        rates.append(events_per_s)
    floors = [await bare(seconds) for _ in range(ground.runs)]
    note = f"{min(rates):,.0f} events/s were reached"
    return {
        f"{platform}_ack_ms_{name}": Measured(
            values=[*map(part, runs)],
            floors=[*map(part, floors)],
            note=note,
            load=min(rates) / EVENTS_PER_S,
        )
        for name, part in (("p50", p50), ("p99", p99))
    }


async def beside_events(
    halyard: Halyard, ask: Callable[[int], Awaitable[Asked]], seconds: float
) -> tuple[Sequence[float], float]:
    """Ask at a steady rate; return how long each took in ms, and the events stored in a second."""
    clock = asyncio.get_running_loop().time
    began, before = clock(), _events(halyard)
    asked = await steadily(ask, seconds)
    rate = (_events(halyard) - before) / (clock() - began)
    return await took_ms(asked), rate


async def steadily(ask: Callable[[int], Awaitable[Asked]], seconds: float) -> Sequence[Asked]:
    """Ask at a steady rate for so long."""
    asked: list[Asked] = []
    for number in range(int(ASKS_PER_S * seconds)):
        asked.append(await ask(number))
        await asyncio.sleep(1 / ASKS_PER_S)
    return asked


async def took_ms(asked: Sequence[Asked]) -> Sequence[float]:
    """Return how long each acknowledgement took; all of them have to come."""
    if await late(asked):
        raise AssertionError("Something was not acknowledged at all.")
    return [one.acknowledged_after_s * 1000 for one in asked]


async def late(asked: Sequence[Asked]) -> int:
    """Return how many were not acknowledged in time."""
    for one in asked:
        await one.settled()
    return sum(one.has_failed for one in asked)


def _events(halyard: Halyard) -> int:
    return int(halyard.rows("SELECT max(number) AS head FROM event")[0]["head"])
