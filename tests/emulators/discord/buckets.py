"""Rate limits: a bucket per route and major parameter, and one for all of it."""

import hashlib
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.emulators.clock import Clock
from tests.emulators.discord.limits import Bucket, Limits
from tests.emulators.discord.rest.callbacks import EXEMPT
from tests.emulators.discord.routing import Answer, Request

MAJOR = ("channel_id", "guild_id", "webhook_id", "webhook_token")
VIA = {"Via": "1.1 emulator"}
"""Without it discord.py takes a 429 for a ban."""
COUNTED_AS_INVALID = {401, 403, 429}
INVALID_PER_S = 600


@dataclass(slots=True, kw_only=True)
class Window:
    """A time in which so much was used."""

    ends: datetime
    used: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a request may pass, and the headers that its answer carries either way."""

    headers: Mapping[str, str] = field(default_factory=dict)
    refusal: Answer | None = None


def too_many(retry_after_s: float, scope: str, headers: Mapping[str, str] | None = None) -> Answer:
    """A 429 as Discord gives it; `scope` is user, global or shared."""
    is_global = scope == "global"
    more = {"X-RateLimit-Global": "true"} if is_global else {}
    return Answer(
        status=429,
        body={
            "message": "You are being rate limited.",
            "retry_after": round(retry_after_s, 3),
            "global": is_global,
            "code": 0,
        },
        headers={
            **VIA,
            **(headers or {}),
            **more,
            "Retry-After": str(max(1, round(retry_after_s))),
            "X-RateLimit-Scope": scope,
        },
    )


BANNED = Answer(status=429, body={"message": "You are banned.", "code": 1015})
"""Without `Via`: it comes from before Discord."""


class Rates:
    """What was used of each limit."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self._limits = limits
        self._now = clock
        self._windows: dict[tuple[str, ...], Window] = {}
        self._all = Window(ends=clock())
        self._invalid: deque[datetime] = deque()

    def take(self, request: Request) -> Verdict:
        """Count a request, unless it is over a limit."""
        if self._is_banned():
            return Verdict(refusal=BANNED)
        wait_s = 0.0 if request.route in EXEMPT else self._take_of_all()
        if wait_s:
            return Verdict(refusal=too_many(wait_s, "global"))
        bucket = self._limits.buckets.get(request.route, self._limits.other_bucket)
        return Verdict() if bucket is None else self._take(request, bucket)

    def note(self, answer: Answer) -> None:
        """Count an answer that is invalid; a shared limit is nobody's fault."""
        is_shared = answer.headers.get("X-RateLimit-Scope") == "shared"
        if answer.status in COUNTED_AS_INVALID and not is_shared:
            self._invalid.append(self._now())

    def _is_banned(self) -> bool:
        since = self._now() - timedelta(seconds=INVALID_PER_S)
        while self._invalid and self._invalid[0] < since:
            self._invalid.popleft()
        return len(self._invalid) >= self._limits.invalid_requests

    def _take_of_all(self) -> float:
        """Count towards the global limit, or return how long to wait."""
        most, now = self._limits.global_per_s, self._now()
        if most is None:
            return 0.0
        if now >= self._all.ends:
            self._all = Window(ends=now + timedelta(seconds=1))
        if self._all.used >= most:
            return (self._all.ends - now).total_seconds()
        self._all.used += 1
        return 0.0

    def _take(self, request: Request, bucket: Bucket) -> Verdict:
        now = self._now()
        window = self._window(request, bucket, now)
        is_over = window.used >= bucket.limit
        window.used += not is_over
        left_s = (window.ends - now).total_seconds()
        headers = {
            "X-RateLimit-Limit": str(bucket.limit),
            "X-RateLimit-Remaining": str(bucket.limit - window.used),
            "X-RateLimit-Reset": f"{window.ends.timestamp():.3f}",
            "X-RateLimit-Reset-After": f"{left_s:.3f}",
            "X-RateLimit-Bucket": _hash(request.route),
        }
        refusal = too_many(left_s, "user", headers) if is_over else None
        return Verdict(headers=headers, refusal=refusal)

    def _window(self, request: Request, bucket: Bucket, now: datetime) -> Window:
        key = (request.route, *(request.params.get(name, "") for name in MAJOR))
        window = self._windows.get(key)
        if window is None or now >= window.ends:
            window = Window(ends=now + timedelta(seconds=bucket.per_s))
            self._windows[key] = window
        return window


def _hash(route: str) -> str:
    return hashlib.sha256(route.encode()).hexdigest()[:32]
