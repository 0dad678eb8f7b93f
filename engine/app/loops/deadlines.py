"""What time alone brings: questions expire, silence in a turn becomes an alert."""

import asyncio
from datetime import timedelta

from engine.app.alerts import close_alert, open_alert
from engine.app.changes import close_approval
from engine.app.desk import Desk
from engine.app.loops.given import Given
from engine.domain.alert import Severity
from engine.domain.approval import Approval, ApprovalTrigger
from engine.domain.event import EventKind
from engine.domain.session import Session, SessionState

TICK_S = 1.0
_ALERT = EventKind.ALERT


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
    return bool(_expired(desk) or _stalled(desk) or _no_longer_stalled(desk))


def _do_what_is_due(desk: Desk) -> None:
    for approval in _expired(desk):
        close_approval(desk, approval, ApprovalTrigger.EXPIRE, by=None)
    for session in _stalled(desk):
        open_alert(
            desk,
            fingerprint=_fingerprint(session),
            severity=Severity.WARNING,
            text=f"{session.name} works and was silent for {_stall(desk)}; it may be stuck.",
            session=session.id,
        )
    for fingerprint in _no_longer_stalled(desk):
        close_alert(desk, fingerprint)


def _expired(desk: Desk) -> list[Approval]:
    limit = timedelta(seconds=desk.settings.durations.approval_s)
    return [
        approval
        for approval in desk.tx.approvals.open()
        if approval.shown_at is not None and approval.shown_at + limit <= desk.now
    ]


def _stalled(desk: Desk) -> list[Session]:
    return [
        session
        for session in desk.tx.sessions.in_states({SessionState.WORKING})
        if _is_silent(desk, session) and desk.tx.alerts.find(_fingerprint(session)) is None
    ]


def _no_longer_stalled(desk: Desk) -> list[str]:
    return [
        alert.fingerprint
        for alert in desk.tx.alerts.open()
        if alert.session is not None
        and alert.fingerprint == f"stall:{alert.session}"
        and not _is_stuck(desk, desk.tx.sessions.get(alert.session))
    ]


def _is_stuck(desk: Desk, session: Session) -> bool:
    return session.state is SessionState.WORKING and _is_silent(desk, session)


def _is_silent(desk: Desk, session: Session) -> bool:
    """Whether nothing came for so long, and it is not a person who is waited for."""
    if desk.tx.approvals.open(session.id):
        return False
    spoken = [e for e in desk.tx.events.last(session.id, limit=20) if e.kind is not _ALERT]
    last = spoken[-1].at if spoken else session.changed_at
    return max(last, session.changed_at) + _stall(desk) <= desk.now


def _stall(desk: Desk) -> timedelta:
    return timedelta(seconds=desk.settings.durations.stall_s)


def _fingerprint(session: Session) -> str:
    return f"stall:{session.id}"
