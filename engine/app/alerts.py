"""Open and close alerts, each with the event that tells of it."""

from engine.app.desk import Desk
from engine.domain.alert import Alert, Severity
from engine.domain.event import EventKind, NewEvent
from engine.domain.values import Conversation, SessionId


def open_alert(
    desk: Desk,
    *,
    fingerprint: str,
    severity: Severity,
    text: str,
    session: SessionId | None = None,
) -> None:
    """Open an alert; one that is open already with this fingerprint is left as it is."""
    if desk.tx.alerts.find(fingerprint) is not None:
        return
    alert = Alert(
        fingerprint=fingerprint,
        severity=severity,
        text=text,
        session=session,
        opened_at=desk.now,
    )
    desk.tx.alerts.add(alert)
    _tell(desk, alert, "open")


def close_alert(desk: Desk, fingerprint: str) -> None:
    """Close an alert; one that is not open is no error."""
    alert = desk.tx.alerts.find(fingerprint)
    if alert is not None:
        desk.tx.alerts.close(fingerprint)
        _tell(desk, alert, "closed")


def paused_fingerprint(id_: SessionId) -> str:
    """Return what the alert of a session whose container is frozen is known by."""
    return f"paused:{id_}"


def channel_fingerprint(conversation: Conversation) -> str:
    """Return what the alert of a channel that cannot be used is known by."""
    return f"channel:{conversation.platform}:{conversation.space}/{conversation.channel}"


def face_fingerprint(platform: str) -> str:
    """Return what the alert of a platform that cannot be used is known by."""
    return f"face:{platform}"


def _tell(desk: Desk, alert: Alert, state: str) -> None:
    data = {
        "fingerprint": alert.fingerprint,
        "severity": alert.severity,
        "text": alert.text,
        "state": state,
    }
    desk.tx.events.append(
        NewEvent(kind=EventKind.ALERT, at=desk.now, session=alert.session, data=data)
    )
