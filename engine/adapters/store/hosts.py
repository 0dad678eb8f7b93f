"""Hosts as last seen, in the database."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from engine.adapters.store.cleaning import Cleaner
from engine.adapters.store.columns import Values
from engine.adapters.store.tables import HostRow
from engine.domain.host import HostState, HostStatus
from engine.domain.values import HostName


class SqlHosts:
    """`Hosts` on one connection."""

    def __init__(self, db: Connection, cleaner: Cleaner) -> None:
        self._db = db
        self._cleaner = cleaner

    def all(self) -> Mapping[HostName, HostStatus]:
        rows = self._db.execute(select(HostRow).order_by(HostRow.name))
        return {HostName(row.name): _status(row) for row in rows}

    def save(self, status: HostStatus) -> None:
        values = self._values(status)
        change = update(HostRow).where(HostRow.name == status.name).values(values)
        if not self._db.execute(change).rowcount:
            self._db.execute(insert(HostRow).values(values))

    def _values(self, status: HostStatus) -> Values:
        return {
            "name": status.name,
            "state": status.state,
            "why": self._cleaner.text(status.why),
            "seen_at": status.seen_at,
            "engine_id": status.engine_id,
            "engine_version": status.engine_version,
            "free_bytes": status.free_bytes,
        }


def _status(row: Row[Any]) -> HostStatus:
    return HostStatus(
        name=HostName(row.name),
        state=HostState(row.state),
        why=row.why,
        seen_at=row.seen_at,
        engine_id=row.engine_id,
        engine_version=row.engine_version,
        free_bytes=row.free_bytes,
    )
