"""One writer: each unit of work stands alone, and what was told to be done is done."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import closing, nullcontext, suppress
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from engine.adapters.store.store import SqlStore
from engine.domain.errors import NotFound, Unavailable
from engine.domain.event import Event
from engine.domain.values import EventNumber, ProjectName, SessionId
from engine.ports.store import Transaction
from tests.build import S1, a_project, a_session, a_task, an_event
from tests.stores import open_store, sql

NONE = EventNumber(0)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    async with open_store(tmp_path / "halyard.db") as store:
        yield store


def tell(tx: Transaction, told: object = "x") -> None:
    """Append an event that says `told`."""
    tx.events.append(an_event(data={"text": str(told)}))


def tell_and_fail(tx: Transaction) -> None:
    tx.projects.add(a_project())
    tell(tx, "never")
    assert [event.data["text"] for event in tx.events.after(NONE, limit=9999)][-1] == "never"
    raise ZeroDivisionError


def tell_inside_and_fail(tx: Transaction) -> None:
    with tx.undo_on_error():
        with tx.undo_on_error():
            tell(tx, "inner")
        tell_and_fail(tx)


async def told(store: SqlStore) -> list[object]:
    events = await store.read(lambda tx: tx.events.after(NONE, limit=100_000))
    return [event.data["text"] for event in events]


class Odd(BaseException):
    """Passes by every `except Exception`."""


class Held:
    """Keeps the writer busy, so that what is asked meanwhile becomes one batch."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self._may_go_on = threading.Event()

    async def together(self, *fns: Callable[[Transaction], object]) -> list[object]:
        """Run these in one batch; return their results or errors."""
        asked = [self._store.write(self._wait), *(self._store.write(fn) for fn in fns)]
        gathered = asyncio.gather(*asked, return_exceptions=True)
        await asyncio.sleep(0)  # All have asked when this comes back.
        self._may_go_on.set()
        return (await gathered)[1:]

    def _wait(self, tx: Transaction) -> None:
        assert self._may_go_on.wait(10)


async def test_a_write_returns_its_result(store: SqlStore) -> None:
    assert await store.write(lambda tx: tx.sessions.next_number(ProjectName("web"))) == 1


async def test_a_failed_write_undoes_only_itself(store: SqlStore) -> None:
    first, second = partial(tell, told=1), partial(tell, told=2)

    results = await Held(store).together(first, tell_and_fail, second)

    assert [type(result) for result in results] == [type(None), ZeroDivisionError, type(None)]
    assert await told(store) == ["1", "2"]
    assert await store.read(lambda tx: tx.projects.all()) == []


async def test_a_block_can_be_undone_alone(store: SqlStore) -> None:
    def work(tx: Transaction) -> None:
        tell(tx, "before")
        with pytest.raises(ZeroDivisionError):
            tell_inside_and_fail(tx)
        with tx.undo_on_error():
            tell(tx, "after")

    await store.write(work)

    assert await told(store) == ["before", "after"]
    assert await store.read(lambda tx: tx.projects.all()) == []


@pytest.mark.parametrize("error", [Odd, StopIteration, MemoryError])
async def test_nothing_that_is_raised_ends_the_writer(
    store: SqlStore, error: type[BaseException]
) -> None:
    def work(tx: Transaction) -> None:
        tell(tx)
        raise error

    (result,) = await Held(store).together(work)

    assert isinstance(result, RuntimeError if error is StopIteration else error)
    await store.write(partial(tell, told="alive"))
    assert await told(store) == ["alive"]


async def test_a_write_sees_what_the_ones_before_it_did(store: SqlStore) -> None:
    def count(tx: Transaction) -> int:
        tell(tx)
        return tx.events.head()

    assert await Held(store).together(count, count, count) == [1, 2, 3]


async def test_many_writers_at_once_lose_nothing(store: SqlStore) -> None:
    async def produce(producer: int) -> None:
        for number in range(20):
            await store.write(partial(tell, told=f"{producer}.{number}"))

    async with asyncio.TaskGroup() as tasks:
        for producer in range(100):
            tasks.create_task(produce(producer))

    stored = await told(store)
    assert len(stored) == len(set(stored)) == 2000
    assert await store.read(lambda tx: tx.events.head()) == 2000


