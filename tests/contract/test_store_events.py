"""Events are found, and those who wait for them are woken: exactly those."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, timedelta, timezone
from functools import partial
from pathlib import Path

import pytest

from engine.adapters.store.steps import ROWS_MAX
from engine.adapters.store.store import SqlStore
from engine.domain.event import EventKind, NewEvent
from engine.domain.values import EventNumber, SessionId, TaskId
from engine.ports.store import Transaction, Watch
from tests.build import AT, S1, a_received, an_event
from tests.stores import open_store, scalar

S2 = SessionId("s2")
NONE = EventNumber(0)
EVENTS = (
    an_event(
        task=TaskId("t1"), data={"text": "é \ud83d \0", "nested": [1, 2.5, None, {"a": True}]}
    ),
    an_event(session=S2, kind=EventKind.TOOL),
    NewEvent(kind=EventKind.HOST, at=AT, data={"host": "local"}),
    an_event(kind=EventKind.TOOL),
    an_event(kind=EventKind.TOOL, data={}),
)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    async with open_store(tmp_path / "halyard.db") as store:
        yield store


@pytest.fixture
async def full(store: SqlStore) -> SqlStore:
    await store.write(lambda tx: tx.events.append(*EVENTS))
    return store


async def test_an_event_comes_back_as_it_was(full: SqlStore) -> None:
    events = await full.read(lambda tx: tx.events.after(NONE, limit=10))

    assert [event.number for event in events] == [1, 2, 3, 4, 5]
    for event, new in zip(events, EVENTS, strict=True):
        assert (event.kind, event.at, event.session, event.task, event.data) == (
            new.kind,
            new.at,
            new.session,
            new.task,
            new.data,
        )


async def test_more_than_one_statement_adds_come_back_in_order(store: SqlStore) -> None:
    many = [an_event(data={"n": number}) for number in range(2 * ROWS_MAX + 1)]

    await store.write(lambda tx: tx.events.append(*many))

    events = await store.read(lambda tx: tx.events.after(NONE, limit=len(many) + 1))
    assert [event.data["n"] for event in events] == [*range(len(many))]


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=-9, minutes=-30))])
async def test_the_time_of_an_event_is_kept_as_all_times_are(
    store: SqlStore, zone: timezone
) -> None:
    at = AT.replace(microsecond=0).astimezone(zone)

    def note(tx: Transaction) -> None:
        tx.events.append(an_event(at=at))
        tx.inbox.add(a_received(received_at=at))

    await store.write(note)

    def kept(tx: Transaction) -> object:
        return scalar(tx, "SELECT event.at = inbox.received_at FROM event, inbox")

    assert await store.read(kept) == 1


async def test_an_event_of_no_instant_is_refused(store: SqlStore) -> None:
    naive = AT.replace(tzinfo=None)

    with pytest.raises(ValueError, match="no time zone"):
        await store.write(lambda tx: tx.events.append(an_event(at=naive)))


@pytest.mark.parametrize(
    ("find", "expected"),
    [
        pytest.param(partial(dict, limit=2), [1, 2], id="all-limited"),
        pytest.param(partial(dict, limit=9, session=S1), [1, 4, 5], id="session"),
        pytest.param(partial(dict, limit=9, kinds=[EventKind.HOST]), [3], id="kind"),
        pytest.param(
            partial(dict, limit=9, session=S1, kinds=[EventKind.TOOL, EventKind.HOST]),
            [4, 5],
            id="session-and-kinds",
        ),
        pytest.param(partial(dict, limit=9, kinds=[]), [], id="no-kinds"),
    ],
)
async def test_events_are_found(
    full: SqlStore, find: Callable[[], dict[str, object]], expected: list[int]
) -> None:
    events = await full.read(lambda tx: tx.events.after(NONE, **find()))  # type: ignore[arg-type]

    assert [event.number for event in events] == expected


async def test_the_newest_before_another_is_found(full: SqlStore) -> None:
    def look(tx: Transaction, before: int) -> int | None:
        found = tx.events.newest(S1, EventKind.TOOL, before=EventNumber(before))
        return found.number if found else None

    assert await full.read(lambda tx: [look(tx, 5), look(tx, 4)]) == [4, None]


async def test_those_between_two_others_are_found(full: SqlStore) -> None:
    def look(tx: Transaction, after: int, before: int) -> list[int]:
        bounds = {"after": EventNumber(after), "before": EventNumber(before)}
        return [event.number for event in tx.events.between(S1, EventKind.TOOL, **bounds)]

    assert await full.read(lambda tx: look(tx, 0, 9)) == [4, 5]
    assert await full.read(lambda tx: look(tx, 4, 9)) == [5]
    assert await full.read(lambda tx: look(tx, 0, 5)) == [4]


async def test_the_newest_are_found(full: SqlStore) -> None:
    last = await full.read(lambda tx: tx.events.last(S1, limit=2))
    newest = await full.read(lambda tx: tx.events.newest(S1, EventKind.TOOL))

    assert [event.number for event in last] == [4, 5]
    assert newest is not None
    assert newest.number == 5
    assert await full.read(lambda tx: tx.events.newest(S1, EventKind.PLAN)) is None
    assert await full.read(lambda tx: tx.events.count(S1)) == 3
    assert await full.read(lambda tx: tx.events.head()) == 5


async def test_before_the_first_event_the_head_is_0(store: SqlStore) -> None:
    assert await store.read(lambda tx: tx.events.head()) == 0


async def test_numbers_go_on_after_a_restart(tmp_path: Path) -> None:
    for _ in range(2):
        async with open_store(tmp_path / "halyard.db") as store:
            await store.write(lambda tx: tx.events.append(*EVENTS))

    async with open_store(tmp_path / "halyard.db") as store:
        assert await store.read(lambda tx: tx.events.head()) == 10


async def is_woken(watch: Watch) -> bool:
    """Whether a call of wait returns now."""
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(watch.wait())
        await asyncio.sleep(0)
        woken = waiting.done()
        waiting.cancel()
    return woken


async def test_the_first_wait_returns_at_once_and_the_second_waits(store: SqlStore) -> None:
    with store.watch() as watch:
        assert await is_woken(watch)
        assert not await is_woken(watch)


@pytest.mark.parametrize(
    ("event", "woken"),
    [
        pytest.param(an_event(), {"all", "s1", "text", "s1-text"}, id="text-of-s1"),
        pytest.param(an_event(session=S2), {"all", "s2", "text"}, id="text-of-s2"),
        pytest.param(an_event(kind=EventKind.TOOL), {"all", "s1", "tool"}, id="tool-of-s1"),
        pytest.param(an_event(session=None), {"all", "text"}, id="text-of-none"),
    ],
)
async def test_a_commit_wakes_whom_it_concerns(
    store: SqlStore, event: NewEvent, woken: set[str]
) -> None:
    with (
        store.watch() as all_,
        store.watch(session=S1) as s1,
        store.watch(session=S2) as s2,
        store.watch(kinds=[EventKind.TEXT]) as text,
        store.watch(kinds=[EventKind.TOOL, EventKind.PLAN]) as tool,
        store.watch(session=S1, kinds=[EventKind.TEXT]) as s1_text,
    ):
        watches = {"all": all_, "s1": s1, "s2": s2, "text": text, "tool": tool, "s1-text": s1_text}
        for watch in watches.values():
            await watch.wait()

        await store.write(lambda tx: tx.events.append(event))

        assert {name for name, watch in watches.items() if await is_woken(watch)} == woken


async def test_what_was_undone_wakes_nobody(store: SqlStore) -> None:
    def undo_one_and_keep_one(tx: Transaction) -> None:
        with contextlib.suppress(ZeroDivisionError), tx.undo_on_error():
            tx.events.append(an_event())
            raise ZeroDivisionError
        tx.events.append(an_event(session=S2))

    with store.watch(session=S1) as watch:
        await watch.wait()

        await store.write(undo_one_and_keep_one)

        assert not await is_woken(watch)


async def test_many_events_before_a_wait_wake_once(store: SqlStore) -> None:
    with store.watch() as watch:
        for _ in range(3):
            await store.write(lambda tx: tx.events.append(an_event()))

        assert await is_woken(watch)
        assert not await is_woken(watch)


async def test_a_closed_watch_is_forgotten(store: SqlStore) -> None:
    with store.watch(session=S1):
        pass

    assert store._watches._watches == {}
