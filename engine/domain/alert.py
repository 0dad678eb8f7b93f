"""Alerts: what needs eyes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.domain.values import SessionId


class Severity(StrEnum):
    """How much it matters."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something that needs eyes until it is closed; one open alert per fingerprint."""

    fingerprint: str
    """What it is about: `host-down:local`. The same again is the same alert."""
    severity: Severity
    text: str
    session: SessionId | None
    opened_at: datetime
