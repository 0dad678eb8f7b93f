"""The messages to agents, in the database."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, insert, or_, select, update

from engine.adapters.store.cleaning import Cleaner, mapping_of
from engine.adapters.store.tables import MessageRow
from engine.domain.errors import Conflict
from engine.domain.values import Json, RpcId, SessionId
from engine.ports.store import Message, MessageKind

REQUESTS = (MessageKind.INITIALIZE, MessageKind.NEW, MessageKind.LOAD, MessageKind.PROMPT)


class SqlJournal:
    """`Journal` on one connection."""

    def __init__(self, db: Connection, cleaner: Cleaner) -> None:
        self._db = db
        self._cleaner = cleaner

    def add(self, message: Message) -> None:
        if self._db.execute(select(MessageRow.seq).where(_is(message))).first():
            raise Conflict(f"{message.kind} {message.rpc_id} was journalled before.")
        answer = message.answer
        self._db.execute(
            insert(MessageRow).values(
                session=message.session,
                attempt=message.attempt,
                kind=message.kind,
                rpc_id=message.rpc_id,
                # To the letter, as it may have to be written again. It is made of stored, so
                # redacted, text.
                payload=message.payload,
                task=message.task,
                written_at=message.written_at,
                confirmed=message.confirmed,
                answer=None if answer is None else self._cleaner.json(answer),
            )
        )

    def confirm(self, messages: Iterable[Message]) -> None:
        for message in messages:
            self._db.execute(update(MessageRow).where(_is(message)).values(confirmed=True))

    def answered(self, message: Message, answer: Mapping[str, Json]) -> None:
        change = update(MessageRow).where(_is(message))
        self._db.execute(change.values(confirmed=True, answer=self._cleaner.json(answer)))

    def find(self, session: SessionId, attempt: int, rpc_id: RpcId) -> Message | None:
        query = select(MessageRow).where(
            _of(session, attempt),
            MessageRow.rpc_id == rpc_id,
            MessageRow.kind != MessageKind.ANSWER,
        )
        row = self._db.execute(query.order_by(MessageRow.seq)).first()
        return None if row is None else _message(row)

    def has_answer(self, session: SessionId, attempt: int, rpc_id: RpcId) -> bool:
        query = select(MessageRow.seq).where(
            _of(session, attempt),
            MessageRow.rpc_id == rpc_id,
            MessageRow.kind == MessageKind.ANSWER,
        )
        return self._db.execute(query).first() is not None

    def pending(self, session: SessionId, attempt: int) -> Sequence[Message]:
        unanswered = and_(MessageRow.kind.in_(REQUESTS), MessageRow.answer.is_(None))
        query = select(MessageRow).where(
            _of(session, attempt), or_(MessageRow.confirmed.is_(False), unanswered)
        )
        return [_message(row) for row in self._db.execute(query.order_by(MessageRow.seq))]


def _of(session: SessionId, attempt: int) -> ColumnElement[bool]:
    return and_(MessageRow.session == session, MessageRow.attempt == attempt)


def _is(message: Message) -> ColumnElement[bool]:
    return and_(
        _of(message.session, message.attempt),
        MessageRow.kind == message.kind,
        MessageRow.rpc_id == message.rpc_id,
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
