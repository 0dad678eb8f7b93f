"""The wish to end a session, and what follows from it at once."""

from dataclasses import replace

from engine.app.changes import (
    end_session,
    move_session,
    move_task,
    tell_session,
    withdraw_approvals,
)
from engine.app.desk import Desk
from engine.domain.session import EndReason, Session, SessionState, SessionTrigger, Wanted
from engine.domain.task import OPEN, Task, TaskState, TaskTrigger
from engine.domain.values import SessionId


def request_stop(desk: Desk, session: Session, wanted: Wanted, reason: EndReason) -> Session:
    """Note the wish, and cut what a container need not be asked for; loops do the rest."""
    wished = replace(session, wanted=wanted, reason=reason)
    why = {
        EndReason.DONE: "All tasks are done.",
        EndReason.STOPPED: "Stopped by a person.",
        EndReason.KILLED: "Killed by a person.",
    }.get(reason, session.why)
    if session.state is SessionState.QUEUED:
        return end_session(desk, wished, SessionTrigger.STOP, reason, why=why)
    _cut(desk, wished, why=why)
    if session.state is SessionState.STOPPING:
        desk.tx.sessions.save(wished)
        tell_session(desk, wished, was=session, trigger=SessionTrigger.STOP)
        return wished
    return move_session(desk, wished, SessionTrigger.STOP, why=why)


def _cut(desk: Desk, session: Session, *, why: str) -> None:
    """Ask for the end of the turn, and drop what was not sent."""
    withdraw_approvals(desk, session)
    for task in desk.tx.tasks.of(session.id):
        if task.state in {TaskState.SENT, TaskState.RUNNING}:
            move_task(desk, task, TaskTrigger.CANCEL, why=why)
        elif task.state is TaskState.QUEUED:
            move_task(desk, task, TaskTrigger.DROP, why=why)


def end_if_once(desk: Desk, id_: SessionId) -> None:
    """End a session that was started for one task, once none of its tasks is open any more."""
    session = desk.tx.sessions.get(id_)
    if not session.once or session.is_over or session.wanted is not Wanted.RUN:
        return
    tasks = desk.tx.tasks.of(id_)
    if any(task.state in OPEN for task in tasks):
        return
    done = [task for task in tasks if task.state is not TaskState.DROPPED] or tasks
    last = max(done, key=lambda task: (task.changed_at, task.number))
    request_stop(desk, replace(session, why=last.why), Wanted.STOP, _reason_after(last))


def _reason_after(task: Task) -> EndReason:
    return {TaskState.DONE: EndReason.DONE, TaskState.FAILED: EndReason.FAILED}.get(
        task.state, EndReason.STOPPED
    )
