"""What was seen of a host, into the rows, with the events and alerts that tell of it."""

from dataclasses import replace

from engine.app.alerts import close_alert, open_alert
from engine.app.desk import Desk
from engine.domain.alert import Severity
from engine.domain.event import EventKind, NewEvent
from engine.domain.host import HostSettings, HostState, HostStatus
from engine.domain.session import Session
from engine.ports.hosts import HostFacts

GIB = 1024**3


def note_pause(desk: Desk, session: Session, *, is_full: bool) -> None:
    """Note that a session was frozen because its host is full, or thawed again."""
    fingerprint = f"paused:{session.id}"
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
    _note(desk, desk.tx.hosts.all().get(settings.name), status)
    close_alert(desk, f"host-down:{settings.name}")
    _note_room(desk, settings, status)
    return status


def _note_room(desk: Desk, settings: HostSettings, status: HostStatus) -> None:
    fingerprint = f"host-full:{settings.name}"
    if status.state is HostState.FULL:
        open_alert(desk, fingerprint=fingerprint, severity=Severity.CRITICAL, text=status.why)
    else:
        close_alert(desk, fingerprint)


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
