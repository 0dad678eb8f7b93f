"""How long a write waits for its acknowledgement, beside many others."""

import asyncio
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from uuid import uuid4

from engine.adapters.clock import SystemClock
from engine.adapters.store.store import SqlStore
from engine.domain.event import EventKind, NewEvent
from engine.domain.values import ActorId, EventNumber, InboxKey, SessionId
from engine.ports.store import Store, Transaction
from engine.ports.talk import Received

PRODUCERS = 200
EVENTS_PER_S = 5_000
COMMANDS_PER_S = 50
SECONDS = 20.0
TEXT = "This is a line of what an agent says, about as long as such lines are. "


async def writer_ack(path: Path, *, scale: float) -> dict[str, float]:
    """Return how many ms events and commands wait, each in the 99th of a hundred.

    200 producers, each with one write in flight, store 5,000 events a second in all beside 50
    commands a second. `scale` shortens it from 20 seconds. The floor is the same for a bare
    append of as many bytes with fsync, on the same disk. `path` is an empty folder.
    """
    store = await SqlStore.open(path / "writer.db", SystemClock())
    events: list[float] = []
    commands: list[float] = []
    seconds = max(1.0, SECONDS * scale)
    started = perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for number in range(PRODUCERS):
            write = _event_of(SessionId(f"s{number}"))
            rate = EVENTS_PER_S / PRODUCERS
            await asyncio.sleep(1 / EVENTS_PER_S)  # They are not in step with each other.
            tasks.create_task(produce(store, write, rate, seconds, events))
        tasks.create_task(produce(store, _command, COMMANDS_PER_S, seconds, commands))
    took_s = perf_counter() - started
    await store.close()
    return {
        "writer_event_ack_ms_p99": _p99_ms(events),
        "writer_command_ack_ms_p99": _p99_ms(commands),
        "writer_events_per_s": len(events) / took_s,
        "writer_floor_fsync_ms_p99": await asyncio.to_thread(_fsync_floor, path / "floor"),
    }


async def produce(
    store: Store,
    write: Callable[[Transaction], None],
    per_s: float,
    seconds: float,
    acks: list[float],
) -> None:
    """Write at a steady rate; a late one is followed by the next at once, so that none is lost."""
    started = perf_counter()
    for count in range(int(per_s * seconds)):
        due = started + count / per_s
        await asyncio.sleep(due - perf_counter())
        asked = perf_counter()
        await store.write(write)
        acks.append(perf_counter() - asked)


def _event_of(session: SessionId) -> Callable[[Transaction], None]:
    return lambda tx: tx.events.append(_event(session, 0))


def events_write(session: SessionId, many: int) -> Callable[[Transaction], None]:
    """Return a write of a batch of events of a session."""

    def write(tx: Transaction) -> None:
        for number in range(many):
            tx.events.append(_event(session, number))

    return write


def _event(session: SessionId, number: int) -> NewEvent:
    return NewEvent(
        kind=EventKind.TEXT,
        at=datetime(2030, 5, 4, tzinfo=UTC),
        session=session,
        data={"text": f"{TEXT}{number}", "message": "0f1e2d3c-1111-2222-3333-444455556666"},
    )


def _command(tx: Transaction) -> None:
    """Do what a command does: hear it once, change something, tell of it, answer."""
    key = InboxKey(uuid4().hex)
    tx.inbox.add(
        Received(
            key=key,
            actor=ActorId("local:1000"),
            surface="local",
            path="session say",
            values={"session": "web-1", "text": TEXT},
            received_at=datetime(2030, 5, 4, tzinfo=UTC),
        )
    )
    with tx.undo_on_error():
        tx.events.append(_event(SessionId("s1"), 0))
        tx.feeds.move("bench", EventNumber(1))
    tx.inbox.done(key, answer='{"title":"Queued"}', outcome="done")


def _fsync_floor(path: Path) -> float:
    """Append what a batch of about 50 events has, and wait for the disk; 500 times."""
    line = b"x" * 300 * 50
    took = []
    fd = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    for _ in range(500):
        started = perf_counter()
        os.write(fd, line)
        os.fdatasync(fd)
        took.append(perf_counter() - started)
    os.close(fd)
    return _p99_ms(took)


def _p99_ms(took: list[float]) -> float:
    return sorted(took)[int(len(took) * 0.99)] * 1000
