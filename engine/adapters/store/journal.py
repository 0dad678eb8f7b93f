"""The messages to agents, in the database."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, and_, or_

from engine.adapters.store.cleaning import Cleaner, mapping_of
from engine.adapters.store.columns import Values
from engine.adapters.store.prepared import adding, by, changing, finding, table_of
from engine.adapters.store.steps import Steps
from engine.adapters.store.tables import MessageRow
from engine.domain.errors import Conflict
from engine.domain.values import Json, RpcId, SessionId
from engine.ports.store import Message, MessageKind

REQUESTS = (MessageKind.INITIALIZE, MessageKind.NEW, MessageKind.LOAD, MessageKind.PROMPT)
_MESSAGE = table_of(MessageRow)
_ATTEMPT = ("session", "attempt")
_KEY = (*_ATTEMPT, "kind", "rpc_id")
_UNANSWERED = and_(_MESSAGE.c.kind.in_(REQUESTS), _MESSAGE.c.answer.is_(None))
_ADD = adding(MessageRow)
_IS = finding(MessageRow, *_KEY)
_CHANGE = changing(MessageRow, *_KEY)
_REQUEST = (
    finding(MessageRow, *_ATTEMPT, "rpc_id")
    .where(_MESSAGE.c.kind != MessageKind.ANSWER)
    .order_by(_MESSAGE.c.seq)
)
_PENDING = (
    finding(MessageRow, *_ATTEMPT)
    .where(or_(_MESSAGE.c.confirmed.is_(False), _UNANSWERED))
    .order_by(_MESSAGE.c.seq)
)


class SqlJournal:
    """`Journal` on one connection."""

    def __init__(self, db: Steps, cleaner: Cleaner) -> None:
        self._db = db
        self._cleaner = cleaner

    def add(self, message: Message) -> None:
        if self._db.execute(_IS, _is(message)).first():
            raise Conflict(f"{message.kind} {message.rpc_id} was journalled before.")
        answer = message.answer
        self._db.execute(
            _ADD,
            {
                "session": message.session,
                "attempt": message.attempt,
                "kind": message.kind,
                "rpc_id": message.rpc_id,
                # To the letter, as it may have to be written again. It is made of stored, so
                # redacted, text.
                "payload": message.payload,
                "task": message.task,
                "written_at": message.written_at,
                "confirmed": message.confirmed,
                "answer": None if answer is None else self._cleaner.json(answer),
            },
        )

    def confirm(self, messages: Iterable[Message]) -> None:
        for message in messages:
            self._db.execute(_CHANGE, {**_is(message), "confirmed": True})

    def answered(self, message: Message, answer: Mapping[str, Json]) -> None:
        change = {"confirmed": True, "answer": self._cleaner.json(answer)}
        self._db.execute(_CHANGE, {**_is(message), **change})

    def find(self, session: SessionId, attempt: int, rpc_id: RpcId) -> Message | None:
        asked = by(session=session, attempt=attempt, rpc_id=rpc_id)
        row = self._db.execute(_REQUEST, asked).first()
        return None if row is None else _message(row)

    def has_answer(self, session: SessionId, attempt: int, rpc_id: RpcId) -> bool:
        answer = by(session=session, attempt=attempt, rpc_id=rpc_id, kind=MessageKind.ANSWER)
        return self._db.execute(_IS, answer).first() is not None

    def pending(self, session: SessionId, attempt: int) -> Sequence[Message]:
        rows = self._db.execute(_PENDING, by(session=session, attempt=attempt))
        return [_message(row) for row in rows]


def _is(message: Message) -> Values:
    return by(
        session=message.session,
        attempt=message.attempt,
        kind=message.kind,
        rpc_id=message.rpc_id,
    )


def _message(row: Row[Any]) -> Message:
    return Message(
        rpc_id=RpcId(row.rpc_id),
        session=SessionId(row.session),
        attempt=row.attempt,
        kind=MessageKind(row.kind),
        payload=row.payload,
        task=row.task,
        written_at=row.written_at,
        confirmed=row.confirmed,
        answer=None if row.answer is None else mapping_of(row.answer),
    )
