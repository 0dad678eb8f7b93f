"""Posts and cards in the database."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, exists, insert, literal_column, or_, select, update
from sqlalchemy.orm import aliased

from engine.adapters.store.cleaning import Cleaner
from engine.adapters.store.columns import Values
from engine.adapters.store.tables import DeliveryRow
from engine.domain.delivery import OPEN, Delivery, DeliveryState, Priority
from engine.domain.errors import NotFound
from engine.domain.values import ApprovalId, Conversation, DeliveryId, InboxKey, SessionId


class SqlDeliveries:
    """`Deliveries` on one connection."""

    def __init__(self, db: Connection, cleaner: Cleaner) -> None:
        self._db = db
        self._cleaner = cleaner

    def add(self, delivery: Delivery) -> None:
        self._db.execute(insert(DeliveryRow).values(self._values(delivery)))

    def get(self, id_: DeliveryId) -> Delivery:
        row = self._db.execute(select(DeliveryRow).where(DeliveryRow.id == id_)).one_or_none()
        if row is None:
            raise NotFound(f"There is no delivery {id_}.")
        return _delivery(row)

    def card(self, name: str) -> Delivery | None:
        query = select(DeliveryRow).where(DeliveryRow.card == name, DeliveryRow.card != "")
        row = self._db.execute(query).one_or_none()
        return None if row is None else _delivery(row)

    def save(self, delivery: Delivery) -> None:
        change = update(DeliveryRow).where(DeliveryRow.id == delivery.id)
        if not self._db.execute(change.values(self._values(delivery))).rowcount:
            raise NotFound(f"There is no delivery {delivery.id}.")

    def due(self, platform: str, now: datetime, *, limit: int) -> Sequence[Delivery]:
        earlier, anchor = aliased(DeliveryRow), aliased(DeliveryRow)
        is_behind = exists().where(
            earlier.lane == DeliveryRow.lane,
            earlier.seq < DeliveryRow.seq,
            earlier.state.in_(OPEN),
        )
        is_anchored = exists().where(
            anchor.id == DeliveryRow.anchor, anchor.receipt != "", anchor.sent_version > 0
        )
        query = (
            self._of(platform, {DeliveryState.QUEUED})
            .where(DeliveryRow.due_at <= now, ~is_behind)
            .where(or_(DeliveryRow.anchor.is_(None), is_anchored))
            .order_by(DeliveryRow.priority, DeliveryRow.seq)
        )
        return self._all(query.limit(limit))

    def in_states(self, platform: str, states: Collection[DeliveryState]) -> Sequence[Delivery]:
        return self._all(self._of(platform, states).order_by(DeliveryRow.seq))

    def replaced(self, platform: str, *, limit: int) -> Sequence[Delivery]:
        query = select(DeliveryRow).where(
            # A literal, by which SQLite sees that the small index of these rows will do.
            DeliveryRow.old_receipt != literal_column("''"),
            DeliveryRow.platform == platform,
            DeliveryRow.receipt != "",
        )
        return self._all(query.order_by(DeliveryRow.seq).limit(limit))

    def receipts(self, conversation: Conversation, since: datetime) -> Sequence[str]:
        query = select(DeliveryRow.receipt, DeliveryRow.old_receipt).where(
            DeliveryRow.platform == conversation.platform,
            DeliveryRow.channel == conversation.channel,
            or_(DeliveryRow.sent_at >= since, DeliveryRow.old_receipt != ""),
        )
        rows = self._db.execute(query.order_by(DeliveryRow.seq))
        return [receipt for row in rows for receipt in row if receipt]

    def _of(self, platform: str, states: Collection[DeliveryState]) -> Select[DeliveryRow]:
        return select(DeliveryRow).where(
            DeliveryRow.platform == platform, DeliveryRow.state.in_(states)
        )

    def _all(self, query: Select[DeliveryRow]) -> list[Delivery]:
        return [_delivery(row) for row in self._db.execute(query)]

    def _values(self, delivery: Delivery) -> Values:
        place = delivery.conversation
        return {
            "id": delivery.id,
            "platform": place.platform,
            "space": place.space,
            "channel": place.channel,
            "thread": place.thread,
            "lane": delivery.lane,
            "priority": int(delivery.priority),
            "draft": self._cleaner.serialized(delivery.draft),
            "created_at": delivery.created_at,
            "changed_at": delivery.changed_at,
            "due_at": delivery.due_at,
            "card": delivery.card,
            "version": delivery.version,
            "sent_version": delivery.sent_version,
            "posting": delivery.posting,
            "anchor": delivery.anchor,
            "opens": delivery.opens,
            "answers": delivery.answers,
            "approval": delivery.approval,
            "state": delivery.state,
            "attempts": delivery.attempts,
            "claimed_at": delivery.claimed_at,
            "claimed_version": delivery.claimed_version,
            "tried": self._cleaner.serialized(delivery.tried),
            "doubt_at": delivery.doubt_at,
            "receipt": delivery.receipt,
            "sent_at": delivery.sent_at,
            "old_receipt": delivery.old_receipt,
            "why": self._cleaner.text(delivery.why),
        }


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=DeliveryId(row.id),
        conversation=Conversation(row.platform, row.space, row.channel, row.thread),
        lane=row.lane,
        priority=Priority(row.priority),
        draft=row.draft,
        created_at=row.created_at,
        changed_at=row.changed_at,
        due_at=row.due_at,
        card=row.card,
        version=row.version,
        sent_version=row.sent_version,
        posting=row.posting,
        anchor=DeliveryId(row.anchor) if row.anchor else None,
        opens=SessionId(row.opens) if row.opens else None,
        answers=InboxKey(row.answers) if row.answers else None,
        approval=ApprovalId(row.approval) if row.approval else None,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        claimed_at=row.claimed_at,
        claimed_version=row.claimed_version,
        tried=row.tried,
        doubt_at=row.doubt_at,
        receipt=row.receipt,
        sent_at=row.sent_at,
        old_receipt=row.old_receipt,
        why=row.why,
    )
