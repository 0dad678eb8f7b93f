"""Open alerts in the database."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from engine.adapters.store.cleaning import Cleaner
from engine.adapters.store.prepared import adding, by, finding, removing, table_of
from engine.adapters.store.steps import Steps
from engine.adapters.store.tables import AlertRow
from engine.domain.alert import Alert, Severity

_ADD = adding(AlertRow)
_FIND = finding(AlertRow, "fingerprint")
_CLOSE = removing(AlertRow, "fingerprint")
_ALL = finding(AlertRow).order_by(table_of(AlertRow).c.seq)


class SqlAlerts:
    """`Alerts` on one connection."""

    def __init__(self, db: Steps, cleaner: Cleaner) -> None:
        self._db = db
        self._cleaner = cleaner

    def open(self) -> Sequence[Alert]:
        return [_alert(row) for row in self._db.execute(_ALL)]

    def find(self, fingerprint: str) -> Alert | None:
        row = self._db.execute(_FIND, by(fingerprint=fingerprint)).one_or_none()
        return None if row is None else _alert(row)

    def add(self, alert: Alert) -> None:
        self._db.execute(
            _ADD,
            {
                "fingerprint": alert.fingerprint,
                "severity": alert.severity,
                "text": self._cleaner.text(alert.text),
                "session": alert.session,
                "opened_at": alert.opened_at,
            },
        )

    def close(self, fingerprint: str) -> None:
        self._db.execute(_CLOSE, by(fingerprint=fingerprint))


def _alert(row: Row[Any]) -> Alert:
    return Alert(
        fingerprint=row.fingerprint,
        severity=Severity(row.severity),
        text=row.text,
        session=row.session,
        opened_at=row.opened_at,
    )
