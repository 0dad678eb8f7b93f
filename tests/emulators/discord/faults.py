"""What goes wrong on the way, as a test asks for it; the same seed, the same faults."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from random import Random
from typing import Generic, TypeAlias, TypeVar

FaultT = TypeVar("FaultT")

# --- of a request ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Limited:
    """A 429 that no bucket told of."""

    retry_after_s: float = 0.05
    scope: str = "user"


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


RestFault: TypeAlias = Limited | Failed | FailedAfter | CutBefore | CutAfter | Slow | SlowAnswer

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


@dataclass(frozen=True, slots=True)
class Dropped:
    """The socket is cut in place of the event, which RESUME then brings."""


EventFault: TypeAlias = Doubled | Swapped | Late | Dropped


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


class Faults:
    """All that goes wrong.

    A pattern is a route as the contract writes it, with `*` for anything
    (`POST /channels/{channel_id}/messages`, `PATCH *`), or the name of an event.
    """

    def __init__(self, seed: int) -> None:
        self.requests: Plan[RestFault] = Plan(Random(seed))  # noqa: S311 - no secret
        self.events: Plan[EventFault] = Plan(Random(seed + 1))  # noqa: S311 - no secret
        self.swallow_heartbeats = False
        """Whether the gateway leaves heartbeats unanswered."""

    def next(self, route: str, fault: RestFault, *, times: int = 1) -> None:
        """Let the next requests to a route go wrong."""
        self.requests.next(route, fault, times)

    def share(self, route: str, share: float, fault: RestFault) -> None:
        """Let a part (0 to 1) of the requests to a route go wrong."""
        self.requests.share(route, share, fault)

    def next_event(self, name: str, fault: EventFault, *, times: int = 1) -> None:
        """Let the next events of a name go wrong."""
        self.events.next(name, fault, times)

    def share_events(self, name: str, share: float, fault: EventFault) -> None:
        """Let a part (0 to 1) of the events of a name go wrong."""
        self.events.share(name, share, fault)

    def clear(self) -> None:
        """Let all go well from here on."""
        self.requests.clear()
        self.events.clear()
        self.swallow_heartbeats = False
