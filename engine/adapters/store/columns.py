"""Types of columns, the same on every database."""

from datetime import UTC, datetime
from typing import TypeAlias

from sqlalchemy import BigInteger, DateTime, Dialect, Integer
from sqlalchemy.types import TypeDecorator

# SQLite counts rows by itself only in a column that is declared INTEGER; it holds 64 bits.
BIG = BigInteger().with_variant(Integer(), "sqlite")

Values: TypeAlias = dict[str, object]
"""A row to be written: column -> value."""


class UtcDateTime(TypeDecorator[datetime]):
    """Times aware and in UTC, also where the database knows no zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Return the same instant in UTC.

        Raises:
            ValueError: the time is naive, so it is no instant.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Return the stored time, aware."""
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)
