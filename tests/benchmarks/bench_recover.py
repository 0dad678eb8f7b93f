"""How soon all sessions are held again after Halyard was killed."""

import asyncio
from collections.abc import Collection
from time import perf_counter

from engine.api import EventKind
from tests.benchmarks.bench_start import imports_s
from tests.benchmarks.figures import Measured
from tests.benchmarks.ground import Ground
from tests.benchmarks.sessions import LIMIT_S, done, many_rested
from tests.halyard import Halyard

SESSIONS = 50
LINES = 20_000


async def recover(ground: Ground) -> dict[str, Measured]:
    """Kill Halyard under live sessions with long logs, and start it again.

    That a link is live is not believed but tried: each session is given a task, and its answer
    is waited for.
    """
    async with ground.halyard() as halyard:
        sessions = await many_rested(halyard, ground.sized(SESSIONS), task=f"{ground.sized(LINES)}")
        values, floors = [], []
        for _ in range(ground.runs):
            values.append(await _recovered_s(halyard, sessions))
            floors.append(await imports_s())
        (sums,) = halyard.rows("SELECT sum(log_bytes) AS log_bytes FROM attempt")
    each = sums["log_bytes"] / len(sessions) / 2**20
    note = f"{len(sessions)} sessions with {each:.1f} MiB of log each"
    return {"recover_50_sessions_s": Measured(values=values, floors=floors, note=note)}


async def _recovered_s(halyard: Halyard, sessions: Collection[str]) -> float:
    await halyard.kill()
    (head,) = halyard.rows("SELECT max(number) AS number FROM event")
    begun = perf_counter()
    await halyard.start()
    async with asyncio.timeout(LIMIT_S), asyncio.TaskGroup() as tasks:
        for session in sessions:
            tasks.create_task(done(halyard, "session say", session=session, text="1"))
        await _turns(halyard, head["number"], len(sessions))
    return perf_counter() - begun


async def _turns(halyard: Halyard, head: int, count: int) -> None:
    """Return once so many turns have ended."""
    async for told in halyard.events(head):
        count -= told.kind is EventKind.TURN
        if not count:
            return
