"""How soon people in Discord see what happened, and how often Discord has to refuse us."""

import asyncio
from collections.abc import Mapping, Sequence

from engine.api import EventKind, Task, Verbosity
from tests.benchmarks.busy_sessions import (
    SESSIONS,
    STORM_LEAST_S,
    STORM_S,
    started,
    tell,
)
from tests.benchmarks.busy_sessions import storm as stormed
from tests.benchmarks.discord_room import a_room
from tests.benchmarks.figures import Measured, p95
from tests.benchmarks.ground import Ground
from tests.discord_room import Room

EVENTS = 200
SETTLE_S = 60.0


async def channel(ground: Ground) -> dict[str, Measured]:
    """Store events that are to be posted, and look when each is seen."""
    many = ground.sized(EVENTS, least=5)
    values = [p95(await _seen_s(ground, many)) for _ in range(ground.runs)]
    return {"event_to_channel_s_p95": Measured(values=values, note=f"{many} events a run")}


async def storm(ground: Ground) -> dict[str, Measured]:
    """Let many sessions be busy in one channel, and ask people something in between."""
    seconds = max(STORM_LEAST_S, STORM_S * ground.scale)
    runs = [await _stormed(ground, seconds) for _ in range(ground.runs)]
    return {
        "post_budget_429s": Measured(values=[refused for refused, _ in runs]),
        "approval_behind_progress_s_max": Measured(values=[max(waits) for _, waits in runs]),
    }


async def _seen_s(ground: Ground, many: int) -> Sequence[float]:
    async with a_room(ground) as room:
        tasks = await _started(room, ground)
        stored: dict[str, float] = {}
        for number in range(many):
            task, word = tasks[number % len(tasks)], f"gap {number} gap"
            data = {"why": word, "since": None, "until": None}
            await tell(room.ground, EventKind.GAP, task, data)
            stored[word] = room.ground.clock.now().timestamp()
            await asyncio.sleep(1 / SESSIONS)
        return await _seen_after_s(room, stored)


async def _stormed(ground: Ground, seconds: float) -> tuple[float, Sequence[float]]:
    """Return how often we were told that it is too much, and how long each question waited."""
    async with a_room(ground) as room:
        tasks = await _started(room, ground)
        asked = await stormed(room.ground, tasks, seconds)
        waits = await _seen_after_s(room, asked)
        return sum(one.status == 429 for one in room.discord.requests), waits


async def _started(room: Room, ground: Ground) -> Sequence[Task]:
    return await started(room, ground.sized(SESSIONS, least=3), Verbosity.EVERYTHING)


async def _seen_after_s(room: Room, stored: Mapping[str, float]) -> Sequence[float]:
    """Wait until each word is to be read somewhere; return how long that took."""
    seen: dict[str, float] = {}

    def are_all_seen() -> bool:
        for message in room.discord.all_messages():
            text = str(message.embeds) + message.content
            for word in stored.keys() - seen.keys():
                if word in text:
                    seen[word] = message.created_at.timestamp()
        return len(seen) == len(stored)

    await room.discord.until(are_all_seen, SETTLE_S)
    return [seen[word] - at for word, at in stored.items()]
