"""SQLite: how its connections behave, and what a file must be to be opened."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError

from engine.domain.errors import InvalidInput

BUSY_TIMEOUT_S = 5
READERS = 3


def writer_engine(path: Path) -> Engine:
    """Return an engine for the one connection that writes."""
    return _engine(
        path, begin="BEGIN IMMEDIATE", pragmas=["journal_mode=WAL", "synchronous=FULL"], size=1
    )


def reader_engine(path: Path) -> Engine:
    """Return an engine for connections that can only read."""
    return _engine(path, begin="BEGIN", pragmas=["query_only=ON"], size=READERS)


def revision_of(path: Path) -> str | None:
    """Return the revision of the schema in a file, or nothing if there is no database yet.

    The file is not changed.

    Raises:
        InvalidInput: it is damaged, or not ours.
    """
    if not path.exists() or path.stat().st_size == 0:
        return None
    address = f"file:{quote(str(path))}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=BUSY_TIMEOUT_S)) as db:
            tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
            if not tables:
                return None
            if not {"alembic_version", "installation"} <= tables:
                raise InvalidInput(f"{path} is a database of another program.")
            row = db.execute("SELECT version_num FROM alembic_version").fetchone()
            return None if row is None else str(row[0])
    except sqlite3.DatabaseError as error:
        raise damaged(path) from error


def damaged(path: Path) -> InvalidInput:
    """Return the refusal of a file that cannot be read."""
    return InvalidInput(
        f"{path} is damaged or not a database; it was left as it is. Restore it from a backup."
    )


def _engine(path: Path, *, begin: str, pragmas: list[str], size: int) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        pool_size=size,
        max_overflow=0,
        hide_parameters=True,  # Errors are logged; prompts and answers must not be.
        connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_S},
    )

    @event.listens_for(engine, "connect")
    def connected(connection: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own.
        connection.isolation_level = None  # The driver opens no transactions by itself.
        for pragma in [*pragmas, "foreign_keys=ON"]:
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        # By the driver, as SQLAlchemy's own way takes ten times as long.
        try:
            connection.connection.cursor().execute(begin)
        except sqlite3.Error as error:
            raise OperationalError(begin, None, error) from error

    return engine
