"""Statements that are built once: SQLAlchemy takes longer to build one than to run it.

Rows are found by columns, whose values are given at each use: `db.execute(statement, by(id=id_))`.
What an insert or an update writes is given in the same way, column by column.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Delete,
    Insert,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    delete,
    insert,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import sqlite

from engine.adapters.store.columns import Values
from engine.adapters.store.tables import Base

TableRow: TypeAlias = type[Base]


def adding(row: TableRow) -> Insert:
    """Return the statement that adds a row."""
    return insert(table_of(row))


def adding_new(row: TableRow, *columns: str) -> sqlite.Insert:
    """Return the statement that adds a row unless there is one with the same of these columns."""
    return sqlite.insert(table_of(row)).on_conflict_do_nothing(index_elements=columns)


def finding(row: TableRow, *columns: str) -> Select[Any]:
    """Return the query for the rows that are found by these columns; for all without any."""
    return select(table_of(row)).where(*([found_by(row, *columns)] if columns else []))


def changing(row: TableRow, *columns: str) -> Update:
    """Return the statement that changes the rows that are found by these columns."""
    return update(table_of(row)).where(found_by(row, *columns))


def removing(row: TableRow, *columns: str) -> Delete:
    """Return the statement that removes the rows that are found by these columns."""
    return delete(table_of(row)).where(found_by(row, *columns))


def found_by(row: TableRow, *columns: str) -> ColumnElement[bool]:
    """Return the condition that these columns have the values that are given at each use."""
    return and_(*(table_of(row).c[name] == bindparam(_name(name)) for name in columns))


def is_one_of(column: ColumnElement[Any], values: Iterable[str]) -> ColumnElement[bool]:
    """Return the condition that a column has one of values that never change.

    The library's own `IN` is put together anew at each use.
    """
    return or_(*(column == literal_column(f"'{value}'") for value in sorted(values)))


def by(values: Mapping[str, object] | None = None, /, **found: object) -> Values:
    """Return the values of one use: what is written, and by what the rows are found.

    What they are found by is not written again: SQLite would look through all that points to it.
    """
    written = {name: value for name, value in (values or {}).items() if name not in found}
    return {**written, **{_name(name): value for name, value in found.items()}}


def table_of(row: TableRow) -> Table:
    """Return the table itself, which spares the ORM's part in each call."""
    table = row.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{row.__name__} is no table.")
    return table


def _name(column: str) -> str:
    # No name of a column, since an update takes those as what it sets.
    return f"by_{column}"
