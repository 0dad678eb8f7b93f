"""Cursors of feeds in the database."""

from sqlalchemy import Connection, insert, select, update

from engine.adapters.store.tables import FeedRow
from engine.domain.values import EventNumber


class SqlFeeds:
    """`Feeds` on one connection."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def cursor(self, name: str) -> EventNumber:
        number = self._db.scalar(select(FeedRow.number).where(FeedRow.name == name))
        return EventNumber(number or 0)

    def move(self, name: str, number: EventNumber) -> None:
        change = update(FeedRow).where(FeedRow.name == name).values(number=number)
        if not self._db.execute(change).rowcount:
            self._db.execute(insert(FeedRow).values(name=name, number=number))
