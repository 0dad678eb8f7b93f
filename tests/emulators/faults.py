"""What may go wrong on the way on any platform, and the plan of when it does."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from random import Random
from typing import Generic, TypeVar

FaultT = TypeVar("FaultT")

# --- of a request ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """An error of the server, before any effect."""

    status: int = 503


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedAfter:
    """An error of the server, though it was done."""

    status: int = 503


@dataclass(frozen=True, slots=True)
class CutBefore:
    """The connection is cut, and nothing was done."""


@dataclass(frozen=True, slots=True)
class CutAfter:
    """It was done, and the connection is cut before the answer: lost after commit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slow:
    """It is done, but later."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowAnswer:
    """It is done at once, and told later."""

    seconds: float


# --- of an event -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Doubled:
    """The event comes twice."""


@dataclass(frozen=True, slots=True)
class Swapped:
    """The event comes after the one that follows it; after a moment, if none does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """The event comes later, and others overtake it."""

    seconds: float


class Plan(Generic[FaultT]):
    """Which faults come when, for things that have a name."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._next: deque[tuple[str, FaultT]] = deque()
        self._shares: list[tuple[str, float, FaultT]] = []

    def next(self, pattern: str, fault: FaultT, times: int) -> None:
        """Let the next `times` things that fit have this fault."""
        self._next.extend([(pattern, fault)] * times)

    def share(self, pattern: str, share: float, fault: FaultT) -> None:
        """Let a random part of the things that fit have this fault, until `clear`."""
        self._shares.append((pattern, share, fault))

    def clear(self) -> None:
        """Let all go well again."""
        self._next.clear()
        self._shares.clear()

    def pick(self, name: str) -> FaultT | None:
        """The fault of this thing, if it has one."""
        for index, (pattern, fault) in enumerate(self._next):
            if fnmatchcase(name, pattern):
                del self._next[index]
                return fault
        return next(self._by_chance(name), None)

    def _by_chance(self, name: str) -> Iterator[FaultT]:
        for pattern, share, fault in self._shares:
            if fnmatchcase(name, pattern) and self._random.random() < share:
                yield fault
