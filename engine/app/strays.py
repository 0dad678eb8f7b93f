"""What lies on a host and has no row, and what that tells of the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from engine.app.alerts import close_alert, open_alert
from engine.app.desk import Desk
from engine.domain.alert import Severity
from engine.domain.errors import NotFound
from engine.domain.session import Session
from engine.domain.values import HostName, SessionId
from engine.ports.hosts import Found, Inventory

AGENT_ROLE = "agent"
RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Strays:
    """What a host holds that has no row: the fingerprint of its alert -> which it is."""

    containers: Mapping[str, str]
    volumes: Mapping[str, str]

    @property
    def all(self) -> Mapping[str, str]:
        """Return both."""
        return {**self.containers, **self.volumes}


def strays_of(desk: Desk, host: HostName, inventory: Inventory) -> Strays:
    """Return what has no row."""
    found = [found for found in inventory.containers if is_stray(desk, found)]
    sessions = {id_ for id_ in inventory.volumes.values() if id_ and row_of(desk, id_) is None}
    return Strays(
        {
            fingerprint_of(host, one): f"Container {one.name} on host {host} has no row"
            for one in found
        },
        {
            f"{_of(host)}volumes-{id_}": f"Host {host} has volumes of a session {id_} without a row"
            for id_ in sessions
        },
    )


def is_stray(desk: Desk, found: Found) -> bool:
    """Whether it is an agent's container that the rows do not know."""
    return found.role == AGENT_ROLE and desk.tx.attempts.find(found.session, found.attempt) is None


def row_of(desk: Desk, id_: SessionId) -> Session | None:
    """Return a session, if there is one."""
    try:
        return desk.tx.sessions.get(id_)
    except NotFound:
        return None


def fingerprint_of(host: HostName, found: Found) -> str:
    """Return what the alert of a container without a row is known by."""
    return f"{_of(host)}{found.name}"


def report(desk: Desk, which_ones: Mapping[str, str], *, then: str) -> None:
    """Open an alert for each, which ends with what comes of it."""
    for fingerprint, which in which_ones.items():
        text = f"{which}; {then}."
        open_alert(desk, fingerprint=fingerprint, severity=Severity.WARNING, text=text)


def tell_of_a_restore(desk: Desk, strays: Strays) -> bool:
    """Whether things without a row, seen first after a start, show that the rows went back in time.

    Rows come before what they stand for, so what has none was made by a database that knew more;
    unless it was reported already, and is still there.
    """
    return any(desk.tx.alerts.find(fingerprint) is None for fingerprint in strays.all)


def begin_rest(desk: Desk) -> None:
    """Note that the database is older than what it is about; the janitor's rest begins anew."""
    close_alert(desk, RESTORED)
    until = desk.now + _rest(desk)
    open_alert(
        desk,
        fingerprint=RESTORED,
        severity=Severity.CRITICAL,
        text=(
            "The database is older than what it stands for, as after a restore. Until"
            f" {until:%Y-%m-%d %H:%M} UTC nothing is stopped or removed for having no row; look at"
            " what is reported, and stop Halyard if it is the wrong database."
        ),
    )


def is_resting(desk: Desk) -> bool:
    """Whether nothing may be stopped or removed for want of a row; its alert ends with it."""
    alert = desk.tx.alerts.find(RESTORED)
    if alert is None:
        return False
    if desk.now < alert.opened_at + _rest(desk):
        return True
    close_alert(desk, RESTORED)
    return False


def close_settled(desk: Desk, host: HostName, strays: Strays) -> None:
    """Close the alerts of strays that are there no more."""
    for alert in desk.tx.alerts.open():
        if alert.fingerprint.startswith(_of(host)) and alert.fingerprint not in strays.all:
            close_alert(desk, alert.fingerprint)


def _rest(desk: Desk) -> timedelta:
    return timedelta(seconds=desk.settings.durations.janitor_rest_s)


def _of(host: HostName) -> str:
    """Return what the fingerprints of a host's strays begin with."""
    return f"stray:{host}:"
