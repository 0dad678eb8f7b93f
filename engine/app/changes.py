"""Changes of state, each with the event that tells of it, in one transaction."""

from datetime import datetime

from engine.app.alerts import close_alert, paused_fingerprint
from engine.app.desk import Desk
from engine.domain.approval import Approval, ApprovalTrigger, Scope
from engine.domain.event import EventKind, NewEvent
from engine.domain.job import Job
from engine.domain.session import EndReason, Session, SessionTrigger
from engine.domain.task import ACTIVE, Task, TaskState, TaskTrigger
from engine.domain.values import ActorId, Json, SessionId, Whence


def move_session(
    desk: Desk, session: Session, trigger: SessionTrigger, *, why: str = ""
) -> Session:
    """Move a session, store it with whatever else the caller changed of it, and tell of it."""
    moved = session.moved(trigger, at=desk.now, why=why)
    desk.tx.sessions.save(moved)
    tell_session(desk, moved, was=session, trigger=trigger)
    return moved


def end_session(
    desk: Desk, session: Session, trigger: SessionTrigger, reason: EndReason, *, why: str
) -> Session:
    """End a session with all that hangs on it, and tell of it.

    What a person stopped is cut; what ended by itself leaves its tasks to be decided or restarted.
    """
    settle_tasks(desk, session, is_cut=trigger is not SessionTrigger.EVIDENCE, why=why)
    withdraw_approvals(desk, session)
    close_alert(desk, paused_fingerprint(session.id))
    # Volumes may be on its host since before its first attempt.
    until = desk.now + desk.settings.durations.volumes_kept if session.host else None
    ended = session.ended(trigger, reason, at=desk.now, until=until, why=why)
    desk.tx.sessions.save(ended)
    tell_session(desk, ended, was=session, trigger=trigger)
    return ended


def settle_tasks(desk: Desk, session: Session, *, is_cut: bool, why: str) -> None:
    """Give each open task of a session without a container the state that is true of it."""
    for task in desk.tx.tasks.of(session.id):
        if task.state is TaskState.CANCELLING or (is_cut and task.state in ACTIVE):
            move_task(desk, task, TaskTrigger.CUT, why=why)
        elif task.state in ACTIVE:
            move_task(desk, task, TaskTrigger.LOSE, why=why)
        elif is_cut and task.state is TaskState.QUEUED:
            move_task(desk, task, TaskTrigger.DROP, why=why)


def withdraw_approvals(desk: Desk, session: Session) -> None:
    """Close the questions that nobody needs to answer any more."""
    for approval in desk.tx.approvals.open(session.id):
        close_approval(desk, approval, ApprovalTrigger.WITHDRAW, by=None)


def tell_session(
    desk: Desk,
    session: Session,
    *,
    was: Session | None = None,
    trigger: SessionTrigger | None = None,
) -> None:
    """Tell that a session is new, or moved."""
    data: dict[str, Json] = {
        "name": session.name,
        "state": session.state,
        "was": was.state if was else None,
        "trigger": trigger,
        "why": session.why,
        "reason": session.reason,
        "host": session.host,
        "attempt": session.attempt,
    }
    desk.tx.events.append(
        NewEvent(kind=EventKind.SESSION, at=desk.now, session=session.id, data=data)
    )


def tell_gap(
    desk: Desk, id_: SessionId, why: str, *, since: datetime | None, until: datetime | None = None
) -> None:
    """Tell that what an agent said in a range of time may be lost."""
    data: dict[str, Json] = {
        "why": why,
        "since": since.isoformat() if since else None,
        "until": until.isoformat() if until else None,
    }
    desk.tx.events.append(NewEvent(kind=EventKind.GAP, at=desk.now, session=id_, data=data))


def move_task(
    desk: Desk, task: Task, trigger: TaskTrigger, *, why: str = "", stop_reason: str = ""
) -> Task:
    """Move a task and tell of it."""
    moved = task.moved(trigger, at=desk.now, why=why, stop_reason=stop_reason)
    desk.tx.tasks.save(moved)
    tell_task(desk, moved, was=task.state, trigger=trigger)
    return moved


def tell_task(
    desk: Desk,
    task: Task,
    *,
    was: TaskState | None = None,
    trigger: TaskTrigger | None = None,
    whence: Whence | None = None,
    is_edit: bool = False,
) -> None:
    """Tell that a task is new, was edited, or moved; and whence its text came, if that is known."""
    data: dict[str, Json] = {
        "number": task.number,
        "state": task.state,
        "was": was,
        "trigger": trigger,
        "why": task.why,
        "stop_reason": task.stop_reason,
        "actor": task.actor,
    }
    if was is None:
        data["text"] = task.text
    if is_edit:
        data["edited"] = True
    if whence is not None:
        data["place"] = whence.conversation.place
        data["speaker"] = whence.speaker
    desk.tx.events.append(
        NewEvent(kind=EventKind.TASK, at=desk.now, session=task.session, task=task.id, data=data)
    )


def close_approval(
    desk: Desk,
    approval: Approval,
    trigger: ApprovalTrigger,
    *,
    by: ActorId | None,
    scope: Scope = Scope.ONCE,
) -> Approval:
    """Close an approval and tell of it."""
    closed = approval.closed(trigger, at=desk.now, by=by, scope=scope)
    desk.tx.approvals.save(closed)
    tell_approval(desk, closed)
    return closed


def tell_approval(desk: Desk, approval: Approval) -> None:
    """Tell that an approval is open, or was closed."""
    data: dict[str, Json] = {
        "approval": approval.id,
        "number": approval.number,
        "state": approval.state,
        "title": approval.title,
        "kind": approval.kind,
        "subject": approval.subject,
        "detail": approval.detail,
        "by": approval.decided_by,
        "scope": approval.scope,
    }
    desk.tx.events.append(
        NewEvent(
            kind=EventKind.APPROVAL,
            at=desk.now,
            session=approval.session,
            task=approval.task,
            data=data,
        )
    )


def save_job(desk: Desk, job: Job) -> None:
    """Store where a job stands and tell of it."""
    desk.tx.jobs.save(job)
    tell_job(desk, job)


def tell_job(desk: Desk, job: Job) -> None:
    """Tell that a job is new, or moved."""
    data: dict[str, Json] = {
        "job": job.id,
        "kind": job.kind,
        "state": job.state,
        "why": job.why,
        **job.result,
    }
    desk.tx.events.append(NewEvent(kind=EventKind.JOB, at=desk.now, session=job.session, data=data))
