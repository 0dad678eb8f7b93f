"""Sends what is due, settles what is in doubt, and keeps to what the platform allows."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import uuid4

import structlog

from bot.delivery.budget import URGENT, Budget
from bot.delivery.chat import (
    Busy,
    Chat,
    ChatError,
    Expired,
    Forbidden,
    Gone,
    Missing,
    Uncertain,
    Unopened,
)
from engine.api import Clock, Delivery, DeliveryId, Engine, Errand, Priority, UseCases

log = structlog.get_logger()

LOOK = 200
"""Deliveries that are looked at for one that may go."""
AT_ONCE = 16
"""Messages under way at the same time."""
LOOK_EACH = 2 * AT_ONCE
"""Of one kind in one channel: some may have to wait for others of their thread."""
IDLE_S = 1.0
"""The longest pause; time alone makes things due."""
BREATH_S = 0.05
"""The shortest pause, so that a storm does not become a busy loop."""
CUT_OFF = "It was cut off while it was sent."
BLOCKED = timedelta(minutes=1)
"""Between two tries where the platform forbids it."""
BROKEN_MAX = 5
"""Bugs that one message may meet before it is given up."""
BROKEN = "A message could not be made ready for its platform; the log says why."
KNOWN = timedelta(hours=1)
"""How long before it was tried other messages are told apart from one that is looked for."""

Work: TypeAlias = Callable[[Errand], Awaitable[None]]
Seen: TypeAlias = tuple[Sequence[Errand], Sequence[Errand], Sequence[Errand]]
"""What is in doubt, what has an old message, and what is due."""


class Pump:
    """Brings one platform's deliveries there. One runs for each platform."""

    def __init__(self, engine: Engine, chat: Chat, clock: Clock) -> None:
        self._engine = engine
        self._chat = chat
        self._clock = clock
        self._budget = Budget()
        self._bell = asyncio.Event()
        self._under_way: set[DeliveryId] = set()
        self._edited_at: dict[DeliveryId, datetime] = {}
        self._looked_at: datetime | None = None
        self._broke: dict[DeliveryId, int] = {}
        """How often sending it met a bug, since it last went well."""

    def wake(self) -> None:
        """Look at once, rather than at the next tick."""
        self._bell.set()

    async def run(self) -> None:
        """Send until cancelled; first of all, what a crash has left claimed is in doubt."""
        await self._engine.change(lambda use: use.deliveries.recover(self._chat.platform))
        async with asyncio.TaskGroup() as tasks:
            while True:
                pause_s = await self.step(tasks)
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause_s):
                        await self._bell.wait()
                self._bell.clear()
                await asyncio.sleep(BREATH_S)

    async def step(self, tasks: asyncio.TaskGroup) -> float:
        """Begin all that can begin now; return after how many seconds to look again."""
        doubtful, replaced, due = await self._engine.read(self._look_for(is_time=self._is_time()))
        self._begin(tasks, [e for e in doubtful if self._is_ripe(e)][:AT_ONCE], self._settle)
        self._begin(tasks, replaced, self._delete)
        await self._put_aside(due)
        chosen, pause_s = self._chosen([errand for errand in due if self._is_fit(errand)])
        self._begin(tasks, await self._claimed(chosen), self._deliver)
        return pause_s

    def _is_time(self) -> bool:
        """Whether to look for doubts and old messages again: seldom there, and in no hurry."""
        if self._looked_at is not None and (self._now - self._looked_at).total_seconds() < IDLE_S:
            return False
        self._looked_at = self._now
        return True

    def _look_for(self, *, is_time: bool) -> Callable[[UseCases], Seen]:
        platform = self._chat.platform

        def look(use: UseCases) -> Seen:
            due = use.deliveries.due(platform, limit=LOOK, each=LOOK_EACH)
            if not is_time:
                return (), (), due
            old = use.deliveries.replaced(platform, limit=AT_ONCE)
            return use.deliveries.doubtful(platform), old, due

        return look

    def _chosen(self, due: Sequence[Errand]) -> tuple[list[Errand], float]:
        """Return what fits into the budgets now, and how long to wait for what does not."""
        chosen: list[Errand] = []
        pause_s, now_s = IDLE_S, self._now.timestamp()
        for errand in due:
            if errand.delivery.id in self._under_way:
                continue  # Its old message is being deleted; it is claimed by nobody meanwhile.
            costs, priority = self._chat.costs(errand), errand.delivery.priority
            wait_s = max(self._gap_s(errand), self._budget.wait_s(costs, priority, now_s))
            if wait_s > 0:
                pause_s = min(pause_s, wait_s)
            elif len(self._under_way) + len(chosen) < self._room(priority):
                self._budget.spend(costs, now_s)
                chosen.append(errand)
        return chosen, pause_s

    def _room(self, priority: Priority) -> int:
        """Return how many may be under way, so that a question never waits for anything else."""
        if priority in URGENT:
            return AT_ONCE
        return AT_ONCE * 3 // 4 if priority is not Priority.PROGRESS else AT_ONCE // 2

    def _gap_s(self, errand: Errand) -> float:
        """Return how long a card that only shows progress waits for its next edit."""
        last = self._edited_at.get(errand.delivery.id)
        if last is None or errand.delivery.priority is not Priority.PROGRESS:
            return 0.0
        return self._chat.pace.edit_gap_s - (self._now - last).total_seconds()

    def _note_edit(self, delivery: Delivery) -> None:
        gap = timedelta(seconds=self._chat.pace.edit_gap_s)
        recent = {id_: at for id_, at in self._edited_at.items() if at + gap > self._now}
        self._edited_at = {**recent, delivery.id: self._now}

    def _is_too_old(self, errand: Errand) -> bool:
        delivery, limit_s = errand.delivery, self._chat.pace.repost_s
        is_fixed = bool(delivery.opens or delivery.old_receipt)
        if limit_s is None or is_fixed or not delivery.is_edit or delivery.sent_at is None:
            return False
        return (self._now - delivery.sent_at).total_seconds() > limit_s

    def _is_fit(self, errand: Errand) -> bool:
        return not (self._is_too_old(errand) or self._is_too_late(errand))

    def _is_too_late(self, errand: Errand) -> bool:
        """Whether it may have arrived before, and sending it again could make a second message."""
        return errand.delivery.doubt_at is not None and not self._is_repeatable(errand)

    async def _put_aside(self, due: Sequence[Errand]) -> None:
        """Put back into doubt, or to be posted anew, what cannot be sent as it is."""
        old = [errand.delivery.card for errand in due if self._is_too_old(errand)]
        late = [errand.delivery for errand in due if self._is_too_late(errand)]

        def put(use: UseCases) -> None:
            for card in old:
                use.deliveries.repost(card)
            for delivery in late:
                use.deliveries.lost(delivery.id, delivery.why)

        if old or late:
            await self._engine.change(put)
            self.wake()

    async def _claimed(self, errands: Sequence[Errand]) -> Sequence[Errand]:
        if not errands:
            return []
        ids = [errand.delivery.id for errand in errands]
        return await self._engine.change(lambda use: use.deliveries.claim(ids))

    def _begin(self, tasks: asyncio.TaskGroup, errands: Sequence[Errand], work: Work) -> None:
        for errand in errands:
            if errand.delivery.id not in self._under_way:
                self._under_way.add(errand.delivery.id)
                tasks.create_task(self._done(errand, work))

    async def _done(self, errand: Errand, work: Work) -> None:
        try:
            await work(errand)
        except Exception:  # A bug with one message must not hold the others up.
            incident = uuid4().hex[:8]
            log.exception("delivery_failed", delivery=errand.delivery.id, incident=incident)
            await asyncio.sleep(IDLE_S)
        finally:
            self._under_way.discard(errand.delivery.id)
            self.wake()

    async def _deliver(self, errand: Errand) -> None:
        delivery = errand.delivery
        try:
            if delivery.is_edit:
                await self._chat.edit(errand)
                receipt = delivery.receipt
            else:
                receipt = await self._chat.send(errand)
        except ChatError as error:
            await self._engine.change(self._outcome(errand, error))
            return
        except Exception:
            await self._engine.change(self._broken(delivery.id))
            raise
        self._broke.pop(delivery.id, None)
        self._note_edit(delivery)
        await self._engine.change(lambda use: use.deliveries.taken(delivery.id, receipt))

    def _broken(self, id_: DeliveryId) -> Callable[[UseCases], None]:
        """Return what is noted of a bug: one that comes again and again must not hold up others."""
        self._broke[id_] = self._broke.get(id_, 0) + 1
        if self._broke[id_] < BROKEN_MAX:
            return lambda use: use.deliveries.lost(id_, CUT_OFF)
        del self._broke[id_]
        return lambda use: use.deliveries.refused(id_, BROKEN)

    def _outcome(self, errand: Errand, error: ChatError) -> Callable[[UseCases], None]:
        """Return what is noted of a message that the platform did not take."""
        id_, why = errand.delivery.id, str(error)
        after = timedelta(seconds=error.after_s) if isinstance(error, Busy) else None
        receipt = error.receipt if isinstance(error, Unopened) else ""
        notes: Mapping[type[ChatError], Callable[[UseCases], None]] = {
            Busy: lambda use: use.deliveries.again(id_, why, after=after),
            Uncertain: lambda use: use.deliveries.lost(id_, why),
            Forbidden: lambda use: use.deliveries.blocked(id_, why, after=BLOCKED),
            Gone: lambda use: use.deliveries.refused(id_, why),
            Missing: lambda use: use.deliveries.missing(id_),
            Unopened: lambda use: use.deliveries.unopened(id_, receipt, why, after=BLOCKED),
            Expired: lambda use: use.deliveries.expired(id_, self._chat.instead(errand)),
        }
        return notes[type(error)]

    def _is_ripe(self, errand: Errand) -> bool:
        """Whether a doubt can be settled by now."""
        if self._is_repeatable(errand):
            return True
        tried_at = errand.delivery.claimed_at or errand.delivery.changed_at
        return (self._now - tried_at).total_seconds() >= self._chat.pace.settle_s

    def _is_repeatable(self, errand: Errand) -> bool:
        tried_at = errand.delivery.doubt_at or errand.delivery.changed_at
        return self._chat.is_repeatable(errand, tried_at, self._now)

    async def _settle(self, errand: Errand) -> None:
        id_ = errand.delivery.id
        # It may have been settled since it was seen.
        if not await self._engine.read(lambda use: use.deliveries.is_doubtful(id_)):
            return
        if self._is_repeatable(errand):
            why = "It may not have arrived."
            await self._engine.change(lambda use: use.deliveries.again(id_, why))
            return
        place = errand.delivery.conversation
        tried_at = errand.delivery.doubt_at or errand.delivery.changed_at
        since = tried_at - KNOWN
        known = await self._engine.read(lambda use: use.deliveries.receipts(place, since))
        try:
            found = await self._chat.find(errand, known)
        except Gone as error:
            why = str(error)
            await self._engine.change(lambda use: use.deliveries.refused(id_, why))
        except (Expired, Unopened) as error:
            await self._engine.change(self._outcome(errand, error))
        except Forbidden as error:
            why = str(error)
            await self._engine.change(lambda use: use.deliveries.hidden(id_, why, after=BLOCKED))
        except ChatError as error:
            # It stays in doubt; the next look asks again.
            log.info("doubt_stays", delivery=id_, why=str(error))
            await asyncio.sleep(IDLE_S)
        else:
            await self._engine.change(
                lambda use: (
                    use.deliveries.taken(id_, found) if found else use.deliveries.absent(id_)
                )
            )

    async def _delete(self, errand: Errand) -> None:
        try:
            await self._chat.delete(errand)
        except Gone:
            pass  # With the whole conversation.
        except ChatError as error:
            log.info("old_card_stays", delivery=errand.delivery.id, why=str(error))
            await asyncio.sleep(IDLE_S)
            return
        old = errand.delivery.old_receipt
        await self._engine.change(lambda use: use.deliveries.deleted(errand.delivery.id, old))

    @property
    def _now(self) -> datetime:
        return self._clock.now()
