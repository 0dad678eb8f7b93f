"""Events in the database."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Row, Select, bindparam, func, or_, select

from engine.adapters.store.cleaning import Cleaner
from engine.adapters.store.columns import Values, as_stored
from engine.adapters.store.prepared import by, finding, table_of
from engine.adapters.store.steps import Steps
from engine.adapters.store.tables import EventRow, SessionRow
from engine.adapters.store.tables.events import IS_NOT_STREAMED, STREAMED
from engine.domain.event import Event, EventKind, NewEvent
from engine.domain.values import EventNumber, ProjectName, SessionId

Touched: TypeAlias = Mapping[SessionId | None, Collection[EventKind]]
"""Which kinds of events there were, by session."""

_EVENT = table_of(EventRow)
_NUMBER = _EVENT.c.number
_INTO = "event (number, kind, at, session, task, data)"
NUMBER_MAX = EventNumber(2**63 - 1)
_NEXT = (
    finding(EventRow)
    .where(bindparam("after") < _NUMBER)
    .order_by(_NUMBER)
    .limit(bindparam("limit"))
)
_NEXT_OF = _NEXT.where(_EVENT.c.session == bindparam("session"))
_LAST = finding(EventRow, "session").order_by(_NUMBER.desc()).limit(bindparam("limit"))
_HEAD = finding(EventRow).with_only_columns(func.max(_NUMBER))
_COUNT = finding(EventRow, "session").with_only_columns(func.count())


class _OfKind:
    """Queries for the events of a kind."""

    def __init__(self, events: Select[Any]) -> None:
        before = events.where(bindparam("before") > _NUMBER)
        self.newest = before.order_by(_NUMBER.desc()).limit(1)
        self.between = before.where(bindparam("after") < _NUMBER).order_by(_NUMBER)


_STREAMED = _OfKind(finding(EventRow, "session", "kind"))
_NOT_STREAMED = _OfKind(finding(EventRow, "session", "kind").where(IS_NOT_STREAMED))


@dataclass(frozen=True, slots=True)
class Mark:
    """A point in the open transaction to which it can go back."""

    appended: int
    inserted: int


class SqlEvents:
    """`Events` on one connection.

    What is appended waits in memory until somebody asks for events or the transaction ends, so
    that one statement inserts what many callers have appended. Numbers are given here, so that
    the order of numbers is the order of commits; `committed` is the last one before, and None of
    who only reads.
    """

    def __init__(self, db: Steps, cleaner: Cleaner, committed: EventNumber | None) -> None:
        self._db = db
        self._cleaner = cleaner
        self._is_writing = committed is not None
        self._committed = committed or EventNumber(0)
        self._appended: list[Sequence[object]] = []
        """Values of rows, as the database keeps them."""
        self._inserted = 0
        self._concerned: list[tuple[SessionId | None, EventKind]] = []

    def append(self, *events: NewEvent) -> None:
        first = self._committed + len(self._appended) + 1
        self._appended += [
            (
                number,
                event.kind.value,
                as_stored(event.at),
                event.session,
                event.task,
                self._cleaner.json(event.data),
            )
            for number, event in enumerate(events, first)
        ]
        self._concerned += [(event.session, event.kind) for event in events]

    def after(
        self,
        number: EventNumber,
        *,
        limit: int,
        session: SessionId | None = None,
        kinds: Collection[EventKind] | None = None,
        among: Collection[ProjectName] | None = None,
    ) -> Sequence[Event]:
        query, wanted = _NEXT, Values(after=number, limit=limit)
        if session is not None:
            query, wanted = _NEXT_OF, {**wanted, "session": session}
        if kinds is not None:
            query = query.where(_EVENT.c.kind.in_(kinds))
        if among is not None:
            query = query.where(_is_among(among))
        self.flush()
        return [_event(row) for row in self._db.execute(query, wanted)]

    def last(self, session: SessionId, *, limit: int) -> Sequence[Event]:
        self.flush()
        rows = self._db.execute(_LAST, by({"limit": limit}, session=session))
        return [_event(row) for row in rows][::-1]

    def newest(
        self, session: SessionId, kind: EventKind, *, before: EventNumber | None = None
    ) -> Event | None:
        self.flush()
        end = NUMBER_MAX if before is None else before
        wanted = by({"before": end}, session=session, kind=kind)
        row = self._db.execute(_of_kind(kind).newest, wanted).one_or_none()
        return None if row is None else _event(row)

    def between(
        self, session: SessionId, kind: EventKind, *, after: EventNumber, before: EventNumber
    ) -> Sequence[Event]:
        self.flush()
        wanted = by({"after": after, "before": before}, session=session, kind=kind)
        return [_event(row) for row in self._db.execute(_of_kind(kind).between, wanted)]

    def head(self) -> EventNumber:
        # The writer knows it, and most of its steps ask for it.
        if self._is_writing:
            return EventNumber(self._committed + len(self._appended))
        return EventNumber(self._db.scalar(_HEAD) or 0)

    def count(self, session: SessionId) -> int:
        self.flush()
        return self._db.scalar(_COUNT, by(session=session)) or 0

    def mark(self) -> Mark:
        """Return a point to go back to."""
        return Mark(len(self._appended), self._inserted)

    def back_to(self, mark: Mark) -> None:
        """Forget what was appended since; the database has rolled back what was inserted."""
        del self._appended[mark.appended :], self._concerned[mark.appended :]
        self._inserted = mark.inserted

    def flush(self) -> None:
        """Insert what is only in memory."""
        if rows := self._appended[self._inserted :]:
            self._db.add_all(_INTO, rows)
            self._inserted = len(self._appended)

    def settle(self) -> Touched:
        """Note that the transaction was committed; return whom it concerns."""
        touched: dict[SessionId | None, set[EventKind]] = {}
        for session, kind in self._concerned:
            touched.setdefault(session, set()).add(kind)
        self._committed = EventNumber(self._committed + len(self._appended))
        self.forget()
        return touched

    def forget(self) -> None:
        """Note that the transaction is over."""
        self._appended, self._concerned, self._inserted = [], [], 0


def _of_kind(kind: EventKind) -> _OfKind:
    return _STREAMED if kind in STREAMED else _NOT_STREAMED


def _is_among(projects: Collection[ProjectName]) -> ColumnElement[bool]:
    theirs = select(SessionRow.id).where(SessionRow.project.in_(projects))
    return or_(EventRow.session.is_(None), EventRow.session.in_(theirs))


def _event(row: Row[Any]) -> Event:
    return Event(
        number=EventNumber(row.number),
        kind=EventKind(row.kind),
        at=row.at,
        session=row.session,
        task=row.task,
        data=json.loads(row.data),
    )
