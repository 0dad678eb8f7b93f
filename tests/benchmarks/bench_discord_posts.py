"""How soon people in Discord see what happened, and how often Discord has to refuse us."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import Random

from engine.api import ApprovalId, EventKind, Task, Verbosity
from engine.app.changes import tell_approval
from engine.app.desk import Desk
from engine.domain.event import NewEvent
from engine.ports.store import Transaction
from tests.benchmarks.discord_room import a_room
from tests.benchmarks.figures import Measured, p95
from tests.benchmarks.ground import Ground
from tests.build import an_approval
from tests.discord_room import DEMO, Room

SESSIONS = 20
EVENTS = 200
STORM_S = 60.0
STORM_LEAST_S = 4.0
TOOLS_PER_S = 2.0
"""Of each busy session."""
ASK_EVERY_S = 2.0
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
            await room.ground.store.write(_telling(EventKind.GAP, task, data, room))
            stored[word] = room.ground.clock.now().timestamp()
            await asyncio.sleep(1 / SESSIONS)
        return await _seen_after_s(room, stored)


async def _stormed(ground: Ground, seconds: float) -> tuple[float, Sequence[float]]:
    """Return how often we were told that it is too much, and how long each question waited."""
    async with a_room(ground) as room:
        tasks = await _started(room, ground)
        asked: dict[str, float] = {}
        async with asyncio.TaskGroup() as crowd:
            for task in tasks:
                crowd.create_task(_be_busy(room, task, seconds))
            for number in range(int(seconds / ASK_EVERY_S)):
                await asyncio.sleep(ASK_EVERY_S)
                word = f"question {number} question"
                await room.ground.at_desk(_asking(tasks[number % len(tasks)], number + 1, word))
                asked[word] = room.ground.clock.now().timestamp()
        waits = await _seen_after_s(room, asked)
        return sum(one.status == 429 for one in room.discord.requests), waits


async def _be_busy(room: Room, task: Task, seconds: float) -> None:
    """Use one tool after the other, which shows on the card and in the thread."""
    rng = Random(task.id)  # noqa: S311 - so that sessions are not in step
    for number in range(int(TOOLS_PER_S * seconds)):
        await asyncio.sleep(rng.expovariate(TOOLS_PER_S))
        data = {"id": f"call{number}", "title": f"Read file {number}", "status": "completed"}
        await room.ground.store.write(_telling(EventKind.TOOL, task, data, room))


def _telling(
    kind: EventKind, task: Task, data: Mapping[str, str | None], room: Room
) -> Callable[[Transaction], object]:
    event = NewEvent(
        kind=kind, at=room.ground.clock.now(), session=task.session, task=task.id, data=dict(data)
    )
    return lambda tx: tx.events.append(event)


def _asking(task: Task, number: int, word: str) -> Callable[[Desk], None]:
    approval = replace(
        an_approval(number=number, subject=word, title=word),
        id=ApprovalId(f"a{number}"),
        session=task.session,
        task=task.id,
    )

    def ask(desk: Desk) -> None:
        desk.tx.approvals.add(approval)
        tell_approval(desk, approval)

    return ask


async def _seen_after_s(room: Room, stored: dict[str, float]) -> Sequence[float]:
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


async def _started(room: Room, ground: Ground) -> Sequence[Task]:
    """Have sessions with a thread each in a channel that hears everything; return their tasks."""
    await room.do(lambda use: use.channels.set(room.here, Verbosity.EVERYTHING))
    numbers = range(1, ground.sized(SESSIONS, least=3) + 1)
    for number in numbers:
        await room.start(f"Begin {number}")
    names = [f"{DEMO}-{number}" for number in numbers]
    return [(await room.tasks(name))[0] for name in names]
