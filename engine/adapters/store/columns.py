"""Types of columns, the same on every database."""

from datetime import UTC, datetime
from typing import TypeAlias

from sqlalchemy import BigInteger, DateTime, Dialect, Integer
from sqlalchemy.types import TypeDecorator

# SQLite counts rows by itself only in a column that is declared INTEGER; it holds 64 bits.
BIG = BigInteger().with_variant(Integer(), "sqlite")

Values: TypeAlias = dict[str, object]
"""A row to be written: column -> value."""


def as_stored(at: datetime) -> str:
    """Return a time as SQLite keeps it in such a column, for what is written without the type.

    Raises:
        ValueError: the time is naive, so it is no instant.
    """
    return _in_utc(at).replace(tzinfo=None).isoformat(" ", "microseconds")


class UtcDateTime(TypeDecorator[datetime]):
    """Times aware and in UTC, also where the database knows no zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Return the same instant in UTC.

        Raises:
            ValueError: the time is naive, so it is no instant.
        """
        return None if value is None else _in_utc(value)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Return the stored time, aware."""
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


def _in_utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone.")
    return at.astimezone(UTC)
