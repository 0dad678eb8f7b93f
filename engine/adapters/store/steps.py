"""Statements of one transaction, and the steps of it that can be taken back alone."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any, TypeAlias

from sqlalchemy import Connection, CursorResult, Executable, ScalarResult

from engine.adapters.store.columns import Values
from engine.adapters.store.memo import Memo

Given: TypeAlias = Mapping[str, Any] | None
"""The values of one use of a statement."""


ROWS_MAX = 500
"""Rows that one statement adds; SQLite takes 32,766 values."""


class TransactionLost(BaseException):
    """The database has given up the transaction, and with it what others did in it.

    Nobody who keeps the errors of one step apart may take it for one of those.
    """


class Steps:
    """A connection on which each step gets a savepoint once there is a statement in it.

    Most steps of a busy hour only append events, which wait in memory: they need none, and each
    would let go of the interpreter's lock twice.
    """

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._made = 0
        """Savepoints that there are now."""
        self._begun = 0
        """Steps that are under way."""
        self._memos: list[Memo[Any, Any]] = []

    def execute(self, statement: Executable, given: Given = None) -> CursorResult[*tuple[Any, ...]]:
        """Run a statement."""
        self._make_savepoints()
        return self._db.execute(statement, given)

    def scalar(self, statement: Executable, given: Values | None = None) -> Any:  # noqa: ANN401 - as columns are
        """Run a statement, and return the first column of its first row."""
        self._make_savepoints()
        return self._db.scalar(statement, given)

    def scalars(self, statement: Executable, given: Values | None = None) -> ScalarResult[Any]:
        """Run a statement, and return the first column of all rows."""
        self._make_savepoints()
        return self._db.scalars(statement, given)

    def memo(self) -> Memo[Any, Any]:
        """Return a memory for what is found, which is empty again whenever a step is undone."""
        memo: Memo[Any, Any] = Memo()
        self._memos.append(memo)
        return memo

    def forget(self) -> None:
        """Note that something was undone, so that nothing found before holds."""
        for memo in self._memos:
            memo.forget()

    def add_all(self, into: str, rows: Sequence[Sequence[object]]) -> None:
        """Add many rows to a table and its columns, with values as the database keeps them.

        For what comes by thousands a second: SQLAlchemy looks at each value, which takes longer
        than all the rest. One statement adds many, as the driver lets go of the interpreter's lock
        at each, and beside a busy thread each return to it takes milliseconds.
        """
        self._make_savepoints()
        for start in range(0, len(rows), ROWS_MAX):
            some = rows[start : start + ROWS_MAX]
            places = ", ".join([f"({', '.join('?' * len(some[0]))})"] * len(some))
            self._db.exec_driver_sql(f"INSERT INTO {into} VALUES {places}", (*chain(*some),))  # noqa: S608 - our own words

    @contextmanager
    def undo_on_error(self) -> Iterator[None]:
        """Take back what statements in the block have done, and only that, if it raises.

        Raises:
            TransactionLost: the database has taken back more.
        """
        self._begun += 1
        try:
            yield
        except BaseException:
            self.forget()
            self._end("ROLLBACK TO SAVEPOINT step", "RELEASE SAVEPOINT step")
            raise
        self._end("RELEASE SAVEPOINT step")

    def _make_savepoints(self) -> None:
        # Outside a transaction each statement would stay, whatever is told of those before it.
        if self._made and not self._is_open():
            raise TransactionLost("There is no transaction any more.")
        while self._made < self._begun:
            self._do("SAVEPOINT step")
            self._made += 1

    def _is_open(self) -> bool:
        driver = self._db.connection.driver_connection
        return driver is not None and bool(driver.in_transaction)

    def _end(self, *statements: str) -> None:
        self._begun -= 1
        if self._made > self._begun:
            self._made -= 1
            for statement in statements:
                self._do(statement)

    def _do(self, statement: str) -> None:
        # All have one name: the newest of a name is meant, so they nest. A full disk makes SQLite
        # roll back everything; the savepoint is then gone, which shows here at the latest. By the
        # driver, as SQLAlchemy's own way takes ten times as long.
        cursor = self._db.connection.cursor()
        try:
            cursor.execute(statement)
        except self._db.dialect.loaded_dbapi.Error as error:
            raise TransactionLost(str(error)) from error
        finally:
            cursor.close()
