"""How soon what a person decides has its effect: Allow, stop, and kill."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from time import perf_counter

from engine.api import Event, EventKind
from tests.benchmarks.figures import Measured, p95
from tests.benchmarks.ground import Ground
from tests.benchmarks.sessions import LIMIT_S, done, started
from tests.halyard import Halyard

ASKS = 40
GRACE_S = 3.0


async def allow(ground: Ground) -> dict[str, Measured]:
    """Allow what the demo agent asks for, again and again, as soon as it is told."""
    asks = ground.sized(ASKS, least=2)
    async with ground.halyard() as halyard:
        values = [p95(await _unblocked_ms(halyard, asks)) for _ in range(ground.runs)]
    return {"allow_to_unblocked_ms_p95": Measured(values=values, note=f"{asks} asks a run")}


async def stop(ground: Ground) -> dict[str, Measured]:
    """Stop sessions in mid-turn, of the demo agent and of one that hears nothing; kill the like."""
    async with ground.halyard(stop_grace=GRACE_S) as halyard:
        heard = [await _stopped_s(halyard, "demo", "slow=20/600") for _ in range(ground.runs)]
        deaf = [await _stopped_s(halyard, "tiny", "deaf") for _ in range(ground.runs)]
        killed = [await _stopped_s(halyard, "tiny", "deaf", by="kill") for _ in range(ground.runs)]
    return {
        "stop_working_s": Measured(values=heard),
        "stop_deaf_s": Measured(values=deaf),
        "kill_working_s": Measured(values=killed),
    }


async def _unblocked_ms(halyard: Halyard, asks: int) -> Sequence[float]:
    """Return how long it takes from each POST of an allow to the next thing that the agent says."""
    session = await started(halyard, f"ask={asks}")
    took = []
    asked_at = 0.0
    async with asyncio.timeout(LIMIT_S), aclosing(halyard.events(0, session=session)) as events:
        async for told in events:
            if told.kind is EventKind.APPROVAL and told.data["state"] == "open":
                asked_at = perf_counter()
                name = f"{session}.{told.data['number']}"
                await done(halyard, "approval allow", approval=name)
            elif told.kind is EventKind.TOOL and told.data.get("status") == "completed":
                took.append((perf_counter() - asked_at) * 1000)
            elif told.kind is EventKind.TURN:
                break
    if len(took) != asks:
        raise AssertionError(f"The agent went on after {len(took)} of {asks} asks.")
    await done(halyard, "session stop", session=session)
    return took


async def _stopped_s(halyard: Halyard, agent: str, task: str, *, by: str = "stop") -> float:
    """Return how long it takes from the POST of a stop, or a kill, to the end of the session."""
    session = await started(halyard, task, agent=agent)
    async with asyncio.timeout(LIMIT_S), aclosing(halyard.events(0, session=session)) as events:
        await _pass(events, EventKind.TASK, "sent" if task == "deaf" else "running")
        begun = perf_counter()
        await done(halyard, f"session {by}", session=session)
        await _pass(events, EventKind.SESSION, "ended")
        return perf_counter() - begun


async def _pass(events: AsyncIterator[Event], kind: EventKind, state: str) -> None:
    """Read on until it is told that something came to this state."""
    async for told in events:
        if told.kind is kind and told.data["state"] == state:
            return
