"""Tasks, approvals, containers, messages and jobs of a session can be read as written."""

from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from engine.adapters.store.store import SqlStore
from engine.domain.approval import ApprovalState, ApprovalTrigger, Rule, Scope
from engine.domain.attempt import Cursor, Mark
from engine.domain.errors import Conflict
from engine.domain.job import JobState
from engine.domain.task import ACTIVE, TaskState
from engine.domain.values import (
    ContainerId,
    RpcId,
    SessionId,
    TaskId,
)
from engine.ports.store import MessageKind, Transaction
from tests.build import (
    ANN,
    AT,
    S1,
    a_job,
    a_message,
    a_session,
    a_task,
    an_approval,
    an_attempt,
)
from tests.stores import open_store


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    async with open_store(tmp_path / "halyard.db") as store:
        yield store


@pytest.fixture
async def in_session(store: SqlStore) -> None:
    """A stored session that things belong to."""
    await store.write(lambda tx: tx.sessions.add(a_session()))


def _add_rule(tx: Transaction, rule: Rule) -> None:
    tx.approvals.add_rule(rule)


async def test_a_task_comes_back_as_it_was(store: SqlStore, in_session: None) -> None:
    task = a_task(
        state=TaskState.DONE, rpc_id=RpcId('"p"'), stop_reason="end_turn", is_urgent=True, why="So."
    )
    await store.write(lambda tx: tx.tasks.add(a_task()))

    await store.write(lambda tx: tx.tasks.save(task))

    assert await store.read(lambda tx: tx.tasks.get(task.id)) == task
    assert await store.read(lambda tx: tx.tasks.find(S1, 1)) == task
    assert await store.read(lambda tx: tx.tasks.of(S1)) == [task]
    assert await store.read(lambda tx: tx.tasks.next_number(S1)) == 2


async def test_tasks_of_one_instant_keep_their_order(store: SqlStore, in_session: None) -> None:
    tasks = [a_task(id=TaskId(id_), number=number) for number, id_ in enumerate("cab", 1)]

    def add(tx: Transaction) -> None:
        for task in tasks:
            tx.tasks.add(task)

    await store.write(add)

    assert await store.read(lambda tx: tx.tasks.of(S1)) == tasks
    assert await store.read(lambda tx: tx.tasks.in_states([TaskState.QUEUED])) == tasks


async def test_tasks_that_wait_or_are_over_are_left_out_where_only_pressing_ones_count(
    store: SqlStore, in_session: None
) -> None:
    tasks = [
        a_task(id=TaskId(state), number=number, state=state)
        for number, state in enumerate(sorted(set(TaskState) - ACTIVE | {TaskState.RUNNING}), 1)
    ]

    def add(tx: Transaction) -> None:
        for task in tasks:
            tx.tasks.add(task)

    await store.write(add)

    found = await store.read(lambda tx: tx.tasks.pressing_of(S1))
    assert [task.state for task in found] == ["running", "unknown"]
    assert await store.read(lambda tx: tx.tasks.count_queued(S1)) == 1


@pytest.mark.parametrize("state", [TaskState.SENT, TaskState.RUNNING, TaskState.CANCELLING])
async def test_a_session_has_one_active_task(
    store: SqlStore, in_session: None, state: TaskState
) -> None:
    active = a_task(state=state)
    second = a_task(id=TaskId("t2"), number=2)
    await store.write(lambda tx: tx.tasks.add(active))
    await store.write(lambda tx: tx.tasks.add(second))

    with pytest.raises(Conflict, match=f"Task 1 of the session is {state} already"):
        await store.write(lambda tx: tx.tasks.save(replace(second, state=TaskState.SENT)))

    assert await store.read(lambda tx: tx.tasks.active(S1)) == active
    assert await store.read(lambda tx: tx.tasks.get(second.id)) == second


async def test_an_approval_comes_back_as_it_was(store: SqlStore, in_session: None) -> None:
    approval = replace(an_approval(), shown_at=AT)
    closed = approval.closed(ApprovalTrigger.ALLOW, at=AT, by=ANN, scope=Scope.SESSION)
    await store.write(lambda tx: tx.approvals.add(approval))
    assert await store.read(lambda tx: tx.approvals.open()) == [approval]
    assert await store.read(lambda tx: tx.approvals.open(SessionId("other"))) == []

    await store.write(lambda tx: tx.approvals.save(closed))

    assert await store.read(lambda tx: tx.approvals.get(approval.id)) == closed
    assert await store.read(lambda tx: tx.approvals.find(S1, 1)) == closed
    assert await store.read(lambda tx: tx.approvals.of(S1)) == [closed]
    assert await store.read(lambda tx: tx.approvals.open(S1)) == []
    assert await store.read(lambda tx: tx.approvals.next_number(S1)) == 2
    assert closed.state is ApprovalState.ALLOWED


