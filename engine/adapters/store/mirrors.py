"""Mirrors of sessions in the database."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from engine.adapters.store.columns import Values
from engine.adapters.store.prepared import adding, by, changing, finding, table_of
from engine.adapters.store.steps import Steps
from engine.adapters.store.tables import MirrorRow
from engine.domain.errors import NotFound
from engine.domain.mirror import Mirror
from engine.domain.values import (
    ActorId,
    Conversation,
    DeliveryId,
    EventNumber,
    MirrorId,
    SessionId,
)

_MIRROR = table_of(MirrorRow)
_IS_FOLLOWED = _MIRROR.c.ended_at.is_(None)
_ADD = adding(MirrorRow)
_GET = finding(MirrorRow, "id")
_SAVE = changing(MirrorRow, "id")
_OF = finding(MirrorRow, "session").where(_IS_FOLLOWED).order_by(_MIRROR.c.seq)
_ON = finding(MirrorRow, "platform").where(_IS_FOLLOWED).order_by(_MIRROR.c.seq)
_IN_THREAD = finding(MirrorRow, "platform", "channel", "thread").where(_IS_FOLLOWED)
_ANCHORED = finding(MirrorRow, "anchor")


class SqlMirrors:
    """`Mirrors` on one connection."""

    def __init__(self, db: Steps) -> None:
        self._db = db

    def add(self, mirror: Mirror) -> None:
        self._db.execute(_ADD, _values(mirror))

    def get(self, id_: MirrorId) -> Mirror:
        row = self._db.execute(_GET, by(id=id_)).one_or_none()
        if row is None:
            raise NotFound(f"There is no mirror {id_}.")
        return _mirror(row)

    def save(self, mirror: Mirror) -> None:
        if not self._db.execute(_SAVE, by(_values(mirror), id=mirror.id)).rowcount:
            raise NotFound(f"There is no mirror {mirror.id}.")

    def of(self, session: SessionId) -> Sequence[Mirror]:
        return [_mirror(row) for row in self._db.execute(_OF, by(session=session))]

    def in_thread(self, conversation: Conversation) -> Mirror | None:
        if not conversation.thread:
            return None
        there = by(
            platform=conversation.platform,
            channel=conversation.channel,
            thread=conversation.thread,
        )
        row = self._db.execute(_IN_THREAD, there).one_or_none()
        return None if row is None else _mirror(row)

    def anchored(self, anchor: DeliveryId) -> Mirror | None:
        row = self._db.execute(_ANCHORED, by(anchor=anchor)).one_or_none()
        return None if row is None else _mirror(row)

    def on(self, platform: str) -> Sequence[Mirror]:
        return [_mirror(row) for row in self._db.execute(_ON, by(platform=platform))]


def _values(mirror: Mirror) -> Values:
    place = mirror.conversation
    return {
        "id": mirror.id,
        "session": mirror.session,
        "platform": place.platform,
        "space": place.space,
        "channel": place.channel,
        "thread": place.thread,
        "since": mirror.since,
        "shared_by": mirror.by,
        "shared_at": mirror.at,
        "anchor": mirror.anchor,
        "ended_at": mirror.ended_at,
    }


def _mirror(row: Row[Any]) -> Mirror:
    return Mirror(
        id=MirrorId(row.id),
        session=SessionId(row.session),
        conversation=Conversation(row.platform, row.space, row.channel, row.thread),
        since=EventNumber(row.since),
        by=ActorId(row.shared_by),
        at=row.shared_at,
        anchor=DeliveryId(row.anchor) if row.anchor else None,
        ended_at=row.ended_at,
    )
