"""Tables of the events, and of how far they were read."""

from datetime import datetime

from sqlalchemy import Index, and_, literal_column
from sqlalchemy.orm import Mapped, mapped_column

from engine.adapters.store.columns import BIG
from engine.adapters.store.tables.base import Base, Big, JsonText
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
# An index costs as much as all the rest of an event: where many sessions take turns, each event
# writes a page of it.
Index(
    "ix_event_session_kind_number",
    EventRow.session,
    EventRow.kind,
    EventRow.number,
    sqlite_where=IS_NOT_STREAMED,
    postgresql_where=IS_NOT_STREAMED,
)


class FeedRow(Base):
    """How far a feed has come."""

    __tablename__ = "feed"

    name: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[Big]