async def test_a_cancelled_caller_harms_nobody(store: SqlStore) -> None:
    async with asyncio.TaskGroup() as tasks:
        cancelled = tasks.create_task(store.write(partial(tell, told="cancelled")))
        await asyncio.sleep(0)
        cancelled.cancel()

    await store.write(partial(tell, told="next"))

    assert (await told(store))[-1] == "next"


async def test_a_failed_commit_is_told_to_all_and_nothing_of_it_is_done(store: SqlStore) -> None:
    def break_at_commit(tx: Transaction) -> None:
        sql(tx, "PRAGMA defer_foreign_keys=ON")
        tx.tasks.add(a_task(session=SessionId("nobody")))

    results = await Held(store).together(partial(tell, told=1), break_at_commit, tell)

    assert [str(result) for result in results] == [
        "The database could not keep the change; nothing of it was done."
    ] * 3
    assert all(isinstance(result, Unavailable) for result in results)
    await store.write(partial(tell, told="later"))
    assert await told(store) == ["later"]


async def test_a_full_disk_takes_back_what_shares_its_transaction_and_no_more(
    store: SqlStore,
) -> None:
    def fill(tx: Transaction) -> None:
        with pytest.raises(Exception, match="full"):  # Somebody may swallow it.
            tx.projects.add(a_project(source="x" * 10_000_000))

    await store.write(partial(sql, statement="PRAGMA max_page_count=300"))

    results = await Held(store).together(partial(tell, told=1), fill, partial(tell, told=2))

    assert [type(result) for result in results] == [Unavailable, Unavailable, type(None)]
    await store.write(partial(tell, told="later"))
    assert await told(store) == ["2", "later"]


@pytest.mark.parametrize("is_a_step", [True, False])
async def test_a_full_disk_is_not_mistaken_for_a_step_that_failed(
    store: SqlStore, is_a_step: bool
) -> None:
    def go_on(tx: Transaction) -> None:
        with suppress(Exception), tx.undo_on_error() if is_a_step else nullcontext():
            tx.projects.add(a_project(source="x" * 10_000_000))
        tx.bookmarks.set("kept", "behind the transaction")

    await store.write(partial(sql, statement="PRAGMA max_page_count=300"))

    with pytest.raises(Unavailable):
        await store.write(go_on)

    assert await store.read(lambda tx: tx.bookmarks.get("kept")) == ""


async def test_what_goes_first_is_before_what_waits_and_is_committed_without_it(
    store: SqlStore,
) -> None:
    is_working, is_kept = threading.Event(), threading.Event()
    seen: list[EventNumber] = []

    def work(tx: Transaction) -> None:
        is_working.set()
        assert all_asked.wait(10)
        tell(tx, "at work")

    def wait_until_kept(tx: Transaction) -> None:
        assert is_kept.wait(10)
        tell(tx, "waiting")

    async def keep_first() -> None:
        await store.write(partial(tell, told="first"), is_first=True)
        seen.append(await store.read(lambda tx: tx.events.head()))
        is_kept.set()

    all_asked = threading.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(store.write(work))
        await asyncio.to_thread(is_working.wait, 10)
        tasks.create_task(store.write(wait_until_kept))
        await asyncio.sleep(0)
        tasks.create_task(keep_first())
        await asyncio.sleep(0)
        all_asked.set()

    assert seen == [2]
    assert await told(store) == ["at work", "first", "waiting"]


async def test_what_goes_first_is_done_before_the_end(tmp_path: Path) -> None:
    async with open_store(tmp_path / "closing.db") as store:
        held = threading.Event()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(store.write(lambda _: held.wait(10)))
            first = tasks.create_task(store.write(tell, is_first=True))
            await asyncio.sleep(0)
            closing = tasks.create_task(store.close())
            await asyncio.sleep(0)
            held.set()
        assert first.done()
        assert closing.done()

    async with open_store(tmp_path / "closing.db") as store:
        assert await told(store) == ["x"]


