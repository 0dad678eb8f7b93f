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
    """A 429 that no rate told of."""

    retry_after_s: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """An error that Slack tells of with status 200, before any effect."""

    error: str


@dataclass(frozen=True, slots=True)
class Lost:
    """It is not sent this time; an event is sent again later, anything else never comes."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """The socket that it would go to is cut in its place."""


ApiFault: TypeAlias = (
    Limited | Refused | Failed | FailedAfter | CutBefore | CutAfter | Slow | SlowAnswer
)
DeliveryFault: TypeAlias = Doubled | Swapped | Late | Lost | Dropped


class Faults:
    """All that goes wrong.

    A pattern is the name of a method, with `*` for anything (`chat.*`), or `response_url`,
    `upload` and `download`; of a delivery it is the type of the event or the interaction
    (`message`, `app_mention`, `slash_commands`, `block_actions`, `view_submission`).
    """

    def __init__(self, seed: int) -> None:
        self.requests: Plan[ApiFault] = Plan(Random(seed))  # noqa: S311 - no secret
        self.deliveries: Plan[DeliveryFault] = Plan(Random(seed + 1))  # noqa: S311 - no secret
        self.is_silent = False
        """Whether sockets are black holes: nothing is sent on them, not even a pong."""

    def next(self, method: str, fault: ApiFault, *, times: int = 1) -> None:
        """Let the next requests go wrong."""
        self.requests.next(method, fault, times)

    def share(self, method: str, share: float, fault: ApiFault) -> None:
        """Let a part (0 to 1) of the requests go wrong."""
        self.requests.share(method, share, fault)

    def next_delivery(self, name: str, fault: DeliveryFault, *, times: int = 1) -> None:
        """Let the next deliveries go wrong."""
        self.deliveries.next(name, fault, times)

    def share_deliveries(self, name: str, share: float, fault: DeliveryFault) -> None:
        """Let a part (0 to 1) of the deliveries go wrong."""
        self.deliveries.share(name, share, fault)

    def clear(self) -> None:
        """Let all go well from here on."""
        self.requests.clear()
        self.deliveries.clear()
        self.is_silent = False
