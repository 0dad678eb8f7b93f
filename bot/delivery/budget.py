"""How often a platform lets us do something."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.api import Priority

RESERVED = 1
"""Places of each bucket that only what is urgent may take."""
KEPT_S = 120.0
"""Longer than any bucket counts; one that was not used for so long is forgotten."""
URGENT = frozenset({Priority.APPROVAL, Priority.ALERT})


@dataclass(frozen=True, slots=True)
class Cost:
    """One use of a bucket that takes `count` uses in any `per_s` seconds."""

    bucket: str
    count: int
    per_s: float


@dataclass(slots=True)
class Budget:
    """Counts uses of buckets, so that the platform never has to refuse one."""

    _uses: dict[str, deque[float]] = field(default_factory=dict)

    def wait_s(self, costs: Sequence[Cost], priority: Priority, now_s: float) -> float:
        """Return how long what costs this has to wait; 0 if it may go now."""
        return max((self._wait_s(cost, priority, now_s) for cost in costs), default=0.0)

    def spend(self, costs: Sequence[Cost], now_s: float) -> None:
        """Note that it goes now."""
        self._uses = {name: at for name, at in self._uses.items() if at[-1] + KEPT_S > now_s}
        for cost in costs:
            self._uses.setdefault(cost.bucket, deque()).append(now_s)

    def _wait_s(self, cost: Cost, priority: Priority, now_s: float) -> float:
        recent = self._recent(cost.bucket, cost.per_s, now_s)
        places = cost.count if priority in URGENT else max(cost.count - RESERVED, 1)
        if len(recent) < places:
            return 0.0
        return recent[len(recent) - places] + cost.per_s - now_s

    def _recent(self, bucket: str, per_s: float, now_s: float) -> deque[float]:
        uses = self._uses.get(bucket, deque())
        while uses and uses[0] + per_s <= now_s:
            uses.popleft()
        if not uses:
            self._uses.pop(bucket, None)
        return uses
