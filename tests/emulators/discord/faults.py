"""What goes wrong on the way, as a test asks for it; the same seed, the same faults."""

from dataclasses import dataclass
from random import Random
from typing import TypeAlias

from tests.emulators.faults import (
    CutAfter,
    CutBefore,
    Doubled,
    Failed,
    FailedAfter,
    Late,
    Plan,
    Slow,
    SlowAnswer,
    Swapped,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limited:
    """A 429 that no bucket told of."""

    retry_after_s: float = 0.05
    scope: str = "user"


@dataclass(frozen=True, slots=True)
class Dropped:
    """The socket is cut in place of the event, which RESUME then brings."""


RestFault: TypeAlias = Limited | Failed | FailedAfter | CutBefore | CutAfter | Slow | SlowAnswer

EventFault: TypeAlias = Doubled | Swapped | Late | Dropped


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
