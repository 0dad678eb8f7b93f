"""What was said to us, in the database."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, literal_column

from engine.adapters.store.cleaning import Cleaner
from engine.adapters.store.prepared import adding_new, by, changing, finding, table_of
from engine.adapters.store.steps import Steps
from engine.adapters.store.tables import InboxRow
from engine.domain.errors import NotFound
from engine.domain.values import ActorId, InboxKey
from engine.ports.talk import Received

_INBOX = table_of(InboxRow)
_ADD = adding_new(InboxRow, "key").returning(_INBOX)
_FIND = finding(InboxRow, "key")
_FIND_ALL = finding(InboxRow).where(_INBOX.c.key.in_(bindparam("keys", expanding=True)))
_NUMBERED = finding(InboxRow, "seq")
_CHANGE = changing(InboxRow, "key")
_TRY = _CHANGE.values(attempts=_INBOX.c.attempts + 1)
_DONE_SINCE = (
    finding(InboxRow, "surface", "outcome")
    .where(_INBOX.c.received_at >= bindparam("since", type_=_INBOX.c.received_at.type))
    .order_by(_INBOX.c.seq)
)
_NEWEST = finding(InboxRow).order_by(_INBOX.c.seq.desc())
_UNANSWERED = finding(InboxRow, "surface").where(_INBOX.c.answer.is_(None)).order_by(_INBOX.c.seq)
# A literal, by which SQLite sees that the small index of these rows will do.
_REFUSED = finding(InboxRow, "actor").where(
    _INBOX.c.outcome == literal_column("'refused'"),
    _INBOX.c.received_at >= bindparam("since", type_=_INBOX.c.received_at.type),
)
_REFUSED = _REFUSED.order_by(_INBOX.c.received_at.desc(), _INBOX.c.seq.desc())


class SqlInbox:
    """`Inbox` on one connection."""

    def __init__(self, db: Steps, cleaner: Cleaner) -> None:
        self._db = db
        self._cleaner = cleaner

    def find(self, key: InboxKey) -> Received | None:
        row = self._db.execute(_FIND, by(key=key)).one_or_none()
        return None if row is None else _received(row)

    def find_all(self, keys: Collection[InboxKey]) -> Mapping[InboxKey, Received]:
        if not keys:
            return {}
        found = [_received(row) for row in self._db.execute(_FIND_ALL, {"keys": list(keys)})]
        return {received.key: received for received in found}

    def add(self, received: Received) -> Received | None:
        answer = received.answer
        added = self._db.execute(
            _ADD,
            {
                "key": received.key,
                "actor": received.actor,
                "surface": received.surface,
                "path": self._cleaner.text(received.path),
                "values": self._cleaner.json(received.values),
                "received_at": received.received_at,
                "answer": None if answer is None else self._cleaner.serialized(answer),
                "outcome": received.outcome,
                "groups": json.dumps(sorted(received.groups)),
                # As it is: what a platform needs back would be of no use without its token.
                "origin": json.dumps(dict(received.origin)),
                "attempts": received.attempts,
                "person": received.person,
            },
        )
        row = added.one_or_none()
        return None if row is None else _received(row)

    def done(self, key: InboxKey, *, answer: str, outcome: str) -> None:
        clean = self._cleaner.serialized(answer)
        change = by({"answer": clean, "outcome": outcome}, key=key)
        if not self._db.execute(_CHANGE, change).rowcount:
            raise NotFound(f"Nothing was said under {key}.")

    def tried(self, key: InboxKey) -> Received:
        self._db.execute(_TRY, by(key=key))
        found = self.find(key)
        if found is None:
            raise NotFound(f"Nothing was said under {key}.")
        return found

    def unanswered(self, surface: str) -> Sequence[Received]:
        return [_received(row) for row in self._db.execute(_UNANSWERED, by(surface=surface))]

    def numbered(self, number: int) -> Received | None:
        row = self._db.execute(_NUMBERED, by(seq=number)).one_or_none()
        return None if row is None else _received(row)

    def forget_origin(self, key: InboxKey) -> None:
        self._db.execute(_CHANGE, by({"origin": "{}"}, key=key))

    def done_since(self, surface: str, since: datetime) -> Sequence[Received]:
        wanted = by({"since": since}, surface=surface, outcome="done")
        return [_received(row) for row in self._db.execute(_DONE_SINCE, wanted)]

    def refused(self, actor: ActorId, since: datetime) -> Sequence[Received]:
        found = self._db.execute(_REFUSED, {**by(actor=actor), "since": since})
        return [_received(row) for row in found]

    def newest(self, *, limit: int) -> Sequence[Received]:
        return [_received(row) for row in self._db.execute(_NEWEST.limit(limit))]


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
        person=ActorId(row.person) if row.person else None,
        number=row.seq,
    )
