"""Cursors of feeds in the database."""

from engine.adapters.store.prepared import adding, by, changing, finding
from engine.adapters.store.steps import Steps
from engine.adapters.store.tables import FeedRow
from engine.domain.values import EventNumber

_ADD = adding(FeedRow)
_FIND = finding(FeedRow, "name").with_only_columns(FeedRow.number)
_MOVE = changing(FeedRow, "name")


class SqlFeeds:
    """`Feeds` on one connection."""

    def __init__(self, db: Steps) -> None:
        self._db = db

    def cursor(self, name: str) -> EventNumber:
        number = self._db.scalar(_FIND, by(name=name))
        return EventNumber(number or 0)

    def move(self, name: str, number: EventNumber) -> None:
        if not self._db.execute(_MOVE, by({"number": number}, name=name)).rowcount:
            self._db.execute(_ADD, {"name": name, "number": number})
