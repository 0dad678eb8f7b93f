"""Every state and every trigger: what the design lists moves, all else is refused.

The tables stand here once more, written from the design and not from the code.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from engine.domain.approval import ApprovalState, ApprovalTrigger, Scope
from engine.domain.delivery import DeliveryState, DeliveryTrigger
from engine.domain.errors import Conflict
from engine.domain.job import JobState, JobTrigger
from engine.domain.session import EndReason, SessionState, SessionTrigger
from engine.domain.task import TaskState, TaskTrigger
from engine.domain.values import ActorId
from tests.build import ANN, AT, a_delivery, a_job, a_session, a_task, an_approval

LATER = AT + timedelta(minutes=1)
BOB = ActorId("local:1001")

# One line per state: what moves it, and where to.
SESSION = """
queued     place=placing stop=ended
placing    unplace=queued placed=preparing stop=stopping
preparing  prepared=starting stop=stopping evidence=ended
starting   connected=ready replace=starting stop=stopping evidence=ended
ready      prompted=working replace=starting stop=stopping evidence=ended
working    rested=ready replace=starting stop=stopping evidence=ended
stopping   stopped=ended evidence=ended
ended      restart=queued
"""
TASK = """
queued      send=sent drop=dropped
sent        heard=running cancel=cancelling finish=done fail=failed cut=cancelled lose=unknown
running     cancel=cancelling finish=done fail=failed cut=cancelled lose=unknown
cancelling  finish=done fail=failed cut=cancelled
unknown     retry=queued resolve=done finish=done fail=failed cut=cancelled
done
failed
cancelled
dropped
"""
APPROVAL = """
open       allow=allowed deny=denied expire=expired withdraw=withdrawn
allowed
denied
expired
withdrawn
"""
DELIVERY = """
queued   claim=claimed refuse=failed lose=doubt revise=queued
claimed  take=sent again=queued lose=doubt refuse=failed revise=claimed
doubt    take=sent again=queued refuse=failed revise=doubt
sent     revise=queued
failed   revise=queued
"""
JOB = """
queued   take=running
running  finish=done fail=failed again=queued
done
failed
"""


def edges(table: str) -> dict[tuple[str, str], str]:
    """Return (state, trigger) -> state."""
    found = {}
    for state, *moves in (line.split() for line in table.strip().splitlines()):
        for move in moves:
            trigger, _, target = move.partition("=")
            found[state, trigger] = target
    return found


def states(table: str) -> set[str]:
    return {line.split()[0] for line in table.strip().splitlines()}


def moved_session(state: str, trigger: str) -> tuple[object, object]:
    session = a_session(state=SessionState(state))
    moved = session.moved(SessionTrigger(trigger), at=LATER, why="So.")
    return moved, replace(session, state=moved.state, changed_at=LATER, why="So.")


def moved_task(state: str, trigger: str) -> tuple[object, object]:
    task = a_task(state=TaskState(state))
    moved = task.moved(TaskTrigger(trigger), at=LATER, why="So.", stop_reason="end_turn")
    changes = {"state": moved.state, "changed_at": LATER, "why": "So.", "stop_reason": "end_turn"}
    return moved, replace(task, **changes)  # type: ignore[arg-type]


def moved_approval(state: str, trigger: str) -> tuple[object, object]:
    approval = an_approval(state=ApprovalState(state), decided_by=BOB)
    moved = approval.closed(ApprovalTrigger(trigger), at=LATER, by=ANN, scope=Scope.SESSION)
    changed = replace(approval, decided_at=LATER, decided_by=ANN, scope=Scope.SESSION)
    return moved, replace(changed, state=moved.state)


def moved_job(state: str, trigger: str) -> tuple[object, object]:
    job = a_job(state=JobState(state))
    moved = job.moved(JobTrigger(trigger), at=LATER, why="So.", result={"n": 1})
    changed = replace(job, changed_at=LATER, why="So.", result={"n": 1})
    return moved, replace(changed, state=moved.state, attempts=int(trigger == "take"))


def moved_delivery(state: str, trigger: str) -> tuple[object, object]:
    delivery = a_delivery(state=DeliveryState(state))
    moved = delivery._moved(DeliveryTrigger(trigger), at=LATER)
    return moved, replace(delivery, state=moved.state, changed_at=LATER)


MACHINES = {
    "delivery": (DELIVERY, DeliveryState, DeliveryTrigger, moved_delivery),
    "session": (SESSION, SessionState, SessionTrigger, moved_session),
    "task": (TASK, TaskState, TaskTrigger, moved_task),
    "approval": (APPROVAL, ApprovalState, ApprovalTrigger, moved_approval),
    "job": (JOB, JobState, JobTrigger, moved_job),
}
PAIRS = [
    pytest.param(
        move, state, trigger, edges(table).get((state, trigger)), id=f"{name}-{state}-{trigger}"
    )
    for name, (table, all_states, all_triggers, move) in MACHINES.items()
    for state, trigger in product(map(str, all_states), map(str, all_triggers))
]


@pytest.mark.parametrize("name", MACHINES)
def test_the_design_names_every_state_and_trigger(name: str) -> None:
    table, all_states, all_triggers, _ = MACHINES[name]

    assert states(table) == set(all_states)
    assert {trigger for _, trigger in edges(table)} == set(all_triggers)


@pytest.mark.parametrize(("move", "state", "trigger", "target"), PAIRS)
def test_a_listed_pair_moves_and_any_other_is_refused(
    move: Callable[[str, str], tuple[object, object]],
    state: str,
    trigger: str,
    target: str | None,
) -> None:
    if target is None:
        with pytest.raises(Conflict, match=state):
            move(state, trigger)
        return

    moved, expected = move(state, trigger)

    assert moved == expected
    assert getattr(moved, "state", None) == target


def test_the_loser_is_told_who_won() -> None:
    won = an_approval().closed(ApprovalTrigger.DENY, at=AT, by=BOB)

    with pytest.raises(Conflict, match=f"already denied by {BOB}"):
        won.closed(ApprovalTrigger.ALLOW, at=LATER, by=ANN)


def test_an_ended_session_keeps_its_reason_and_its_volumes_for_a_while() -> None:
    session = a_session(state=SessionState.STOPPING)
    until = LATER + timedelta(days=7)

    ended = session.ended(
        SessionTrigger.STOPPED, EndReason.KILLED, at=LATER, until=until, why="Killed."
    )

    assert ended.is_over
    assert (ended.reason, ended.volumes_until, ended.why) == (EndReason.KILLED, until, "Killed.")


def test_a_session_that_cannot_end_so_is_refused() -> None:
    with pytest.raises(Conflict, match="web-1 is queued"):
        a_session().ended(
            SessionTrigger.EVIDENCE, EndReason.OOM, at=LATER, until=None, why="It was too big."
        )
