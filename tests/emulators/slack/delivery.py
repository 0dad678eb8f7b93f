"""What the app is told, on whichever way, and what it acknowledged: the books of a fault run."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from tests.emulators.changes import Changes
from tests.emulators.clock import Clock
from tests.emulators.faults import Doubled, Late, Swapped
from tests.emulators.slack.faults import DeliveryFault, Dropped, Faults, Lost
from tests.emulators.slack.limits import Limits
from tests.emulators.slack.values import Json

SWAP_AT_LATEST_S = 0.05
HOUR_S = 3600
HTTP = "http"
"""The way of a request, in place of a socket's name."""
OnAck = Callable[[Json], None]
"""Is given what the acknowledgement carries, which may be nothing."""


class Sort(StrEnum):
    """The kinds of envelopes."""

    COMMAND = "slash_commands"
    INTERACTIVE = "interactive"
    EVENT = "events_api"


@dataclass(slots=True, kw_only=True)
class Attempt:
    """One time that it was sent."""

    number: int
    """0 for the first, else the number of the retry."""
    reason: str
    """Why it is a retry, as Slack names it; "" for the first."""
    at: datetime
    way: str
    """The socket's name or `HTTP`; "" where there was none to send it on."""
    status: int | None = None
    """The status of the answer, over HTTP."""


@dataclass(slots=True, kw_only=True, eq=False)
class Delivery:
    """One event, command or interaction on its way to the app."""

    id: str
    """The envelope's, which every attempt carries."""
    sort: Sort
    name: str
    """The type of the event or interaction; `slash_commands` for a command."""
    payload: Json
    at: datetime
    on_ack: OnAck | None = None
    attempts: list[Attempt] = field(default_factory=list)
    acked_at: datetime | None = None
    acks: int = 0
    """How often it was acknowledged; twice is nothing wrong, if it was sent twice."""
    has_failed: bool = False
    """Whether it will not be sent again, and was not acknowledged in time."""

    @property
    def is_acked(self) -> bool:
        return self.acked_at is not None

    @property
    def event(self) -> Json:
        """The event inside, or the interaction itself."""
        event: Json = self.payload.get("event", self.payload)
        return event


class Way(Protocol):
    """How a delivery travels."""

    def send(self, delivery: Delivery, attempt: Attempt) -> bool:
        """Send it, soon; False if nobody is there."""
        ...

    def drop_one(self) -> None:
        """Cut the connection that the next would take, if there is one."""
        ...