async def test_a_rule_is_remembered_once(store: SqlStore, in_session: None) -> None:
    rule = Rule(S1, "execute", "make test")
    other = Rule(S1, "execute", "x" * 100_000)

    for added in (rule, other, rule):
        await store.write(partial(_add_rule, rule=added))

    assert await store.read(lambda tx: tx.approvals.rules(S1)) == [rule, other]


async def test_an_attempt_comes_back_as_it_was(store: SqlStore, in_session: None) -> None:
    cursor = Cursor(Mark(2**62, 3, 4), Mark(5, 6, 7), floor_ns=2**61, stepped=True)
    attempt = an_attempt(container=ContainerId("c" * 64), unlocked=True, ended_at=AT, exit_code=137)
    await store.write(lambda tx: tx.attempts.add(an_attempt()))
    await store.write(lambda tx: tx.attempts.save(attempt))

    await store.write(lambda tx: tx.attempts.consumed(S1, 1, cursor=cursor, log_bytes=2**40))

    stored = await store.read(lambda tx: tx.attempts.find(S1, 1))
    assert stored == replace(attempt, cursor=cursor, log_bytes=2**40)


async def test_a_message_is_pending_until_it_arrived_and_was_answered(
    store: SqlStore, in_session: None
) -> None:
    prompt = a_message()
    answer = a_message(kind=MessageKind.ANSWER, rpc_id=RpcId("7"), task=None)
    await store.write(lambda tx: tx.journal.add(prompt))
    await store.write(lambda tx: tx.journal.add(answer))
    assert await store.read(lambda tx: tx.journal.pending(S1, 1)) == [prompt, answer]

    await store.write(lambda tx: tx.journal.confirm([prompt, answer]))

    sent = replace(prompt, confirmed=True)
    assert await store.read(lambda tx: tx.journal.pending(S1, 1)) == [sent]
    await store.write(lambda tx: tx.journal.answered(prompt, {"stopReason": "end_turn"}))
    assert await store.read(lambda tx: tx.journal.pending(S1, 1)) == []
    found = await store.read(lambda tx: tx.journal.find(S1, 1, prompt.rpc_id))
    assert found == replace(sent, answer={"stopReason": "end_turn"})


async def test_an_answer_confirms_its_request(store: SqlStore, in_session: None) -> None:
    await store.write(lambda tx: tx.journal.add(a_message()))

    await store.write(lambda tx: tx.journal.answered(a_message(), {}))

    assert await store.read(lambda tx: tx.journal.pending(S1, 1)) == []


async def test_a_message_is_journalled_once(store: SqlStore, in_session: None) -> None:
    await store.write(lambda tx: tx.journal.add(a_message()))

    with pytest.raises(Conflict, match="journalled before"):
        await store.write(lambda tx: tx.journal.add(a_message()))

    await store.write(lambda tx: tx.journal.add(a_message(attempt=2)))


async def test_our_requests_and_our_answers_may_share_an_id(
    store: SqlStore, in_session: None
) -> None:
    request = a_message(rpc_id=RpcId("1"))
    await store.write(lambda tx: tx.journal.add(request))
    assert not await store.read(lambda tx: tx.journal.has_answer(S1, 1, RpcId("1")))

    await store.write(
        lambda tx: tx.journal.add(a_message(rpc_id=RpcId("1"), kind=MessageKind.ANSWER))
    )

    assert await store.read(lambda tx: tx.journal.find(S1, 1, RpcId("1"))) == request
    assert await store.read(lambda tx: tx.journal.has_answer(S1, 1, RpcId("1")))


async def test_a_job_comes_back_as_it_was(store: SqlStore, in_session: None) -> None:
    job = a_job(
        args={"path": "a.txt"}, state=JobState.FAILED, attempts=3, result={"n": [1]}, why="No."
    )
    await store.write(lambda tx: tx.jobs.add(a_job()))
    assert await store.read(lambda tx: tx.jobs.in_states([JobState.QUEUED])) == [a_job()]
    assert await store.read(lambda tx: tx.jobs.of(S1)) == [a_job()]
    assert await store.read(lambda tx: tx.jobs.of(SessionId("other"))) == []

    await store.write(lambda tx: tx.jobs.save(job))

    assert await store.read(lambda tx: tx.jobs.get(job.id)) == job
    assert await store.read(lambda tx: tx.jobs.in_states([JobState.QUEUED])) == []
