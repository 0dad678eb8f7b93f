"""A clock that a test moves."""

from datetime import UTC, datetime, timedelta

from engine.adapters.clock import SystemClock


class FakeClock:
    """`Clock` that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2030, 5, 4, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def move(self, by_s: float) -> None:
        """Let `by_s` seconds pass."""
        self.time += timedelta(seconds=by_s)


class RunningClock(FakeClock):
    """A clock that goes on by itself, and can also be moved."""

    def __init__(self) -> None:
        super().__init__()
        self._ahead = timedelta()

    def now(self) -> datetime:
        return SystemClock().now() + self._ahead

    def move(self, by_s: float) -> None:
        """Let `by_s` seconds pass at once."""
        self._ahead += timedelta(seconds=by_s)