class Deliveries:
    """Sends, counts acknowledgements, and sends events again that had none."""

    def __init__(self, limits: Limits, faults: Faults, clock: Clock, changes: Changes) -> None:
        self._limits = limits
        self._faults = faults
        self._now = clock
        self._changes = changes
        self._way: Way | None = None
        self._timers: set[asyncio.TimerHandle] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: list[Delivery] = []
        self._events: deque[datetime] = deque()
        self._told_limited: datetime | None = None
        self.all: list[Delivery] = []
        """Everything so far, oldest first."""
        self.by_id: dict[str, Delivery] = {}
        self.stray_acks: list[str] = []
        """Envelope ids that were acknowledged and never sent."""
        self.left_out = 0
        """Events that went over the limit of an hour."""

    def go(self, way: Way) -> None:
        """Send on this way from now on."""
        self._way = way

    # --- sending -------------------------------------------------------------------------------

    def add(self, delivery: Delivery) -> Delivery:
        """Send something, unless a fault comes between."""
        self.all.append(delivery)
        self.by_id[delivery.id] = delivery
        self._begin(delivery, self._faults.deliveries.pick(delivery.name))
        self._changes.notify()
        return delivery

    def may_send_event(self) -> bool:
        """Count an event towards the limit of an hour, and say whether it is within."""
        now = self._now()
        while self._events and self._events[0] < now - timedelta(seconds=HOUR_S):
            self._events.popleft()
        is_within = len(self._events) < self._limits.events_per_hour
        if is_within:
            self._events.append(now)
        self.left_out += not is_within
        return is_within

    def should_tell_limited(self) -> bool:
        """Whether it is time to tell that events are left out: once a minute."""
        now = self._now()
        if self._told_limited and now - self._told_limited < timedelta(minutes=1):
            return False
        self._told_limited = now
        return True

    def _begin(self, delivery: Delivery, fault: DeliveryFault | None) -> None:
        match fault:
            case Doubled():
                self._send(delivery)
                self._send(delivery)
            case Late(seconds=seconds):
                self._later(seconds, lambda: self._send(delivery))
            case Swapped():
                self._held.append(delivery)
                self._later(SWAP_AT_LATEST_S, self._release)
            case Lost():
                self._note(delivery, way="")
            case Dropped():
                if self._way is not None:
                    self._way.drop_one()
                self._note(delivery, way="")
            case None:
                self._send(delivery)
                self._release()

    def _release(self) -> None:
        held, self._held = self._held, []
        for each in held:
            self._send(each)

    def _send(self, delivery: Delivery, number: int = 0, reason: str = "") -> None:
        attempt = self._note(delivery, number=number, reason=reason, way="?")
        if self._way is None or not self._way.send(delivery, attempt):
            attempt.way = ""
            if delivery.sort is not Sort.EVENT:
                self._fail(delivery)

    def _note(self, delivery: Delivery, *, way: str, number: int = 0, reason: str = "") -> Attempt:
        attempt = Attempt(number=number, reason=reason, at=self._now(), way=way)
        delivery.attempts.append(attempt)
        self._later(self._limits.answer_within_s, lambda: self._overdue(delivery, attempt))
        return attempt

    def _overdue(self, delivery: Delivery, attempt: Attempt) -> None:
        if attempt.way != HTTP:  # There a request has a time limit of its own.
            self.missed(delivery, attempt)

    # --- what becomes of it ----------------------------------------------------------------------

    def acked(self, id_: str, answer: Json) -> None:
        """Take an acknowledgement; what it carries counts only the first time, and in time."""
        delivery = self.by_id.get(id_)
        if delivery is None:
            self.stray_acks.append(id_)
            return
        delivery.acks += 1
        if delivery.acked_at is None and not delivery.has_failed:
            delivery.acked_at = self._now()
            if delivery.on_ack is not None:
                delivery.on_ack(answer)
        self._changes.notify()

    def missed(self, delivery: Delivery, attempt: Attempt, reason: str = "timeout") -> None:
        """Send an event again whose last attempt had no acknowledgement."""
        if delivery.is_acked or delivery.has_failed or attempt is not delivery.attempts[-1]:
            return
        retries = self._limits.event_retries_s
        if delivery.sort is not Sort.EVENT or attempt.number >= len(retries):
            self._fail(delivery)
            return
        number = attempt.number + 1
        self._later(retries[attempt.number], lambda: self._retry(delivery, attempt, number, reason))

    def give_up(self, delivery: Delivery) -> None:
        """Do not send it again, as the app asked."""
        self._fail(delivery)

    def _retry(self, delivery: Delivery, after: Attempt, number: int, reason: str) -> None:
        if not delivery.is_acked and after is delivery.attempts[-1]:
            self._send(delivery, number, reason)

    def _fail(self, delivery: Delivery) -> None:
        delivery.has_failed = not delivery.is_acked
        self._changes.notify()

    # --- time ------------------------------------------------------------------------------------

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside, until it is done or all is closed."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _later(self, seconds: float, act: Callable[[], None]) -> None:
        def run() -> None:
            self._timers.discard(timer)
            act()

        timer = asyncio.get_running_loop().call_later(seconds, run)
        self._timers.add(timer)

    async def close(self) -> None:
        """Send nothing any more."""
        for timer in self._timers:
            timer.cancel()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
