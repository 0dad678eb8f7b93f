"""How soon Halyard is ready on a database that has seen much."""

import asyncio
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import perf_counter

from engine.adapters.clock import SystemClock
from engine.adapters.store.store import SqlStore
from engine.api import EndReason, EventKind, SessionId, SessionState, TaskId, TaskState
from engine.domain.event import NewEvent
from engine.ports.store import Transaction
from tests.benchmarks.figures import Measured
from tests.benchmarks.ground import Ground
from tests.build import a_session, a_task, an_attempt, an_event
from tests.docker_host import ROOT

EVENTS = 1_000_000
EVENTS_OF_SESSION = 1_000
TEXT = "This is what an agent says in one event, about as long as such texts are. " * 3
IMPORTS = (sys.executable, "-c", "import bot.__main__, bot.cli.up, os; os._exit(0)")


async def start(ground: Ground) -> dict[str, Measured]:
    """Fill a database with the events of ended sessions, then start on it again and again."""
    values, floors = [], []
    async with ground.halyard() as halyard:
        await halyard.stop()
        await _fill(halyard.database, ground.sized(EVENTS // EVENTS_OF_SESSION))
        size = halyard.database.stat().st_size
        for _ in range(ground.runs):
            before_s = await imports_s()
            begun = perf_counter()
            await halyard.start()
            up_s = perf_counter() - begun
            await halyard.stop()
            floors.append((before_s + await imports_s()) / 2)
            values.append(up_s - floors[-1])
    note = f"a database of {size / 2**20:.0f} MiB"
    return {"start_over_imports_s": Measured(values=values, floors=floors, note=note)}


async def imports_s() -> float:
    """Return how long a process takes that only imports what `halyard up` does."""
    begun = perf_counter()
    process = await asyncio.create_subprocess_exec(*IMPORTS, cwd=ROOT)
    if await process.wait():
        raise AssertionError("What `halyard up` imports cannot be imported.")
    return perf_counter() - begun


async def _fill(database: Path, sessions: int) -> None:
    store = await SqlStore.open(database, SystemClock())
    for number in range(sessions):
        await store.write(partial(_add_session, number))
    await store.close()


def _add_session(number: int, tx: Transaction) -> None:
    """Store an ended session with all its events."""
    id_ = SessionId(f"past{number}")
    ended = a_session(
        id=id_, number=number, attempt=1, state=SessionState.ENDED, reason=EndReason.DONE
    )
    tx.sessions.add(ended)
    tx.tasks.add(a_task(id=TaskId(f"task{number}"), session=id_, state=TaskState.DONE))
    tx.attempts.add(an_attempt(session=id_, ended_at=ended.changed_at, exit_code=0))
    tx.events.append(*(_event(id_, count) for count in range(EVENTS_OF_SESSION)))


def _event(session: SessionId, number: int) -> NewEvent:
    kind = EventKind.TEXT if number % 10 else EventKind.TOOL
    return replace(an_event(session=session), kind=kind, data={"text": f"{number} {TEXT}"})
