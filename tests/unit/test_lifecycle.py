"""What becomes of a session when its containers end, in every way they can."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.app import lifecycle
from engine.app.desk import Desk
from engine.app.loops.deadlines import Deadlines
from engine.domain.access import Asker
from engine.domain.approval import ApprovalState
from engine.domain.attempt import Attempt
from engine.domain.event import EventKind
from engine.domain.session import EndReason, Session, SessionState, Wanted
from engine.domain.task import Task, TaskState
from engine.domain.values import ApprovalId, SessionId, TaskId
from tests.build import a_session, a_task, an_approval
from tests.ground import ANN, LOCAL, Ground

SESSION = SessionId("s1")
TASK = TaskId("t1")
QUEUED = TaskId("t2")


async def set_up(ground: Ground, **changes: Any) -> None:
    """A session at work on one task, with another in the queue and a question open."""

    def add(desk: Desk) -> None:
        session = a_session(id=SESSION, state=SessionState.WORKING, host=LOCAL, attempt=1)
        desk.tx.sessions.add(replace(session, **changes))
        desk.tx.tasks.add(a_task(id=TASK, session=SESSION, state=TaskState.RUNNING))
        desk.tx.tasks.add(a_task(id=QUEUED, session=SESSION, number=2))
        desk.tx.approvals.add(an_approval(session=SESSION, attempt=1))
        attempt = Attempt(session=SESSION, number=1, host=LOCAL, started_at=desk.now)
        desk.tx.attempts.add(attempt)

    await ground.at_desk(add)


async def look(ground: Ground) -> tuple[Session, list[TaskState], list[ApprovalState]]:
    return await ground.at_desk(
        lambda desk: (
            desk.tx.sessions.get(SESSION),
            [task.state for task in desk.tx.tasks.of(SESSION)],
            [approval.state for approval in desk.tx.approvals.of(SESSION)],
        )
    )


async def test_a_death_in_a_turn_leaves_its_task_unknown_and_begins_the_next_attempt(
    ground: Ground,
) -> None:
    await set_up(ground)

    await ground.at_desk(lambda desk: lifecycle.died(desk, SESSION, "It died."))

    session, tasks, approvals = await look(ground)
    assert (session.state, session.attempt, session.deaths) == (SessionState.STARTING, 2, 1)
    assert tasks == [TaskState.UNKNOWN, TaskState.QUEUED]
    assert approvals == [ApprovalState.WITHDRAWN]


async def test_the_third_death_without_a_completed_turn_ends_the_session(ground: Ground) -> None:
    await set_up(ground, deaths=2)

    await ground.at_desk(lambda desk: lifecycle.died(desk, SESSION, "It died."))

    session, tasks, _ = await look(ground)
    assert (session.state, session.reason) == (SessionState.ENDED, EndReason.AGENT_DIED)
    assert "died 3 times" in session.why
    assert tasks == [TaskState.UNKNOWN, TaskState.QUEUED]


async def test_a_planned_replacement_is_no_death(ground: Ground) -> None:
    await set_up(ground, state=SessionState.READY)

    await ground.at_desk(lambda desk: lifecycle.replaced(desk, SESSION, "Long log."))

    session, _, _ = await look(ground)
    assert (session.state, session.attempt, session.deaths) == (SessionState.STARTING, 2, 0)


@pytest.mark.parametrize("step", ["died", "replaced"])
async def test_an_end_that_was_wanted_is_a_stop_whatever_ended_the_container(
    ground: Ground, step: str
) -> None:
    await set_up(ground, state=SessionState.STOPPING, wanted=Wanted.STOP, reason=EndReason.STOPPED)

    await ground.at_desk(lambda desk: getattr(lifecycle, step)(desk, SESSION, "It ended."))

    session, tasks, _ = await look(ground)
    assert (session.state, session.reason) == (SessionState.ENDED, EndReason.STOPPED)
    assert tasks == [TaskState.CANCELLED, TaskState.DROPPED]


async def test_a_killed_session_says_so_even_if_a_stop_came_first(ground: Ground) -> None:
    await set_up(ground, state=SessionState.STOPPING, wanted=Wanted.KILL, reason=EndReason.STOPPED)

    await ground.at_desk(lambda desk: lifecycle.stopped(desk, SESSION))

    assert (await look(ground))[0].reason is EndReason.KILLED


async def test_evidence_ends_a_session_and_keeps_its_volumes_for_a_week(ground: Ground) -> None:
    await set_up(ground)

    await ground.at_desk(lambda desk: lifecycle.ended(desk, SESSION, EndReason.OOM, "Memory."))

    session, tasks, approvals = await look(ground)
    assert (session.reason, session.why) == (EndReason.OOM, "Memory.")
    assert session.volumes_until == ground.clock.now() + timedelta(days=7)
    assert tasks == [TaskState.UNKNOWN, TaskState.QUEUED]
    assert approvals == [ApprovalState.WITHDRAWN]


async def test_a_question_expires_only_after_a_person_could_see_it(ground: Ground) -> None:
    await set_up(ground)
    deadlines = Deadlines(ground.given)
    ground.clock.move(10_000)
    await deadlines.step()
    before = (await look(ground))[2]

    await ground.do(lambda use: use.approvals.shown([ApprovalId("a1")]))
    ground.clock.move(899)
    await deadlines.step()
    still = (await look(ground))[2]
    ground.clock.move(1)
    await deadlines.step()

    assert (before, still) == ([ApprovalState.OPEN], [ApprovalState.OPEN])
    assert (await look(ground))[2] == [ApprovalState.EXPIRED]


async def test_silence_in_a_turn_opens_an_alert_once_and_the_end_of_it_closes_it(
    ground: Ground,
) -> None:
    await set_up(ground)
    await ground.do(lambda use: use.approvals.deny("web-1.1", by=Asker(ANN)))
    deadlines = Deadlines(ground.given)
    ground.clock.move(301)
    await deadlines.step()
    await deadlines.step()
    opened = [event.data["state"] for event in await ground.events(EventKind.ALERT)]

    await ground.at_desk(lambda desk: lifecycle.ended(desk, SESSION, EndReason.OOM, "Memory."))
    await deadlines.step()

    states = [event.data["state"] for event in await ground.events(EventKind.ALERT)]
    assert (opened, states) == (["open"], ["open", "closed"])


async def test_a_question_that_nobody_has_seen_alerts_until_somebody_does(ground: Ground) -> None:
    await set_up(ground)
    deadlines = Deadlines(ground.given)
    ground.clock.move(61)
    await deadlines.step()
    opened = await alerts(ground)

    await ground.do(lambda use: use.approvals.shown([ApprovalId("a1")]))
    await deadlines.step()

    assert (opened, await alerts(ground)) == (["unseen:a1"], [])


async def test_an_agent_that_does_not_give_up_its_turn_alerts(ground: Ground) -> None:
    await set_up(ground)
    await ground.do(lambda use: use.tasks.cancel("web-1.1"))
    deadlines = Deadlines(ground.given)
    ground.clock.move(31)

    await deadlines.step()

    assert await alerts(ground) == [f"uncancelled:{TASK}"]


async def test_a_session_for_one_task_ends_however_the_task_came_to_its_end(
    ground: Ground,
) -> None:
    await set_up(ground, once=True)
    await ground.at_desk(lambda desk: desk.tx.tasks.save(_unknown(desk)))
    await ground.do(lambda use: use.tasks.drop("web-1.2"))
    before = (await look(ground))[0].wanted

    await ground.do(lambda use: use.tasks.done("web-1.1"))

    session = (await look(ground))[0]
    assert (before, session.wanted, session.reason) == (Wanted.RUN, Wanted.STOP, EndReason.DONE)


def _unknown(desk: Desk) -> Task:
    return replace(desk.tx.tasks.get(TASK), state=TaskState.UNKNOWN)


async def alerts(ground: Ground) -> list[str]:
    return await ground.at_desk(lambda desk: [a.fingerprint for a in desk.tx.alerts.open()])
