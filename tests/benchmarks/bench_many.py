"""What many idle sessions take of the process that holds their links."""

import asyncio

from psutil import Process

from tests.benchmarks.figures import Measured
from tests.benchmarks.ground import Ground, usage_of
from tests.benchmarks.sessions import many_rested

SESSIONS = 200
SETTLE_S = 20.0
"""After a start or a burst, before what is idle is looked at."""
IDLE_S = 120.0
"""Long enough for two of the janitor's rounds and for all that hosts and deadlines are asked."""
MIB = 2**20


async def many(ground: Ground) -> dict[str, Measured]:
    """Hold 200 sessions whose agents have done a first task, and look at the process."""
    count = ground.sized(SESSIONS, least=2)
    async with ground.halyard() as halyard:
        process = usage_of(halyard)
        await asyncio.sleep(SETTLE_S * ground.scale)
        before_bytes = process.memory_info().rss
        await many_rested(halyard, count, task="1")
        await asyncio.sleep(SETTLE_S * ground.scale)
        idle_cpu_pct = await _cpu_pct(process, max(1.0, IDLE_S * ground.scale))
        growth_bytes = process.memory_info().rss - before_bytes
        threads = process.num_threads()
    whole = f"{before_bytes / MIB:.0f} MiB without a session"
    return {
        "session_growth_mib": Measured(values=[growth_bytes / MIB / count], note=whole),
        "sessions_200_threads": Measured(values=[threads]),
        "sessions_200_idle_cpu_pct": Measured(values=[idle_cpu_pct]),
    }


async def _cpu_pct(process: Process, seconds: float) -> float:
    """Return how much of one processor it takes, on average."""
    before = process.cpu_times()
    await asyncio.sleep(seconds)
    after = process.cpu_times()
    return (after.user + after.system - before.user - before.system) / seconds * 100
