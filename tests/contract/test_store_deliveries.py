"""Posts and cards, channels and bookmarks, on a real database."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from engine.adapters.store.store import SqlStore
from engine.domain.channel import Channel, Verbosity
from engine.domain.delivery import Delivery, DeliveryState, Priority
from engine.domain.errors import NotFound
from engine.domain.values import (
    ApprovalId,
    Conversation,
    DeliveryId,
    GroupId,
    InboxKey,
    ProjectName,
    SessionId,
)
from engine.ports.store import Transaction
from tests.build import AT, THERE, a_delivery, a_received, a_session
from tests.stores import open_store

LATER = AT + timedelta(minutes=1)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    async with open_store(tmp_path / "halyard.db") as opened:
        yield opened


async def add(store: SqlStore, *deliveries: Delivery) -> None:
    for delivery in deliveries:
        await store.write(partial(_add, delivery=delivery))


async def save(store: SqlStore, delivery: Delivery) -> None:
    await store.write(lambda tx: tx.deliveries.save(delivery))


def _add(tx: Transaction, delivery: Delivery) -> None:
    tx.deliveries.add(delivery)


async def due(store: SqlStore, *, limit: int = 100, each: int = 100) -> list[str]:
    found = await store.read(lambda tx: tx.deliveries.due("chat", LATER, limit=limit, each=each))
    return [delivery.id for delivery in found]


async def test_a_delivery_comes_back_as_it_was(store: SqlStore) -> None:
    delivery = a_delivery(
        card="card:s1",
        version=3,
        sent_version=2,
        posting=2,
        anchor=DeliveryId("d0"),
        opens=SessionId("s1"),
        answers=InboxKey("k1"),
        approval=ApprovalId("a1"),
        state=DeliveryState.CLAIMED,
        attempts=2,
        claimed_at=LATER,
        claimed_version=3,
        tried='"Old."',
        doubt_at=AT,
        receipt="77",
        sent_at=LATER,
        old_receipt="66",
        why="So.",
    )

    await add(store, delivery)

    assert await store.read(lambda tx: tx.deliveries.get(delivery.id)) == delivery
    assert await store.read(lambda tx: tx.deliveries.card("card:s1")) == delivery
    changed = replace(delivery, draft='"New."', state=DeliveryState.SENT)
    await store.write(lambda tx: tx.deliveries.save(changed))
    assert await store.read(lambda tx: tx.deliveries.get(delivery.id)) == changed


async def test_a_post_is_no_card_and_an_unknown_one_is_not_found(store: SqlStore) -> None:
    await add(store, a_delivery())

    assert await store.read(lambda tx: tx.deliveries.card("")) is None
    with pytest.raises(NotFound):
        await store.read(lambda tx: tx.deliveries.get(DeliveryId("x")))
    with pytest.raises(NotFound):
        await store.write(lambda tx: tx.deliveries.save(a_delivery(id=DeliveryId("x"))))


async def test_of_a_lane_only_the_oldest_open_one_is_due(store: SqlStore) -> None:
    first, second = a_delivery(id=DeliveryId("d1")), a_delivery(id=DeliveryId("d2"))
    await add(store, first, second)

    assert await due(store) == ["d1"]
    for state in (DeliveryState.CLAIMED, DeliveryState.DOUBT):
        await save(store, replace(first, state=state))
        assert await due(store) == []
    for state in (DeliveryState.SENT, DeliveryState.FAILED):
        await save(store, replace(first, state=state))
        assert await due(store) == ["d2"]


async def test_what_is_due_comes_by_priority_and_then_oldest_first(store: SqlStore) -> None:
    lanes = [("late", Priority.PROGRESS), ("b", Priority.ANSWER), ("a", Priority.APPROVAL)]
    lanes += [("c", Priority.ANSWER)]
    await add(
        store, *(a_delivery(id=DeliveryId(n), lane=n, priority=priority) for n, priority in lanes)
    )

    assert await due(store) == ["a", "b", "c", "late"]
    assert await due(store, limit=2) == ["a", "b"]


async def test_what_waits_in_one_channel_hides_no_other(store: SqlStore) -> None:
    busy, calm = (Conversation("chat", "space", channel, "") for channel in ("busy", "calm"))
    kinds: dict[str, dict[str, Any]] = {
        "new": {},
        "edit": {"receipt": "1", "sent_version": 1},
        "answer": {"answers": InboxKey("k")},
    }
    for number in range(30):
        for kind, fields in kinds.items():
            name, there = f"{kind}{number}", replace(busy, thread=str(number))
            await add(
                store, a_delivery(id=DeliveryId(name), lane=name, conversation=there, **fields)
            )
    await add(store, a_delivery(id=DeliveryId("calm"), lane="calm", conversation=calm))

    assert await due(store, limit=10, each=2) == [
        *("new0", "edit0", "answer0", "new1", "edit1", "answer1"),
        "calm",
    ]


async def test_nothing_is_due_before_its_time_or_on_another_platform(store: SqlStore) -> None:
    early = a_delivery(id=DeliveryId("d1"), lane="1", due_at=LATER + timedelta(seconds=1))
    elsewhere = a_delivery(
        id=DeliveryId("d2"), lane="2", conversation=Conversation("other", "", "c", "")
    )
    await add(store, early, elsewhere)

    assert await due(store) == []


async def test_what_has_an_anchor_waits_for_its_receipt(store: SqlStore) -> None:
    anchor = a_delivery(id=DeliveryId("d1"), lane="1")
    unopened = replace(anchor, state=DeliveryState.SENT, receipt="7")
    post = a_delivery(id=DeliveryId("d2"), lane="2", anchor=anchor.id)
    await add(store, anchor, post)
    assert await due(store) == ["d1"]

    await store.write(lambda tx: tx.deliveries.save(unopened))
    assert await due(store) == []
    await store.write(lambda tx: tx.deliveries.save(replace(unopened, sent_version=1)))

    assert await due(store) == ["d2"]


async def test_a_card_posted_anew_is_listed_until_its_old_message_is_gone(store: SqlStore) -> None:
    card = a_delivery(card="c", old_receipt="1")
    await add(store, card)
    replaced = store.read(lambda tx: tx.deliveries.replaced("chat", limit=10))
    assert list(await replaced) == []  # Its new message is not there yet.

    await store.write(lambda tx: tx.deliveries.save(replace(card, receipt="2")))

    found = await store.read(lambda tx: tx.deliveries.replaced("chat", limit=10))
    assert [delivery.id for delivery in found] == ["d1"]


async def test_receipts_are_the_late_ones_of_a_channel_and_what_is_to_be_deleted(
    store: SqlStore,
) -> None:
    thread = replace(THERE, thread="9")
    sent = a_delivery(sent_at=LATER)
    await add(
        store,
        replace(sent, id=DeliveryId("d1"), receipt="1"),
        replace(sent, id=DeliveryId("d2"), receipt="2", conversation=thread, old_receipt="0"),
        a_delivery(id=DeliveryId("d3")),
        replace(sent, id=DeliveryId("d4"), receipt="4", conversation=replace(THERE, channel="x")),
        replace(sent, id=DeliveryId("d5"), receipt="5", sent_at=AT),
    )

    found = await store.read(lambda tx: tx.deliveries.receipts(THERE, LATER))

    assert found == ["1", "2", "0"]


async def test_the_receipts_of_some_are_found_at_once(store: SqlStore) -> None:
    await add(
        store,
        a_delivery(id=DeliveryId("d1"), lane="1", receipt="77"),
        a_delivery(id=DeliveryId("d2"), lane="2"),
        a_delivery(id=DeliveryId("d3"), lane="3", receipt="99"),
    )

    ids = [DeliveryId(id_) for id_ in ("d1", "d2", "never")]
    found = await store.read(lambda tx: tx.deliveries.receipts_of(ids))
    assert found == {"d1": "77", "d2": ""}
    assert await store.read(lambda tx: tx.deliveries.receipts_of([])) == {}


async def test_a_channel_is_stored_in_place_of_what_was_said_before(store: SqlStore) -> None:
    channel = Channel(platform="chat", space="space", channel="channel")
    bound = replace(channel, project=ProjectName("web"), verbosity=Verbosity.TEXT, bound_since=AT)

    await store.write(lambda tx: tx.channels.save(channel))
    await store.write(lambda tx: tx.channels.save(bound))

    assert await store.read(lambda tx: tx.channels.find(THERE)) == bound
    assert await store.read(lambda tx: tx.channels.all()) == [bound]


async def test_a_bookmark_keeps_what_was_set_last(store: SqlStore) -> None:
    assert await store.read(lambda tx: tx.bookmarks.get("read:1")) == ""

    await store.write(lambda tx: tx.bookmarks.set("read:1", "5"))
    await store.write(lambda tx: tx.bookmarks.set("read:1", "7"))

    assert await store.read(lambda tx: tx.bookmarks.get("read:1")) == "7"


async def test_a_session_is_found_by_its_thread_and_never_by_none(store: SqlStore) -> None:
    there = replace(THERE, thread="9")
    await store.write(lambda tx: tx.sessions.add(a_session(conversation=there)))
    await store.write(
        lambda tx: tx.sessions.add(a_session(id=SessionId("s2"), number=2, conversation=THERE))
    )

    found = await store.read(lambda tx: tx.sessions.in_thread(there))
    assert found is not None
    assert found.id == "s1"
    assert await store.read(lambda tx: tx.sessions.in_thread(THERE)) is None


async def test_what_was_said_keeps_who_where_and_how_often_until_it_is_answered(
    store: SqlStore,
) -> None:
    received = a_received(
        surface="chat", groups=frozenset({GroupId("g:1")}), origin={"channel": "channel"}
    )
    await store.write(lambda tx: tx.inbox.add(received))

    tried = await store.write(lambda tx: tx.inbox.tried(received.key))

    assert tried == replace(received, attempts=2)
    assert await store.read(lambda tx: tx.inbox.unanswered("chat")) == [tried]
    assert await store.read(lambda tx: tx.inbox.unanswered("other")) == []
    assert await store.read(lambda tx: tx.inbox.numbered(tried.number)) == tried
    await store.write(lambda tx: tx.inbox.done(received.key, answer="{}", outcome="done"))
    await store.write(lambda tx: tx.inbox.forget_origin(received.key))
    assert await store.read(lambda tx: tx.inbox.unanswered("chat")) == []
    forgotten = await store.read(lambda tx: tx.inbox.find(received.key))
    assert forgotten is not None
    assert forgotten.origin == {}
