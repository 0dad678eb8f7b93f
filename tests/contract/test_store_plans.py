"""What is asked again and again is found by an index, however much has been stored."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.adapters.store.store import SqlStore
from engine.domain.delivery import DeliveryState
from engine.domain.event import EventKind
from engine.domain.values import DeliveryId, EventNumber, InboxKey
from engine.ports.store import Transaction
from tests.build import AT, S1, THERE, a_project, a_session
from tests.stores import each_statement, open_store

CALLS: dict[str, tuple[Callable[[Transaction], object], str]] = {
    "a card": (lambda tx: tx.deliveries.card("card"), "uq_delivery_card"),
    "what is due": (
        lambda tx: tx.deliveries.due("chat", AT, limit=9, each=9),
        "delivery USING INDEX ix_delivery_platform_state_channel (platform=? AND state=?)",
    ),
    "what is before it": (
        lambda tx: tx.deliveries.due("chat", AT, limit=9, each=9),
        "ix_delivery_lane_state_seq (lane=? AND state=? AND seq<?)",
    ),
    "what is in doubt": (
        lambda tx: tx.deliveries.in_states("chat", {DeliveryState.DOUBT}),
        "ix_delivery_platform_state_channel (platform=? AND state=?)",
    ),
    "old messages of cards": (
        lambda tx: tx.deliveries.replaced("chat", limit=9),
        "ix_delivery_replaced",
    ),
    "receipts of some": (
        lambda tx: tx.deliveries.receipts_of([DeliveryId("d1")]),
        "autoindex_delivery_1 (id=?)",
    ),
    "what was said": (
        lambda tx: tx.inbox.find_all([InboxKey("k1"), InboxKey("k2")]),
        "autoindex_inbox_1 (key=?)",
    ),
    "what was done lately": (
        lambda tx: tx.inbox.done_since("chat", AT),
        "ix_inbox_surface_received_at (surface=? AND received_at>?)",
    ),
    "the active task": (lambda tx: tx.tasks.active(S1), "ix_task_session_state"),
    "pressing tasks": (lambda tx: tx.tasks.pressing_of(S1), "ix_task_session_state"),
    "waiting tasks": (lambda tx: tx.tasks.count_queued(S1), "ix_task_session_state"),
    "the session of a thread": (
        lambda tx: tx.sessions.in_thread(replace(THERE, thread="7")),
        "ix_session_platform_channel_thread",
    ),
    "the newest event of a kind": (
        lambda tx: tx.events.newest(S1, EventKind.PLAN),
        "ix_event_session_kind_number (session=? AND kind=? AND number<?)",
    ),
    "events of a kind between two": (
        lambda tx: tx.events.between(
            S1, EventKind.TOOL, after=EventNumber(1), before=EventNumber(9)
        ),
        "ix_event_session_kind_number (session=? AND kind=? AND number>? AND number<?)",
    ),
    "what was said between two": (
        lambda tx: tx.events.between(
            S1, EventKind.TEXT, after=EventNumber(1), before=EventNumber(9)
        ),
        "ix_event_session_number (session=? AND number>? AND number<?)",
    ),
    "what was said last": (
        lambda tx: tx.events.newest(S1, EventKind.TEXT),
        "ix_event_session_number (session=? AND number<?)",
    ),
    "a page of events": (
        lambda tx: tx.events.after(EventNumber(0), limit=9, session=S1),
        "ix_event_session_number (session=? AND number>?)",
    ),
}
GROWING = ("approval", "delivery", "event", "inbox", "job", "message", "session", "task")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    async with open_store(tmp_path / "halyard.db") as opened:
        yield opened


@pytest.mark.parametrize("what", CALLS)
async def test_is_found_by_its_index(store: SqlStore, what: str) -> None:
    call, index = CALLS[what]

    with plans() as seen:
        await store.read(call)

    assert index in " ".join(seen)
    assert not scanned(seen)


async def test_a_change_of_a_session_looks_through_nothing_that_belongs_to_sessions(
    store: SqlStore,
) -> None:
    await store.write(lambda tx: tx.projects.add(a_project()))
    await store.write(lambda tx: tx.sessions.add(a_session()))

    with plans() as seen:
        await store.write(lambda tx: tx.sessions.save(a_session(why="Because.")))

    assert not scanned(seen)
    assert not [plan for plan in seen if "task" in plan]


async def test_the_writer_knows_the_number_of_the_newest_event_without_looking(
    store: SqlStore,
) -> None:
    with plans() as seen:
        await store.write(lambda tx: tx.events.head())

    assert not any(seen)


def test_looking_through_a_whole_table_is_seen() -> None:
    assert scanned(["SCAN delivery"])
    assert not scanned(["SEARCH delivery USING INDEX x (id=?)"])


@contextmanager
def plans() -> Iterator[list[str]]:
    """Give how SQLite finds what is asked inside the block, statement by statement."""
    seen: list[str] = []

    def explain(cursor: Any, statement: str, parameters: Any) -> None:
        plan = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        seen.append(" / ".join(row[3] for row in plan))

    with each_statement(explain):
        yield seen


def scanned(seen: list[str]) -> list[str]:
    """Return the plans in which a table that grows is looked through."""
    return [plan for plan in seen for table in GROWING if f"SCAN {table}" in plan]
