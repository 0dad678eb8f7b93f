"""The time of an emulator, which a test may replace."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Tells the time, aware and UTC."""


def wall_clock() -> datetime:
    """The machine's own time."""
    return datetime.now(UTC)  # noqa: TID251 - this is the emulators' clock
