"""A clock that a test moves."""

from datetime import UTC, datetime, timedelta


class FakeClock:
    """`Clock` that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2030, 5, 4, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def move(self, by_s: float) -> None:
        """Let `by_s` seconds pass."""
        self.time += timedelta(seconds=by_s)
