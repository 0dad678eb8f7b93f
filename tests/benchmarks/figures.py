"""What a promise in figures is, and what a bench hands over for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

LOAD_MIN = 0.95
"""With less of its load a figure stands for something easier than what was promised."""


@dataclass(frozen=True, slots=True)
class AtLeast:
    """More is better."""

    value: float

    def is_met(self, measured: float) -> bool:
        """Whether the figure is reached."""
        return measured >= self.value

    def __str__(self) -> str:
        return f"≥ {self.value:,g}"


@dataclass(frozen=True, slots=True)
class AtMost:
    """Less is better."""

    value: float

    def is_met(self, measured: float) -> bool:
        """Whether the figure is reached."""
        return measured <= self.value

    def __str__(self) -> str:
        return f"≤ {self.value:,g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A promise in numbers. Its name ends in its unit, as names in the code do."""

    name: str
    must: AtLeast | AtMost | None
    """None where it is told for comparison only."""
    how: str
    """How it is measured, so that a reader can judge what it stands for."""
    floor: str = ""
    """What was measured in the same run to compare it with."""
    if_missed: str = ""
    """The cause, once it is known."""

    def is_met(self, measured: "Measured") -> bool:
        """Whether the promise holds, under the load that it is given for."""
        is_loaded = measured.load >= LOAD_MIN
        return self.must is None or (is_loaded and self.must.is_met(measured.middle))


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What the runs of one figure gave."""

    values: Sequence[float]
    floors: Sequence[float] = ()
    note: str = ""
    """What about the circumstances the figure itself does not tell."""
    load: float = 1.0
    """The part of the load beside it that was reached; 1 is all of it, or it has none."""

    @property
    def middle(self) -> float:
        """The median, which is what must reach the figure."""
        return median(self.values)

    @property
    def ratio(self) -> float | None:
        """How the median stands to the floor's; none without one, or if that is nothing."""
        return self.middle / median(self.floors) if any(self.floors) else None


def p50(values: Sequence[float]) -> float:
    """Return the value in the middle."""
    return median(values)


def p95(values: Sequence[float]) -> float:
    """Return the value that 95 in a hundred do not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))]


def p99(values: Sequence[float]) -> float:
    """Return the value that 99 in a hundred do not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.99))]
