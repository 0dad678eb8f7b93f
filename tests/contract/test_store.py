"""What is written can be read, as the port promises for each kind of thing."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from engine.adapters.store.store import SqlStore
from engine.domain.attempt import Cursor
from engine.domain.errors import Conflict, NotFound
from engine.domain.host import HostState
from engine.domain.session import EndReason, SessionState, Wanted
from engine.domain.values import (
    ApprovalId,
    EventNumber,
    HostName,
    InboxKey,
    JobId,
    ProjectName,
    RpcId,
    SessionId,
    TaskId,
)
from engine.ports.store import Transaction
from engine.ports.talk import Received
from tests.build import (
    AT,
    LOCAL,
    S1,
    a_host_status,
    a_job,
    a_project,
    a_received,
    a_session,
    a_task,
    an_alert,
    an_approval,
    an_attempt,
)
from tests.stores import open_store

WEB = ProjectName("web")
FULL_SESSION = a_session(
    state=SessionState.ENDED,
    wanted=Wanted.KILL,
    reason=EndReason.KILLED,
    why="Ann killed it.",
    host=LOCAL,
    host_wanted=LOCAL,
    attempt=3,
    deaths=2,
    agent_session="sess-1",
    start_commit="0f1e2d",
    volumes_until=AT + timedelta(days=7),
    once=True,
)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    async with open_store(tmp_path / "halyard.db") as store:
        yield store


def _hear(tx: Transaction, received: Received) -> None:
    tx.inbox.add(received)


async def test_a_session_comes_back_as_it_was(store: SqlStore) -> None:
    await store.write(lambda tx: tx.sessions.add(FULL_SESSION))

    assert await store.read(lambda tx: tx.sessions.get(S1)) == FULL_SESSION
    assert await store.read(lambda tx: tx.sessions.find(WEB, 1)) == FULL_SESSION


async def test_a_saved_session_replaces_the_one_before(store: SqlStore) -> None:
    await store.write(lambda tx: tx.sessions.add(a_session()))

    await store.write(lambda tx: tx.sessions.save(FULL_SESSION))

    assert await store.read(lambda tx: tx.sessions.get(S1)) == FULL_SESSION


async def test_what_is_not_there_is_not_found(store: SqlStore) -> None:
    def ask(tx: Transaction) -> None:
        gets: list[Callable[[], object]] = [
            lambda: tx.sessions.get(SessionId("x")),
            lambda: tx.tasks.get(TaskId("x")),
            lambda: tx.approvals.get(ApprovalId("x")),
            lambda: tx.projects.get(ProjectName("x")),
            lambda: tx.jobs.get(JobId("x")),
        ]
        for get in gets:
            with pytest.raises(NotFound, match=r"^There is no .* x\.$"):
                get()
        assert tx.sessions.find(WEB, 9) is None
        assert tx.tasks.find(S1, 9) is None
        assert tx.approvals.find(S1, 9) is None
        assert tx.attempts.find(S1, 9) is None
        assert tx.journal.find(S1, 1, RpcId("9")) is None
        assert tx.inbox.find(InboxKey("x")) is None
        assert tx.alerts.find("x") is None

    await store.read(ask)


async def test_what_was_never_added_cannot_be_saved(store: SqlStore) -> None:
    def ask(tx: Transaction) -> None:
        saves: list[Callable[[], None]] = [
            lambda: tx.sessions.save(a_session()),
            lambda: tx.tasks.save(a_task()),
            lambda: tx.approvals.save(an_approval()),
            lambda: tx.attempts.save(an_attempt()),
            lambda: tx.attempts.consumed(S1, 1, cursor=Cursor(), log_bytes=0),
            lambda: tx.jobs.save(a_job()),
            lambda: tx.inbox.done(InboxKey("x"), answer="{}", outcome="done"),
        ]
        for save in saves:
            with pytest.raises(NotFound):
                save()

    await store.write(ask)


async def test_the_numbers_of_a_project_go_on_after_it_was_removed(store: SqlStore) -> None:
    def use_and_remove(tx: Transaction) -> None:
        tx.projects.add(a_project())
        tx.sessions.add(a_session(number=tx.sessions.next_number(WEB)))
        tx.projects.remove(WEB)

    await store.write(use_and_remove)

    assert await store.read(lambda tx: tx.sessions.next_number(WEB)) == 2
    assert await store.read(lambda tx: tx.sessions.next_number(ProjectName("other"))) == 1


async def test_sessions_are_listed_by_state_and_by_age(store: SqlStore) -> None:
    first = a_session()
    second = a_session(id=SessionId("s0"), number=2, state=SessionState.READY, host=LOCAL)
    third = a_session(id=SessionId("s3"), project=ProjectName("api"), state=SessionState.ENDED)

    def add(tx: Transaction) -> None:
        for session in (first, second, third):
            tx.sessions.add(session)

    await store.write(add)
    both = (SessionState.READY, SessionState.QUEUED)
    assert await store.read(lambda tx: tx.sessions.in_states(both)) == [first, second]
    assert await store.read(lambda tx: tx.sessions.newest(project=None, limit=2)) == [third, second]
    assert await store.read(lambda tx: tx.sessions.newest(project=WEB, limit=9)) == [second, first]


async def test_slots_are_held_between_placing_and_the_end(store: SqlStore) -> None:
    def add(tx: Transaction) -> None:
        for number, state in enumerate(SessionState, 1):
            tx.sessions.add(
                a_session(id=SessionId(state), number=number, state=state, host=HostName("a"))
            )
        tx.sessions.add(a_session(id=SessionId("x"), number=99, state=SessionState.PLACING))

    await store.write(add)

    assert await store.read(lambda tx: tx.sessions.used_slots()) == {"a": 6}


async def test_volumes_are_due_when_their_time_has_come(store: SqlStore) -> None:
    until = AT + timedelta(days=7)
    await store.write(lambda tx: tx.sessions.add(FULL_SESSION))
    await store.write(lambda tx: tx.sessions.add(a_session(id=SessionId("s2"), number=2)))

    early = await store.read(lambda tx: tx.sessions.with_volumes_due(until - timedelta(seconds=1)))
    due = await store.read(lambda tx: tx.sessions.with_volumes_due(until))

    assert early == []
    assert due == [FULL_SESSION]


async def test_a_project_is_added_once(store: SqlStore) -> None:
    project = a_project(host=LOCAL, ref="main", credential="forge")
    await store.write(lambda tx: tx.projects.add(project))

    with pytest.raises(Conflict, match="project web already"):
        await store.write(lambda tx: tx.projects.add(a_project()))

    assert await store.read(lambda tx: tx.projects.get(WEB)) == project


async def test_projects_are_listed_by_name(store: SqlStore) -> None:
    api = a_project(name=ProjectName("api"))
    await store.write(lambda tx: tx.projects.add(a_project()))

    await store.write(lambda tx: tx.projects.add(api))

    assert await store.read(lambda tx: tx.projects.all()) == [api, a_project()]


async def test_a_feed_keeps_its_place(store: SqlStore) -> None:
    assert await store.read(lambda tx: tx.feeds.cursor("notify")) == 0

    await store.write(lambda tx: tx.feeds.move("notify", EventNumber(3)))
    await store.write(lambda tx: tx.feeds.move("notify", EventNumber(7)))

    assert await store.read(lambda tx: tx.feeds.cursor("notify")) == 7


async def test_what_was_said_is_stored_once(store: SqlStore) -> None:
    first = await store.write(lambda tx: tx.inbox.add(a_received()))
    again = await store.write(lambda tx: tx.inbox.add(a_received(path="other")))

    assert (first, again) == (a_received(), None)
    assert await store.read(lambda tx: tx.inbox.newest(limit=9)) == [a_received()]


async def test_what_was_said_keeps_its_answer(store: SqlStore) -> None:
    received = a_received()
    await store.write(lambda tx: tx.inbox.add(received))
    assert await store.read(lambda tx: tx.inbox.find(received.key)) == received

    answer = '{"title": "Qu\\u00e9ued", "blocks": []}'
    await store.write(lambda tx: tx.inbox.done(received.key, answer=answer, outcome="done"))

    done = replace(received, answer=answer, outcome="done")
    assert await store.read(lambda tx: tx.inbox.find(received.key)) == done


async def test_some_of_what_was_said_are_found_at_once(store: SqlStore) -> None:
    first, second = (a_received(key=InboxKey(key)) for key in "ab")
    for received in (first, second):
        await store.write(partial(_hear, received=received))

    keys = [InboxKey(key) for key in ("a", "b", "never")]
    found = await store.read(lambda tx: tx.inbox.find_all(keys))
    assert found == {"a": first, "b": second}
    assert await store.read(lambda tx: tx.inbox.find_all([])) == {}


async def test_what_was_done_lately_on_a_surface_is_found_in_order(store: SqlStore) -> None:
    done = {"answer": "yes", "outcome": "done"}
    lately = AT + timedelta(minutes=5)
    for received in (
        a_received(key=InboxKey("old"), **done),
        a_received(key=InboxKey("second"), received_at=lately + timedelta(minutes=1), **done),
        a_received(key=InboxKey("first"), received_at=lately, **done),
        a_received(key=InboxKey("open"), received_at=lately),
        a_received(key=InboxKey("refused"), received_at=lately, answer="no", outcome="refused"),
        a_received(key=InboxKey("elsewhere"), received_at=lately, surface="chat", **done),
    ):
        await store.write(partial(_hear, received=received))

    found = await store.read(lambda tx: tx.inbox.done_since("local", lately))
    assert [received.key for received in found] == ["second", "first"]


async def test_the_newest_of_what_was_said_comes_first(store: SqlStore) -> None:
    for key in "bac":
        received = a_received(key=InboxKey(key))
        await store.write(partial(_hear, received=received))

    newest = await store.read(lambda tx: tx.inbox.newest(limit=2))

    assert [received.key for received in newest] == ["c", "a"]


async def test_a_host_is_known_by_its_last_status(store: SqlStore) -> None:
    down = a_host_status(state=HostState.DOWN, why="It is silent.", free_bytes=2**40)
    await store.write(lambda tx: tx.hosts.save(a_host_status()))

    await store.write(lambda tx: tx.hosts.save(down))

    assert await store.read(lambda tx: tx.hosts.all()) == {LOCAL: down}


async def test_an_alert_is_open_until_it_is_closed(store: SqlStore) -> None:
    alert = an_alert()
    await store.write(lambda tx: tx.alerts.add(alert))
    assert await store.read(lambda tx: tx.alerts.open()) == [alert]
    assert await store.read(lambda tx: tx.alerts.find(alert.fingerprint)) == alert

    await store.write(lambda tx: tx.alerts.close(alert.fingerprint))
    await store.write(lambda tx: tx.alerts.close(alert.fingerprint))

    assert await store.read(lambda tx: tx.alerts.open()) == []


async def test_a_time_without_a_zone_is_refused(store: SqlStore) -> None:
    naive = AT.replace(tzinfo=None)

    with pytest.raises(Exception, match="has no time zone"):
        await store.write(lambda tx: tx.sessions.add(a_session(created_at=naive)))

    assert await store.read(lambda tx: tx.sessions.newest(project=None, limit=1)) == []
