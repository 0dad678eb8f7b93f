"""Posts and cards in the database."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, exists, func, literal_column, or_

from engine.adapters.store.cleaning import Cleaner
from engine.adapters.store.columns import Values
from engine.adapters.store.prepared import adding, by, changing, finding, is_one_of, table_of
from engine.adapters.store.steps import Steps
from engine.adapters.store.tables import DeliveryRow
from engine.domain.delivery import OPEN, Delivery, DeliveryState, Priority
from engine.domain.errors import NotFound
from engine.domain.values import ApprovalId, Conversation, DeliveryId, InboxKey, SessionId

_DELIVERY = table_of(DeliveryRow)
_EARLIER, _ANCHOR = _DELIVERY.alias(), _DELIVERY.alias()
_ADD = adding(DeliveryRow)
_GET = finding(DeliveryRow, "id")
_CARD = finding(DeliveryRow, "card").where(_DELIVERY.c.card != literal_column("''"))
_RECEIPTS_OF = (
    finding(DeliveryRow)
    .where(_DELIVERY.c.id.in_(bindparam("ids", expanding=True)))
    .with_only_columns(_DELIVERY.c.id, _DELIVERY.c.receipt)
)
_SAVE = changing(DeliveryRow, "id")
_IS_BEHIND = exists().where(
    _EARLIER.c.lane == _DELIVERY.c.lane,
    _EARLIER.c.seq < _DELIVERY.c.seq,
    is_one_of(_EARLIER.c.state, OPEN),
)
_IS_ANCHORED = exists().where(
    _ANCHOR.c.id == _DELIVERY.c.anchor, _ANCHOR.c.receipt != "", _ANCHOR.c.sent_version > 0
)
_RANK = func.row_number().over(
    partition_by=(
        _DELIVERY.c.channel,
        _DELIVERY.c.answers.is_not(None),
        _DELIVERY.c.receipt != literal_column("''"),
    ),
    order_by=(_DELIVERY.c.priority, _DELIVERY.c.seq),
)
_RANKED = (
    finding(DeliveryRow, "platform", "state")
    .with_only_columns(_DELIVERY.c.seq, _RANK.label("rank"))
    .where(_DELIVERY.c.due_at <= bindparam("now"), ~_IS_BEHIND)
    .where(or_(_DELIVERY.c.anchor.is_(None), _IS_ANCHORED))
    .subquery()
)
_DUE = (
    finding(DeliveryRow)
    .join(_RANKED, _RANKED.c.seq == _DELIVERY.c.seq)
    .where(_RANKED.c.rank <= bindparam("each"))
    .order_by(_DELIVERY.c.priority, _DELIVERY.c.seq)
    .limit(bindparam("limit"))
)
_IN_STATES = (
    finding(DeliveryRow, "platform")
    .where(_DELIVERY.c.state.in_(bindparam("states", expanding=True)))
    .order_by(_DELIVERY.c.seq)
)
_REPLACED = (
    finding(DeliveryRow, "platform")
    # A literal, by which SQLite sees that the small index of these rows will do.
    .where(_DELIVERY.c.old_receipt != literal_column("''"), _DELIVERY.c.receipt != "")
    .order_by(_DELIVERY.c.seq)
    .limit(bindparam("limit"))
)
_RECEIPTS = (
    finding(DeliveryRow, "platform", "channel")
    .where(or_(_DELIVERY.c.sent_at >= bindparam("since"), _DELIVERY.c.old_receipt != ""))
    .order_by(_DELIVERY.c.seq)
    .with_only_columns(_DELIVERY.c.receipt, _DELIVERY.c.old_receipt)
)


class SqlDeliveries:
    """`Deliveries` on one connection."""

    def __init__(self, db: Steps, cleaner: Cleaner) -> None:
        self._db = db
        self._cleaner = cleaner

    def add(self, delivery: Delivery) -> None:
        self._db.execute(_ADD, self._values(delivery))

    def get(self, id_: DeliveryId) -> Delivery:
        row = self._db.execute(_GET, by(id=id_)).one_or_none()
        if row is None:
            raise NotFound(f"There is no delivery {id_}.")
        return _delivery(row)

    def receipts_of(self, ids: Collection[DeliveryId]) -> Mapping[DeliveryId, str]:
        if not ids:
            return {}
        rows = self._db.execute(_RECEIPTS_OF, {"ids": list(ids)})
        return {DeliveryId(row.id): row.receipt for row in rows}

    def card(self, name: str) -> Delivery | None:
        row = self._db.execute(_CARD, by(card=name)).one_or_none()
        return None if row is None else _delivery(row)

    def save(self, delivery: Delivery) -> None:
        if not self._db.execute(_SAVE, by(self._values(delivery), id=delivery.id)).rowcount:
            raise NotFound(f"There is no delivery {delivery.id}.")

    def due(self, platform: str, now: datetime, *, limit: int, each: int) -> Sequence[Delivery]:
        wanted = {"now": now, "limit": limit, "each": each}
        queued = by(wanted, platform=platform, state=DeliveryState.QUEUED)
        return [_delivery(row) for row in self._db.execute(_DUE, queued)]

    def in_states(self, platform: str, states: Collection[DeliveryState]) -> Sequence[Delivery]:
        wanted = by({"states": list(states)}, platform=platform)
        return [_delivery(row) for row in self._db.execute(_IN_STATES, wanted)]

    def replaced(self, platform: str, *, limit: int) -> Sequence[Delivery]:
        wanted = by({"limit": limit}, platform=platform)
        return [_delivery(row) for row in self._db.execute(_REPLACED, wanted)]

    def receipts(self, conversation: Conversation, since: datetime) -> Sequence[str]:
        channel = by({"since": since}, platform=conversation.platform, channel=conversation.channel)
        rows = self._db.execute(_RECEIPTS, channel)
        return [receipt for row in rows for receipt in row if receipt]

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
