"""What was said to us, in the database."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from engine.adapters.store.cleaning import Cleaner
from engine.adapters.store.tables import InboxRow
from engine.domain.errors import NotFound
from engine.domain.values import ActorId, InboxKey
from engine.ports.talk import Received


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
                groups=json.dumps(sorted(received.groups)),
                # As it is: what a platform needs back would be of no use without its token.
                origin=json.dumps(dict(received.origin)),
                attempts=received.attempts,
            )
        )

    def done(self, key: InboxKey, *, answer: str, outcome: str) -> None:
        clean = self._cleaner.serialized(answer)
        change = update(InboxRow).where(InboxRow.key == key).values(answer=clean, outcome=outcome)
        if not self._db.execute(change).rowcount:
            raise NotFound(f"Nothing was said under {key}.")

    def tried(self, key: InboxKey) -> Received:
        change = update(InboxRow).where(InboxRow.key == key)
        self._db.execute(change.values(attempts=InboxRow.attempts + 1))
        found = self.find(key)
        if found is None:
            raise NotFound(f"Nothing was said under {key}.")
        return found

    def unanswered(self, surface: str) -> Sequence[Received]:
        query = select(InboxRow).where(InboxRow.surface == surface, InboxRow.answer.is_(None))
        return [_received(row) for row in self._db.execute(query.order_by(InboxRow.seq))]

    def numbered(self, number: int) -> Received | None:
        row = self._db.execute(select(InboxRow).where(InboxRow.seq == number)).one_or_none()
        return None if row is None else _received(row)

    def forget_origin(self, key: InboxKey) -> None:
        self._db.execute(update(InboxRow).where(InboxRow.key == key).values(origin="{}"))

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
        groups=frozenset(json.loads(row.groups)),
        origin=json.loads(row.origin),
        attempts=row.attempts,
        number=row.seq,
    )
