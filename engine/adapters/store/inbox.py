"""What was said to us, in the database."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from engine.adapters.store.cleaning import Cleaner
from engine.adapters.store.tables import InboxRow
from engine.domain.errors import NotFound
from engine.domain.values import ActorId, InboxKey
from engine.ports.store import Received


class SqlInbox:
    """`Inbox` on one connection."""

    def __init__(self, db: Connection, cleaner: Cleaner) -> None:
        self._db = db
        self._cleaner = cleaner

    def find(self, key: InboxKey) -> Received | None:
        row = self._db.execute(select(InboxRow).where(InboxRow.key == key)).one_or_none()
        return None if row is None else _received(row)

    def add(self, received: Received) -> None:
        answer = received.answer
        self._db.execute(
            insert(InboxRow).values(
                key=received.key,
                actor=received.actor,
                surface=received.surface,
                path=self._cleaner.text(received.path),
                values=self._cleaner.json(received.values),
                received_at=received.received_at,
                answer=None if answer is None else self._cleaner.serialized(answer),
                outcome=received.outcome,
            )
        )

    def done(self, key: InboxKey, *, answer: str, outcome: str) -> None:
        clean = self._cleaner.serialized(answer)
        change = update(InboxRow).where(InboxRow.key == key).values(answer=clean, outcome=outcome)
        if not self._db.execute(change).rowcount:
            raise NotFound(f"Nothing was said under {key}.")

    def newest(self, *, limit: int) -> Sequence[Received]:
        query = select(InboxRow).order_by(InboxRow.seq.desc()).limit(limit)
        return [_received(row) for row in self._db.execute(query)]


def _received(row: Row[Any]) -> Received:
    return Received(
        key=InboxKey(row.key),
        actor=ActorId(row.actor),
        surface=row.surface,
        path=row.path,
        values=json.loads(row.values),
        received_at=row.received_at,
        answer=row.answer,
        outcome=row.outcome,
    )
