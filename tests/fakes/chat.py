"""A platform that a test makes lose, refuse and delay what it is sent."""

import random
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.delivery.budget import Cost
from bot.delivery.chat import Busy, Expired, Missing, Pace, Uncertain, Unopened
from engine.api import Errand
from tests.fakes.clock import FakeClock


@dataclass(slots=True)
class Shown:
    """A message that people see."""

    id: str
    thread: str
    draft: str
    name: str
    """Of the posting that made it, which the platform keeps for a while."""
    at: datetime
    edits: int = 0


@dataclass(slots=True)
class FakeChat:
    """`Chat` in memory; within `named_s` the same posting again is the same message."""

    clock: FakeClock
    named_s: float = 100.0
    late_s: float = 5.0
    """How long a message takes to show in what is looked at."""
    repost_s: float | None = None
    faults: Callable[[], str] = lambda: ""
    """What goes wrong with the next call: nothing, `busy`, `before`, `after` or, sending, `bug`."""
    shown: list[Shown] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    expired: bool = False
    without_threads: bool = False
    limit: int = 1000

    @property
    def platform(self) -> str:
        return "chat"

    @property
    def pace(self) -> Pace:
        return Pace(settle_s=130.0, repost_s=self.repost_s, edit_gap_s=2.5)

    def costs(self, errand: Errand) -> Sequence[Cost]:
        return [Cost(f"to:{errand.thread}", self.limit, 5.0)]

    def is_repeatable(self, errand: Errand, tried_at: datetime, now: datetime) -> bool:
        return (now - tried_at).total_seconds() < self.named_s

    async def send(self, errand: Errand) -> str:
        fault = self._fault_before()
        if fault == "bug":
            raise RuntimeError("a bug")
        name = f"{errand.delivery.id}{errand.delivery.posting}"
        message = next((m for m in self.shown if m.name == name and self._is_named(m)), None)
        if message is None:
            message = Shown(
                str(1000 + len(self.shown) + len(self.deleted)),
                errand.thread,
                errand.delivery.tried,
                name,
                self.clock.now(),
            )
            self.shown.append(message)
        self._fault_after(fault)
        self._require_thread(errand, message.id)
        return message.id

    async def edit(self, errand: Errand) -> None:
        fault = self._fault_before()
        message = next((m for m in self.shown if m.id == errand.delivery.receipt), None)
        if message is None:
            raise Missing("The message is gone.")
        message.draft, message.edits = errand.delivery.tried, message.edits + 1
        self._require_thread(errand, message.id)
        self._fault_after(fault)

    async def find(self, errand: Errand, known: Collection[str]) -> str | None:
        fault = self._fault_before()
        found = [
            message.id
            for message in self.shown
            if (message.thread, message.draft) == (errand.thread, errand.delivery.tried)
            and message.id not in known
            and self._age_s(message) >= self.late_s
        ]
        self._fault_after(fault)
        return found[0] if found else None

    async def delete(self, errand: Errand) -> None:
        fault = self._fault_before()
        old = errand.delivery.old_receipt
        if any(message.id == old for message in self.shown):
            self.deleted.append(old)
        self.shown = [message for message in self.shown if message.id != old]
        self._fault_after(fault)

    def instead(self, errand: Errand) -> str | None:
        return f"late: {errand.delivery.draft}"

    def _require_thread(self, errand: Errand, receipt: str) -> None:
        if errand.delivery.lacks_thread and self.without_threads:
            raise Unopened("Threads are forbidden here.", receipt=receipt)

    def _age_s(self, message: Shown) -> float:
        return (self.clock.now() - message.at).total_seconds()

    def _is_named(self, message: Shown) -> bool:
        return self._age_s(message) < self.named_s

    def _fault_before(self) -> str:
        if self.expired:
            raise Expired("Too late.")
        fault = self.faults()
        if fault == "busy":
            raise Busy("Too many.", after_s=1.0)
        if fault == "before":
            raise Uncertain("The connection was cut.")
        return fault

    def _fault_after(self, fault: str) -> None:
        if fault == "after":
            raise Uncertain("The connection was cut.")


def at_random(seed: int, share: float) -> Callable[[], str]:
    """Return faults of every kind for a share of calls."""
    dice = random.Random(seed)  # noqa: S311 - reproducible, not secret
    return lambda: dice.choice(("busy", "before", "after")) if dice.random() < share else ""
