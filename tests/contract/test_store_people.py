"""Persons of several accounts in the store, and what was refused to whom."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from engine.adapters.store.store import SqlStore
from engine.domain.values import ActorId, InboxKey
from engine.ports.store import Transaction
from tests.build import ANN, AT, a_code, a_received, an_account
from tests.stores import open_store

FAR, FARTHER = ActorId("discord:7"), ActorId("slack:T1:U1")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    async with open_store(tmp_path / "halyard.db") as store:
        yield store


async def test_accounts_come_back_from_any_of_them_the_one_for_the_person_first(
    store: SqlStore,
) -> None:
    mine = [
        an_account(actor=FARTHER, person=FARTHER, at=AT + timedelta(hours=1)),
        an_account(person=FARTHER),
        an_account(actor=FAR, person=FARTHER, at=AT + timedelta(hours=2)),
    ]

    def save(tx: Transaction) -> None:
        for account in reversed(mine):
            tx.people.save(account)
        tx.people.save(an_account(actor=ActorId("local:9"), person=ActorId("local:9")))

    await store.write(save)

    for account in mine:
        assert await store.read(lambda tx, a=account: tx.people.accounts(a.actor)) == mine  # type: ignore[misc]
    assert await store.read(lambda tx: tx.people.accounts(ActorId("local:8"))) == []


async def test_an_account_is_replaced_and_removed(store: SqlStore) -> None:
    await store.write(lambda tx: tx.people.save(an_account(person=FAR)))
    await store.write(lambda tx: tx.people.save(an_account()))
    assert await store.read(lambda tx: tx.people.accounts(ANN)) == [an_account()]

    for _ in range(2):
        await store.write(lambda tx: tx.people.remove(ANN))

    assert await store.read(lambda tx: tx.people.accounts(ANN)) == []


async def test_a_code_comes_back_as_it_was_and_once_it_was_used(store: SqlStore) -> None:
    await store.write(lambda tx: tx.people.add_code(a_code()))
    assert await store.read(lambda tx: tx.people.code(a_code().digest)) == a_code()
    assert await store.read(lambda tx: tx.people.code("none")) is None

    await store.write(lambda tx: tx.people.save_code(a_code(used_at=AT)))

    assert await store.read(lambda tx: tx.people.code(a_code().digest)) == a_code(used_at=AT)


async def test_a_new_code_takes_the_place_of_an_unused_one_of_the_same_actor(
    store: SqlStore,
) -> None:
    used, open_, other = (
        a_code(digest="used", used_at=AT),
        a_code(digest="open"),
        a_code(digest="other", actor=FAR),
    )

    def add(tx: Transaction) -> None:
        for code in (used, open_, other, a_code(digest="new")):
            tx.people.add_code(code)

    await store.write(add)

    found = [await store.read(lambda tx, d=d: tx.people.code(d)) for d in ("used", "open", "other")]  # type: ignore[misc]
    assert found == [used, None, other]


async def test_what_was_refused_to_an_actor_of_late_is_found_newest_first(store: SqlStore) -> None:
    def received(key: str, minutes: int, **changes: object) -> None:
        at = AT + timedelta(minutes=minutes)
        rows.append(a_received(key=InboxKey(key), received_at=at, **changes))

    rows: list[object] = []
    refused = {"answer": "no", "outcome": "refused"}
    received("old", 0, **refused)
    received("first", 5, **refused)
    received("second", 6, **refused)
    received("done", 7, answer="yes", outcome="done")
    received("other", 7, actor=FAR, **refused)

    def add(tx: Transaction) -> None:
        for row in rows:
            tx.inbox.add(row)  # type: ignore[arg-type]

    await store.write(add)

    actor = a_received().actor
    found = await store.read(lambda tx: tx.inbox.refused(actor, AT + timedelta(minutes=1)))
    assert [one.key for one in found] == ["second", "first"]


async def test_who_said_something_comes_back_with_the_account_for_the_person(
    store: SqlStore,
) -> None:
    await store.write(lambda tx: tx.inbox.add(a_received(person=FAR)))

    found = await store.read(lambda tx: tx.inbox.find(a_received().key))

    assert found == a_received(person=FAR)
