"""What time alone brings: questions expire, and what waits too long becomes an alert."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from engine.app.alerts import close_alert, open_alert
from engine.app.changes import close_approval
from engine.app.desk import Desk
from engine.app.loops.given import Given
from engine.domain.alert import Severity
from engine.domain.approval import Approval, ApprovalTrigger
from engine.domain.event import EventKind
from engine.domain.session import Session, SessionState
from engine.domain.task import Task, TaskState
from engine.domain.values import SessionId

TICK_S = 1.0
UNSEEN = timedelta(minutes=1)
"""How long a question may wait without anybody having seen it."""
UNCANCELLED = timedelta(seconds=30)
"""How long an agent may take to give up a turn."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that waits too long, as long as it does."""

    fingerprint: str
    text: str
    session: SessionId


KINDS = ("stall:", "unseen:", "uncancelled:")
"""What the fingerprints of the alerts that are opened and closed here begin with."""


class Deadlines:
    """Looks once a second; what is due is done once, since the rows change with it."""

    def __init__(self, given: Given) -> None:
        self._given = given

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await self.step()
            await asyncio.sleep(TICK_S)

    async def step(self) -> None:
        """Do what is due now."""
        if await self._given.read(_is_anything_due):
            await self._given.write(_do_what_is_due)


def _is_anything_due(desk: Desk) -> bool:
    return bool(_expired(desk)) or {t.fingerprint for t in _troubles(desk)} != _open(desk)


def _do_what_is_due(desk: Desk) -> None:
    for approval in _expired(desk):
        close_approval(desk, approval, ApprovalTrigger.EXPIRE, by=None)
    troubles = {trouble.fingerprint: trouble for trouble in _troubles(desk)}
    for trouble in troubles.values():
        open_alert(
            desk,
            fingerprint=trouble.fingerprint,
            severity=Severity.WARNING,
            text=trouble.text,
            session=trouble.session,
        )
    for fingerprint in _open(desk) - troubles.keys():
        close_alert(desk, fingerprint)


def _open(desk: Desk) -> set[str]:
    alerts = desk.tx.alerts.open()
    return {alert.fingerprint for alert in alerts if alert.fingerprint.startswith(KINDS)}


def _expired(desk: Desk) -> list[Approval]:
    limit = timedelta(seconds=desk.settings.durations.approval_s)
    return [
        approval
        for approval in desk.tx.approvals.open()
        if approval.shown_at is not None and approval.shown_at + limit <= desk.now
    ]


def _troubles(desk: Desk) -> Iterator[Trouble]:
    for session in desk.tx.sessions.in_states({SessionState.WORKING}):
        if _is_silent(desk, session):
            yield _stalled(desk, session)
    for approval in desk.tx.approvals.open():
        if approval.shown_at is None and approval.created_at + UNSEEN <= desk.now:
            yield _unseen(desk, approval)
    for task in desk.tx.tasks.in_states({TaskState.CANCELLING}):
        if task.changed_at + UNCANCELLED <= desk.now:
            yield _uncancelled(desk, task)


def _stalled(desk: Desk, session: Session) -> Trouble:
    text = f"{session.name} works and was silent for {_stall(desk)}; it may be stuck."
    return Trouble(f"stall:{session.id}", text, session.id)


def _unseen(desk: Desk, approval: Approval) -> Trouble:
    name = f"{desk.tx.sessions.get(approval.session).name}.{approval.number}"
    text = f"{name} waits for an answer, and nobody has seen it: `approval show {name}`."
    return Trouble(f"unseen:{approval.id}", text, approval.session)


def _uncancelled(desk: Desk, task: Task) -> Trouble:
    session = desk.tx.sessions.get(task.session)
    text = (
        f"The agent of {session.name} does not give up task {task.number};"
        f" `session kill {session.name}` ends it, `session restart` brings it back."
    )
    return Trouble(f"uncancelled:{task.id}", text, session.id)


def _is_silent(desk: Desk, session: Session) -> bool:
    """Whether nothing came for so long, and it is not a person who is waited for."""
    if desk.tx.approvals.count_open(session.id):
        return False
    spoken = [
        event
        for event in desk.tx.events.last(session.id, limit=20)
        if event.kind is not EventKind.ALERT
    ]
    last = spoken[-1].at if spoken else session.changed_at
    return max(last, session.changed_at) + _stall(desk) <= desk.now


def _stall(desk: Desk) -> timedelta:
    return timedelta(seconds=desk.settings.durations.stall_s)
