"""Open alerts in the database."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from engine.adapters.store.cleaning import Cleaner
from engine.adapters.store.tables import AlertRow
from engine.domain.alert import Alert, Severity


class SqlAlerts:
    """`Alerts` on one connection."""

    def __init__(self, db: Connection, cleaner: Cleaner) -> None:
        self._db = db
        self._cleaner = cleaner

    def open(self) -> Sequence[Alert]:
        rows = self._db.execute(select(AlertRow).order_by(AlertRow.seq))
        return [_alert(row) for row in rows]

    def find(self, fingerprint: str) -> Alert | None:
        query = select(AlertRow).where(AlertRow.fingerprint == fingerprint)
        row = self._db.execute(query).one_or_none()
        return None if row is None else _alert(row)

    def add(self, alert: Alert) -> None:
        self._db.execute(
            insert(AlertRow).values(
                fingerprint=alert.fingerprint,
                severity=alert.severity,
                text=self._cleaner.text(alert.text),
                session=alert.session,
                opened_at=alert.opened_at,
            )
        )

    def close(self, fingerprint: str) -> None:
        self._db.execute(delete(AlertRow).where(AlertRow.fingerprint == fingerprint))


def _alert(row: Row[Any]) -> Alert:
    return Alert(
        fingerprint=row.fingerprint,
        severity=Severity(row.severity),
        text=row.text,
        session=row.session,
        opened_at=row.opened_at,
    )
