"""Rate limits per method."""

import math
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta

from tests.emulators.clock import Clock
from tests.emulators.slack.limits import Limits, Rate


class Rates:
    """What was used of each limit."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self._limits = limits
        self._now = clock
        self._used: dict[tuple[object, ...], deque[datetime]] = {}

    def take(self, method: str, args: Mapping[str, object]) -> int:
        """Count a request, or return after how many whole seconds it may pass."""
        used = [
            (rate, self._window(method, rate, args)) for rate in self._limits.rates.get(method, ())
        ]
        wait_s = max((self._wait_s(rate, times) for rate, times in used), default=0.0)
        if wait_s > 0:
            return max(1, math.ceil(wait_s))
        for _, times in used:
            times.append(self._now())
        return 0

    def _window(self, method: str, rate: Rate, args: Mapping[str, object]) -> deque[datetime]:
        key = (method, rate, args.get(rate.by) if rate.by else None)
        times = self._used.setdefault(key, deque())
        since = self._now() - timedelta(seconds=rate.per_s)
        while times and times[0] <= since:
            times.popleft()
        return times

    def _wait_s(self, rate: Rate, times: deque[datetime]) -> float:
        if len(times) < rate.limit:
            return 0.0
        return (times[0] - self._now()).total_seconds() + rate.per_s
