"""What volumes hold is stored, and who is to be measured next."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from engine.domain.session import Session, SessionState
from engine.domain.values import HostName, SessionId
from engine.domain.volume import VolumeSizes
from engine.ports.store import Store, Transaction
from tests.build import AT, LOCAL, a_session
from tests.stores import open_store

SMALL = VolumeSizes(work_bytes=1, home_bytes=2)
LARGE = VolumeSizes(work_bytes=10 * 1024**4, home_bytes=5)
LATER = AT + timedelta(minutes=10)


def on(number: int, state: SessionState, host: HostName = LOCAL) -> Session:
    session = a_session(state=state, host=host, number=number)
    kept = LATER if state is SessionState.ENDED else None
    return replace(session, id=SessionId(f"s{number}"), volumes_until=kept)


async def added(store: Store, *sessions: Session) -> None:
    def add(tx: Transaction) -> None:
        for session in sessions:
            tx.sessions.add(session)

    await store.write(add)


async def test_what_was_measured_comes_back_until_it_is_forgotten(tmp_path: Path) -> None:
    async with open_store(tmp_path / "halyard.db") as store:
        one = on(1, SessionState.READY)
        await added(store, one)

        await store.write(lambda tx: tx.volumes.save(one.id, SMALL, at=AT))
        await store.write(lambda tx: tx.volumes.save(one.id, LARGE, at=LATER))

        assert await store.read(lambda tx: tx.volumes.find(one.id)) == LARGE
        await store.write(lambda tx: tx.volumes.remove(one.id))
        assert await store.read(lambda tx: tx.volumes.find(one.id)) is None


async def test_each_host_holds_what_its_sessions_hold(tmp_path: Path) -> None:
    far = HostName("far")
    sessions = (
        on(1, SessionState.READY),
        on(2, SessionState.ENDED),
        on(3, SessionState.WORKING, far),
    )

    def measure_all(tx: Transaction) -> None:
        for session in sessions:
            tx.volumes.save(session.id, SMALL, at=AT)

    async with open_store(tmp_path / "halyard.db") as store:
        await added(store, *sessions)
        await store.write(measure_all)

        assert await store.read(lambda tx: tx.volumes.held()) == {LOCAL: 6, far: 3}


@pytest.mark.parametrize(
    ("state", "measured_at", "is_due"),
    [
        pytest.param(SessionState.READY, None, True, id="ready-never"),
        pytest.param(SessionState.READY, AT, True, id="ready-long-ago"),
        pytest.param(SessionState.READY, LATER, False, id="ready-just-now"),
        pytest.param(SessionState.ENDED, None, True, id="ended-never"),
        pytest.param(
            SessionState.ENDED, AT - timedelta(seconds=1), True, id="ended-before-its-end"
        ),
        pytest.param(SessionState.ENDED, AT, False, id="ended-since"),
        pytest.param(SessionState.WORKING, None, False, id="at-work"),
        pytest.param(SessionState.PREPARING, None, False, id="no-volumes-yet"),
    ],
)
async def test_who_is_measured_at_rest(
    tmp_path: Path, state: SessionState, measured_at: datetime | None, is_due: bool
) -> None:
    session = replace(on(1, state), changed_at=AT)
    async with open_store(tmp_path / "halyard.db") as store:
        await added(store, session)
        if measured_at is not None:
            await store.write(lambda tx: tx.volumes.save(session.id, SMALL, at=measured_at))

        found = await store.read(lambda tx: tx.volumes.at_rest(LOCAL, before=AT, limit=5))

    assert found == ([session.id] if is_due else [])


async def test_volumes_that_are_gone_are_not_measured(tmp_path: Path) -> None:
    gone = replace(on(1, SessionState.ENDED), volumes_until=None)
    async with open_store(tmp_path / "halyard.db") as store:
        await added(store, gone, on(2, SessionState.READY, HostName("far")))

        assert not await store.read(lambda tx: tx.volumes.at_rest(LOCAL, before=AT, limit=5))


async def test_who_was_not_measured_for_longest_comes_first(tmp_path: Path) -> None:
    sessions = [on(number, SessionState.READY) for number in (1, 2, 3)]
    async with open_store(tmp_path / "halyard.db") as store:
        await added(store, *sessions)
        await store.write(lambda tx: tx.volumes.save(SessionId("s1"), SMALL, at=LATER))
        await store.write(lambda tx: tx.volumes.save(SessionId("s2"), SMALL, at=AT))

        found = await store.read(lambda tx: tx.volumes.at_rest(LOCAL, before=LATER, limit=2))

    assert found == ["s3", "s2"]