@pytest.mark.parametrize("is_first", [False, True])
async def test_what_no_transaction_began_for_is_told_so(
    store: SqlStore, tmp_path: Path, *, is_first: bool
) -> None:
    await store.write(partial(sql, statement="PRAGMA busy_timeout=1"))
    with closing(sqlite3.connect(tmp_path / "halyard.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        async with asyncio.timeout(10):
            with pytest.raises(Unavailable):
                await store.write(partial(tell, told="never"), is_first=is_first)
        other.execute("ROLLBACK")

    await store.write(partial(tell, told="later"), is_first=is_first)
    assert await told(store) == ["later"]


async def test_what_goes_first_keeps_its_own_order(store: SqlStore) -> None:
    async with asyncio.TaskGroup() as tasks:
        for number in range(1200):
            is_first = bool(number % 3)
            tasks.create_task(store.write(partial(tell, told=number), is_first=is_first))

    stored = [int(str(one)) for one in await told(store)]
    assert sorted(stored) == list(range(1200))
    for kind in (0, 1):
        of_kind = [number for number in stored if bool(number % 3) == kind]
        assert of_kind == sorted(of_kind)


async def test_the_database_itself_refuses_a_second_active_task(store: SqlStore) -> None:
    def add_two(tx: Transaction) -> None:
        tx.sessions.add(a_session())
        tx.tasks.add(a_task())
        tx.tasks.add(a_task(id="t2", number=2))

    await store.write(add_two)

    with pytest.raises(IntegrityError):
        await store.write(partial(sql, statement="UPDATE task SET state = 'sent'"))


async def test_a_read_cannot_write(store: SqlStore) -> None:
    with pytest.raises(Unavailable):
        await store.read(lambda tx: tx.projects.add(a_project()))
    with pytest.raises(Unavailable):
        await store.read(tell)

    assert await told(store) == []


async def test_a_read_is_of_one_moment(store: SqlStore) -> None:
    await store.write(tell)
    has_read, may_go_on = threading.Event(), threading.Event()

    def read_twice(tx: Transaction) -> tuple[int, int]:
        first = tx.events.count(S1)
        has_read.set()
        assert may_go_on.wait(10)
        return first, tx.events.count(S1)

    async with asyncio.TaskGroup() as tasks:
        reading = tasks.create_task(store.read(read_twice))
        assert await asyncio.to_thread(has_read.wait, 10)
        await store.write(tell)
        may_go_on.set()

    assert reading.result() == (1, 1)


async def test_a_refusal_comes_through_a_read(store: SqlStore) -> None:
    with pytest.raises(NotFound):
        await store.read(lambda tx: tx.projects.get(ProjectName("none")))


async def test_events_keep_the_order_of_commits(store: SqlStore) -> None:
    def tell_three(tx: Transaction) -> None:
        for word in ("a", "b", "c"):
            tell(tx, word)

    await Held(store).together(tell_three, tell_and_fail, partial(tell, told="d"))

    events = await store.read(lambda tx: tx.events.after(NONE, limit=10))
    assert [(event.number, event.data["text"]) for event in events] == [
        *enumerate(["a", "b", "c", "d"], 1)
    ]


async def test_a_reader_that_goes_on_from_its_last_number_misses_nothing(store: SqlStore) -> None:
    async def produce() -> None:
        for number in range(50):
            write = tell_and_fail if number % 7 == 3 else partial(tell, told=number)
            await asyncio.gather(store.write(write), return_exceptions=True)

    async def follow(expected: int) -> list[Event]:
        seen: list[Event] = []
        with store.watch() as watch:
            while len(seen) < expected:
                await watch.wait()
                number = seen[-1].number if seen else NONE
                seen += await store.read(partial(_after, number=number))
        return seen

    async with asyncio.TaskGroup() as tasks:
        following = tasks.create_task(follow(10 * 43))
        for _ in range(10):
            tasks.create_task(produce())

    assert following.result() == await store.read(partial(_after, number=NONE))


def _after(tx: Transaction, number: EventNumber) -> list[Event]:
    return list(tx.events.after(number, limit=100_000))


async def test_close_commits_what_is_queued(tmp_path: Path) -> None:
    async with open_store(tmp_path / "halyard.db") as store:
        writes = [store.write(partial(tell, told=number)) for number in range(1000)]
        queued = asyncio.gather(*writes)
        await asyncio.sleep(0)
        await store.close()
        await queued

    async with open_store(tmp_path / "halyard.db") as store:
        assert len(await told(store)) == 1000


async def test_a_closed_store_says_so(store: SqlStore) -> None:
    await store.close()

    with pytest.raises(Unavailable, match="closed"):
        await store.write(tell)
    with pytest.raises(Unavailable, match="closed"):
        await store.read(lambda tx: tx.events.head())
