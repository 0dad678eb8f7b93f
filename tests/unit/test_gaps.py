"""Lines that a host may have lost are told, once."""

from dataclasses import replace

from engine.app import lifecycle
from engine.app.desk import Desk
from engine.app.host_notes import note_pause, note_up
from engine.domain.approval import ApprovalState
from engine.domain.attempt import Attempt, Cursor, Mark
from engine.domain.event import EventKind
from engine.domain.session import SessionState
from engine.domain.task import TaskState
from engine.domain.values import SessionId
from engine.ports.hosts import HostFacts
from tests.build import AT, a_session, a_task, an_approval, an_attempt
from tests.ground import LOCAL, Ground

S1 = SessionId("s1")
FULL = HostFacts(engine_id="e", engine_version="20.10", free_bytes=0)
ROOMY = replace(FULL, free_bytes=2**40)


async def at_work(ground: Ground) -> Attempt:
    """Add a session in the middle of a turn, with an open question."""
    attempt = an_attempt(cursor=Cursor(stdout=Mark(stamp_ns=int(AT.timestamp()) * 10**9)))

    def add(desk: Desk) -> None:
        session = a_session(state=SessionState.WORKING, host=LOCAL, attempt=1)
        desk.tx.sessions.add(session)
        desk.tx.tasks.add(a_task(state=TaskState.RUNNING))
        desk.tx.approvals.add(an_approval())
        desk.tx.attempts.add(attempt)

    await ground.at_desk(add)
    return attempt


async def looks_at(ground: Ground, facts: HostFacts) -> None:
    [settings] = ground.settings.hosts
    await ground.at_desk(lambda desk: note_up(desk, settings, facts))


async def test_a_host_without_any_room_may_have_lost_lines_and_that_is_told_once(
    ground: Ground,
) -> None:
    await at_work(ground)

    for facts in (ROOMY, FULL, FULL):
        await looks_at(ground, facts)

    [gap] = await ground.events(EventKind.GAP)
    assert gap.session == S1
    assert gap.data["why"] == "Host local has no room left, so it may have lost lines."
    assert gap.data["since"] == ground.clock.now().isoformat()


async def test_a_session_that_stands_still_has_nothing_to_lose(ground: Ground) -> None:
    await at_work(ground)
    await ground.at_desk(lambda desk: note_pause(desk, desk.tx.sessions.get(S1), is_full=True))

    await looks_at(ground, FULL)

    assert await ground.events(EventKind.GAP) == []


async def test_after_a_loss_the_session_goes_on_in_a_new_container_and_a_person_decides(
    ground: Ground,
) -> None:
    attempt = await at_work(ground)

    await ground.at_desk(lambda desk: lifecycle.lost_lines(desk, attempt))

    [gap] = await ground.events(EventKind.GAP)
    session, tasks, approvals = await ground.at_desk(
        lambda desk: (
            desk.tx.sessions.get(S1),
            desk.tx.tasks.of(S1),
            desk.tx.approvals.of(S1),
        )
    )
    assert gap.data["since"] == AT.isoformat()
    assert (session.state, session.attempt, session.deaths) == (SessionState.STARTING, 2, 0)
    assert [task.state for task in tasks] == [TaskState.UNKNOWN]
    assert [approval.state for approval in approvals] == [ApprovalState.WITHDRAWN]
