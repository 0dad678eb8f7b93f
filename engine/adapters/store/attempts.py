"""Attempts in the database."""

from typing import Any

from sqlalchemy import Row

from engine.adapters.store.columns import Values
from engine.adapters.store.prepared import adding, by, changing, finding
from engine.adapters.store.steps import Steps
from engine.adapters.store.tables import AttemptRow
from engine.domain.attempt import Attempt, Cursor, Mark, Outcome
from engine.domain.errors import NotFound
from engine.domain.values import HostName, SessionId

_KEY = ("session", "number")
_ADD = adding(AttemptRow)
_FIND = finding(AttemptRow, *_KEY)
_CHANGE = changing(AttemptRow, *_KEY)


class SqlAttempts:
    """`Attempts` on one connection."""

    def __init__(self, db: Steps) -> None:
        self._db = db

    def add(self, attempt: Attempt) -> None:
        self._db.execute(_ADD, _values(attempt))

    def find(self, session: SessionId, number: int) -> Attempt | None:
        row = self._db.execute(_FIND, by(session=session, number=number)).one_or_none()
        return None if row is None else _attempt(row)

    def save(self, attempt: Attempt) -> None:
        self._change(attempt.session, attempt.number, _values(attempt))

    def consumed(self, session: SessionId, number: int, *, cursor: Cursor, log_bytes: int) -> None:
        self._change(session, number, {**_cursor_values(cursor), "log_bytes": log_bytes})

    def _change(self, session: SessionId, number: int, values: Values) -> None:
        change = by(values, session=session, number=number)
        if not self._db.execute(_CHANGE, change).rowcount:
            raise NotFound(f"There is no attempt {number} of session {session}.")


def _values(attempt: Attempt) -> Values:
    return {
        "session": attempt.session,
        "number": attempt.number,
        "host": attempt.host,
        "started_at": attempt.started_at,
        "container": attempt.container,
        "unlocked": attempt.unlocked,
        **_cursor_values(attempt.cursor),
        "log_bytes": attempt.log_bytes,
        "ended_at": attempt.ended_at,
        "exit_code": attempt.exit_code,
        "outcome": attempt.outcome,
    }


def _cursor_values(cursor: Cursor) -> Values:
    return {
        "stdout_stamp_ns": cursor.stdout.stamp_ns,
        "stdout_number": cursor.stdout.number,
        "stdout_ordinal": cursor.stdout.ordinal,
        "stderr_stamp_ns": cursor.stderr.stamp_ns,
        "stderr_number": cursor.stderr.number,
        "stderr_ordinal": cursor.stderr.ordinal,
        "floor_ns": cursor.floor_ns,
        "stepped": cursor.stepped,
    }


def _attempt(row: Row[Any]) -> Attempt:
    return Attempt(
        session=SessionId(row.session),
        number=row.number,
        host=HostName(row.host),
        started_at=row.started_at,
        container=row.container,
        unlocked=row.unlocked,
        cursor=Cursor(
            stdout=Mark(row.stdout_stamp_ns, row.stdout_number, row.stdout_ordinal),
            stderr=Mark(row.stderr_stamp_ns, row.stderr_number, row.stderr_ordinal),
            floor_ns=row.floor_ns,
            stepped=row.stepped,
        ),
        log_bytes=row.log_bytes,
        ended_at=row.ended_at,
        exit_code=row.exit_code,
        outcome=Outcome(row.outcome) if row.outcome else None,
    )
