"""Hosts as last seen, in the database."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from engine.adapters.store.cleaning import Cleaner
from engine.adapters.store.columns import Values
from engine.adapters.store.prepared import adding, by, changing, finding, table_of
from engine.adapters.store.steps import Steps
from engine.adapters.store.tables import HostRow
from engine.domain.host import HostState, HostStatus
from engine.domain.values import HostName

_ADD = adding(HostRow)
_CHANGE = changing(HostRow, "name")
_ALL = finding(HostRow).order_by(table_of(HostRow).c.name)


class SqlHosts:
    """`Hosts` on one connection."""

    def __init__(self, db: Steps, cleaner: Cleaner) -> None:
        self._db = db
        self._cleaner = cleaner

    def all(self) -> Mapping[HostName, HostStatus]:
        return {HostName(row.name): _status(row) for row in self._db.execute(_ALL)}

    def save(self, status: HostStatus) -> None:
        values = self._values(status)
        if not self._db.execute(_CHANGE, by(values, name=status.name)).rowcount:
            self._db.execute(_ADD, values)

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
