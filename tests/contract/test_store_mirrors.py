"""Mirrors of sessions in the store."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from engine.adapters.store.store import SqlStore
from engine.domain.errors import NotFound
from engine.domain.mirror import Mirror
from engine.domain.values import Conversation, DeliveryId, MirrorId, SessionId
from tests.build import AT, THERE, a_mirror, a_session
from tests.stores import open_store

ELSEWHERE = Conversation("other", "space", "channel", "t9")
S2 = SessionId("s2")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    async with open_store(tmp_path / "halyard.db") as store:
        await store.write(lambda tx: tx.sessions.add(a_session()))
        await store.write(lambda tx: tx.sessions.add(a_session(id=S2, number=2)))
        yield store


async def have(store: SqlStore, *mirrors: Mirror) -> None:
    for mirror in mirrors:
        await store.write(lambda tx, mirror=mirror: tx.mirrors.add(mirror))  # type: ignore[misc]


async def test_a_mirror_comes_back_as_it_was_and_as_it_was_changed(store: SqlStore) -> None:
    fresh = a_mirror(conversation=THERE, anchor=None)
    await have(store, fresh)
    assert await store.read(lambda tx: tx.mirrors.get(fresh.id)) == fresh

    await store.write(lambda tx: tx.mirrors.save(a_mirror(ended_at=AT)))

    assert await store.read(lambda tx: tx.mirrors.get(fresh.id)) == a_mirror(ended_at=AT)


async def test_a_mirror_that_is_not_there_is_not_found(store: SqlStore) -> None:
    with pytest.raises(NotFound):
        await store.read(lambda tx: tx.mirrors.get(MirrorId("m9")))
    with pytest.raises(NotFound):
        await store.write(lambda tx: tx.mirrors.save(a_mirror()))


async def test_mirrors_are_found_by_session_thread_anchor_and_platform(store: SqlStore) -> None:
    first = a_mirror()
    second = a_mirror(id=MirrorId("m2"), conversation=ELSEWHERE, anchor=DeliveryId("e" * 20))
    third = a_mirror(id=MirrorId("m3"), session=S2, conversation=replace(THERE, channel="c3"))
    await have(store, first, second, third)

    assert await store.read(lambda tx: tx.mirrors.of(first.session)) == [first, second]
    assert await store.read(lambda tx: tx.mirrors.in_thread(ELSEWHERE)) == second
    assert await store.read(lambda tx: tx.mirrors.in_thread(THERE)) is None
    assert await store.read(lambda tx: tx.mirrors.anchored(DeliveryId("e" * 20))) == second
    assert await store.read(lambda tx: tx.mirrors.on(THERE.platform)) == [first, third]


async def test_one_that_was_ended_is_found_by_itself_and_its_anchor_alone(store: SqlStore) -> None:
    ended = a_mirror(ended_at=AT)
    await have(store, ended)

    assert await store.read(lambda tx: tx.mirrors.of(ended.session)) == []
    assert await store.read(lambda tx: tx.mirrors.in_thread(ended.conversation)) is None
    assert await store.read(lambda tx: tx.mirrors.on(THERE.platform)) == []
    assert await store.read(lambda tx: tx.mirrors.get(ended.id)) == ended
    assert await store.read(lambda tx: tx.mirrors.anchored(DeliveryId("d" * 20))) == ended


async def test_a_session_has_one_at_most_in_a_channel_that_goes_on(store: SqlStore) -> None:
    await have(store, a_mirror(ended_at=AT), a_mirror(id=MirrorId("m2")))

    with pytest.raises(IntegrityError):
        await have(store, a_mirror(id=MirrorId("m3")))
