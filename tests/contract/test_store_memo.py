"""Who may do what is remembered by the writer, and never for longer than it holds."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.adapters.store.memo import KNOWN_MAX, Memo
from engine.adapters.store.store import SqlStore
from engine.domain.errors import Conflict, Unavailable
from engine.domain.values import SessionId
from engine.ports.store import Transaction
from tests.build import ANN, a_grant, a_task, an_account
from tests.stores import each_statement, open_store, sql

ACCOUNT, GRANT = an_account(), a_grant()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Rows that are remembered."""

    ask: Callable[[Transaction], Sequence[object]]
    add: Callable[[Transaction], None]
    remove: Callable[[Transaction], None]
    row: object


KINDS = {
    "accounts": Kind(
        ask=lambda tx: tx.people.accounts(ANN),
        add=lambda tx: tx.people.save(ACCOUNT),
        remove=lambda tx: tx.people.remove(ANN),
        row=ACCOUNT,
    ),
    "grants": Kind(
        ask=lambda tx: tx.grants.of({GRANT.subject}),
        add=lambda tx: tx.grants.add(GRANT),
        remove=lambda tx: tx.grants.remove(GRANT),
        row=GRANT,
    ),
}


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    async with open_store(tmp_path / "halyard.db") as store:
        yield store


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


async def test_what_was_asked_before_takes_no_statement(store: SqlStore, kind: Kind) -> None:
    seen: list[str] = []
    await store.write(kind.add)
    await store.write(kind.ask)

    with each_statement(lambda _cursor, statement, _given: seen.append(statement)):
        found = await store.write(kind.ask)

    assert [*found] == [kind.row]
    assert [one for one in seen if "SELECT" in one] == []


async def test_a_change_is_seen_at_once(store: SqlStore, kind: Kind) -> None:
    def follow(tx: Transaction) -> list[Sequence[object]]:
        found = [kind.ask(tx)]
        for change in (kind.add, kind.remove):
            change(tx)
            found.append(kind.ask(tx))
        return found

    assert await store.write(follow) == [[], [kind.row], []]


async def test_what_was_taken_back_is_not_remembered(store: SqlStore, kind: Kind) -> None:
    def add_and_fail(tx: Transaction) -> None:
        kind.add(tx)
        assert kind.ask(tx)
        raise Conflict("Not this.")

    def take_back(tx: Transaction) -> Sequence[object]:
        with suppress(Conflict), tx.undo_on_error():
            add_and_fail(tx)
        return kind.ask(tx)

    assert await store.write(take_back) == []
    with pytest.raises(Conflict):
        await store.write(add_and_fail)
    assert await store.write(kind.ask) == []


async def test_what_a_failed_commit_has_lost_is_not_remembered(store: SqlStore, kind: Kind) -> None:
    await store.write(kind.ask)

    def spoil(tx: Transaction) -> None:
        sql(tx, "PRAGMA defer_foreign_keys=ON")
        kind.add(tx)
        assert kind.ask(tx)
        tx.tasks.add(a_task(session=SessionId("nobody")))

    with pytest.raises(Unavailable):
        await store.write(spoil)

    assert await store.write(kind.ask) == []


def test_no_more_is_remembered_than_there_is_room_for() -> None:
    memo: Memo[int, int] = Memo()
    asked: list[int] = []

    def find(number: int) -> int:
        asked.append(number)
        return number

    for number in (*range(KNOWN_MAX + 1), KNOWN_MAX, 0):
        assert memo.recall(number, lambda n=number: find(n)) == number  # type: ignore[misc]

    assert asked == [*range(KNOWN_MAX + 1), 0]
