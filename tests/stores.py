"""A store as tests open it."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy

from engine.adapters.store.store import SqlStore
from engine.adapters.store.transaction import SqlTransaction
from engine.domain.redaction import Redactor
from engine.ports.store import Transaction
from tests.fakes.clock import FakeClock

KNOWN = "correct-horse-battery"
"""The secret that the store of these tests knows."""


@asynccontextmanager
async def open_store(database: Path) -> AsyncIterator[SqlStore]:
    """Open a store, and close it behind the block."""
    store = await SqlStore.open(database, FakeClock(), Redactor([KNOWN]))
    try:
        yield store
    finally:
        await store.close()


def sql(tx: Transaction, statement: str) -> None:
    """Do behind the store's back what no repository would."""
    scalar(tx, statement)


def scalar(tx: Transaction, query: str) -> object:
    """Return the first value that is found, behind the store's back."""
    assert isinstance(tx, SqlTransaction)
    found = tx._steps.execute(sqlalchemy.text(query))
    return found.scalar() if found.returns_rows else None


@contextmanager
def each_statement(note: Callable[[Any, str, Any], None]) -> Iterator[None]:
    """Note every statement inside the block, on any database, before it is executed.

    `note` gets the driver's cursor, the statement and its parameters.
    """

    def before(_db: object, cursor: Any, statement: str, parameters: Any, *_: object) -> None:
        note(cursor, statement, parameters)

    sqlalchemy.event.listen(sqlalchemy.Engine, "before_cursor_execute", before)
    try:
        yield
    finally:
        sqlalchemy.event.remove(sqlalchemy.Engine, "before_cursor_execute", before)
