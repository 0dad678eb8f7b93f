"""Tables of the events, and of how far they were read."""

from datetime import datetime

from sqlalchemy import Index, and_, literal_column
from sqlalchemy.orm import Mapped, mapped_column

from engine.adapters.store.columns import BIG
from engine.adapters.store.tables.base import Base, Big, JsonText, index_where
from engine.domain.event import EventKind


class EventRow(Base):
    """An event as stored.

    No foreign keys: events are inserted in one go at the end of a batch of many callers, and one
    caller's mistake must not fall upon the others.
    """

    __tablename__ = "event"
    __table_args__ = (Index(None, "session", "number"),)

    number: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False)
    kind: Mapped[str]
    at: Mapped[datetime]
    session: Mapped[str | None]
    task: Mapped[str | None]
    data: Mapped[JsonText]


STREAMED = frozenset({EventKind.TEXT, EventKind.THOUGHT})
"""What an agent says and thinks: most of all events."""
IS_NOT_STREAMED = and_(*(EventRow.kind != literal_column(f"'{kind}'") for kind in sorted(STREAMED)))
"""To be given in a query as well, since SQLite does not look at the values of parameters."""
# Where many sessions take turns, each event writes a page of each index [measured with 200 of them:
# a bare row took 2 µs without any, 14 with one and 25 with two].
index_where(
    IS_NOT_STREAMED,
    "ix_event_session_kind_number",
    EventRow.session,
    EventRow.kind,
    EventRow.number,
)


class FeedRow(Base):
    """How far a feed has come."""

    __tablename__ = "feed"

    name: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[Big]
