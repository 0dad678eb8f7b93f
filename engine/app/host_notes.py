"""What was seen of a host, into the rows, with the events and alerts that tell of it."""

from dataclasses import replace
from datetime import datetime

from engine.app.alerts import close_alert, open_alert, paused_fingerprint
from engine.app.changes import tell_gap
from engine.app.desk import Desk
from engine.domain.alert import Severity
from engine.domain.event import EventKind, NewEvent
from engine.domain.host import HostSettings, HostState, HostStatus
from engine.domain.session import ACTIVE, Session, SessionState
from engine.domain.values import HostName
from engine.ports.hosts import HostFacts

GIB = 1024**3
NO_ROOM_BYTES = 1024**2
"""With less free, the Engine may be unable to write what containers print."""


def note_pause(desk: Desk, session: Session, *, is_full: bool) -> None:
    """Note that a session was frozen because its host is full, or thawed again."""
    fingerprint = paused_fingerprint(session.id)
    if not is_full:
        close_alert(desk, fingerprint)
        return
    open_alert(
        desk,
        fingerprint=fingerprint,
        severity=Severity.WARNING,
        text=f"{session.name} is paused until host {session.host} has room on its disk.",
        session=session.id,
    )


def note_down(desk: Desk, settings: HostSettings, why: str) -> HostStatus:
    """Note that a host does not answer."""
    before = desk.tx.hosts.all().get(settings.name)
    seen = before or _unseen(settings)
    status = replace(seen, state=HostState.DOWN, why=why)
    _note(desk, before, status)
    open_alert(
        desk,
        fingerprint=f"host-down:{settings.name}",
        severity=Severity.CRITICAL,
        text=f"{why} Its sessions go on there, but cannot be reached.",
    )
    return status


def note_up(desk: Desk, settings: HostSettings, facts: HostFacts) -> HostStatus:
    """Note that a host answered, and what room it has."""
    is_full = facts.free_bytes is not None and facts.free_bytes < settings.free_min_bytes
    status = HostStatus(
        name=settings.name,
        state=HostState.FULL if is_full else HostState.UP,
        why=_full(settings, facts) if is_full else "",
        seen_at=desk.now,
        engine_id=facts.engine_id,
        engine_version=facts.engine_version,
        free_bytes=facts.free_bytes,
    )
    before = desk.tx.hosts.all().get(settings.name)
    _note(desk, before, status)
    if _has_no_room(status) and not (before and _has_no_room(before)):
        _note_gaps(desk, status, since=before.seen_at if before else None)
    close_alert(desk, f"host-down:{settings.name}")
    _note_room(desk, settings, status)
    _forget_clock_step(desk, settings.name)
    return status


def note_clock_step(desk: Desk, name: HostName) -> None:
    """Note that a host's clock went back while a log there was read."""
    open_alert(
        desk,
        fingerprint=_clock_fingerprint(name),
        severity=Severity.WARNING,
        text=(
            f"The clock of host {name} was set back while agents ran there. Nothing that they say"
            " is lost, but their logs are read from the start whenever the connection breaks; let"
            " the host's time service slow the clock down and not set it back."
        ),
    )


def _forget_clock_step(desk: Desk, name: HostName) -> None:
    """Close the alert once no log with the step is read any more."""
    fingerprint = _clock_fingerprint(name)
    if desk.tx.alerts.find(fingerprint) is None:
        return
    sessions = [one for one in desk.tx.sessions.in_states(ACTIVE) if one.host == name]
    attempts = [desk.tx.attempts.find(session.id, session.attempt) for session in sessions]
    if not any(attempt is not None and attempt.cursor.stepped for attempt in attempts):
        close_alert(desk, fingerprint)


def _clock_fingerprint(name: HostName) -> str:
    return f"host-clock:{name}"


def _note_room(desk: Desk, settings: HostSettings, status: HostStatus) -> None:
    fingerprint = f"host-full:{settings.name}"
    if status.state is HostState.FULL:
        open_alert(desk, fingerprint=fingerprint, severity=Severity.CRITICAL, text=status.why)
    else:
        close_alert(desk, fingerprint)


def _note_gaps(desk: Desk, status: HostStatus, *, since: datetime | None) -> None:
    """Tell for each session that was not frozen in time that some of its log may be lost."""
    why = f"Host {status.name} has no room left, so it may have lost lines."
    for session in live_on(desk, status.name):
        if desk.tx.alerts.find(paused_fingerprint(session.id)) is None:
            tell_gap(desk, session.id, why, since=since)


def live_on(desk: Desk, name: HostName) -> list[Session]:
    """Return the sessions on a host whose agents are connected."""
    live = desk.tx.sessions.in_states({SessionState.READY, SessionState.WORKING})
    return [session for session in live if session.host == name]


def _has_no_room(status: HostStatus) -> bool:
    return status.free_bytes is not None and status.free_bytes < NO_ROOM_BYTES


def _note(desk: Desk, before: HostStatus | None, status: HostStatus) -> None:
    """Store what was seen, and tell of it if it is another state than before."""
    desk.tx.hosts.save(status)
    if before is not None and before.state is status.state:
        return
    data = {
        "host": status.name,
        "state": status.state,
        "was": before.state if before else HostState.NEW,
        "why": status.why,
    }
    desk.tx.events.append(NewEvent(kind=EventKind.HOST, at=desk.now, data=data))


def _full(settings: HostSettings, facts: HostFacts) -> str:
    free = (facts.free_bytes or 0) / GIB
    wanted = settings.free_min_bytes / GIB
    return (
        f"Host {settings.name} has {free:.1f} GiB free and needs {wanted:.1f} GiB;"
        " its sessions are paused until there is room."
    )


def _unseen(settings: HostSettings) -> HostStatus:
    return HostStatus(name=settings.name, state=HostState.NEW, why="", seen_at=None)
