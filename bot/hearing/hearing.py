"""Kept first, then acknowledged, then done: once, wherever a crash falls."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import uuid4

import structlog

from bot.core.answer import Answer, Outcome
from bot.core.call import Call
from bot.core.message import Message
from bot.core.registry import Registry
from bot.core.voice import Voice
from bot.dispatch import Elsewhere, Heard, Then, answer, nowhere, said_of
from bot.hearing.haste import Haste
from bot.hearing.origin import IS_PUBLIC, IS_TYPED, KIND, MESSAGE, conversation_of
from bot.hearing.talk import SAY
from bot.views import call as views
from bot.views import errors
from engine.api import (
    Clock,
    Engine,
    InboxKey,
    NewDelivery,
    Notes,
    Priority,
    Received,
    Reply,
    UseCases,
)

log = structlog.get_logger()

STALE = timedelta(minutes=2)
"""After a crash, a command that is older is not run unasked: its moment is over."""
SWEEP_S = 30.0
"""Between two looks for what was kept and never done."""
ATTEMPTS_MAX = 2
"""Tries of a command that takes the process down with it."""
Bring: TypeAlias = Callable[[Heard], Awaitable[Heard]]
"""Fetches what came along with what was said, before it is done."""


async def nothing_to_bring(heard: Heard) -> Heard:
    """Return what was heard as it is."""
    return heard


@dataclass(frozen=True, slots=True)
class Hearing:
    """Does what people say on one platform."""

    engine: Engine
    registry: Registry
    voice: Voice
    clock: Clock
    wake: Callable[[], None]
    """Tells the pump that there is something to send."""
    bring: Bring = nothing_to_bring
    elsewhere: Elsewhere = nowhere
    _busy: set[InboxKey] = field(default_factory=set)
    """What is being done now, so that nobody else settles it."""
    _haste: Haste = field(default_factory=Haste)
    """Acknowledgements have a deadline, and all the rest has none."""

    async def hear(
        self,
        heard: Heard,
        acknowledge: Callable[[Received], Awaitable[bool]],
        notes: Notes | None = None,
    ) -> None:
        """Keep a command, let `acknowledge` tell its platform so, and then do it.

        What could not be acknowledged is not done; who asked is told so. Heard again, nothing
        happens. `notes` adds to what is kept of its origin.
        """
        with ExitStack() as pressing:
            pressing.enter_context(self._haste.pressing())
            received = await self.engine.receive(said_of(heard), notes)
            if received is None:
                return
            with self._busy_with(received):
                is_known = await acknowledge(received)
                pressing.close()
                await self._haste.give_way()
                await (self._do(received) if is_known else self._leave(received))

    async def keep(self, heard: Heard, notes: Notes | None = None) -> Received | None:
        """Keep a command, so that it can be acknowledged; none if it was heard before."""
        with self._haste.pressing():
            return await self.engine.receive(said_of(heard), notes)

    async def follow(self, received: Received) -> None:
        """Do a command that was kept, and acknowledged or on its way to be."""
        with self._busy_with(received):
            await self._haste.give_way()
            await self._do(received)

    async def listen(self, heard: Heard, said_at: datetime | None = None) -> Outcome:
        """Do what a plain message says, which nobody acknowledges; heard again, once.

        What is for a session has no age; anything else that was said long ago is not done unasked.
        """
        if said_at is not None and heard.call.path != SAY and self._is_stale(said_at):
            received = await self.engine.receive(said_of(heard))
            if received is not None:
                await self._leave(received)
            return Outcome.LEFT
        answered = await answer(self.engine, self.registry, heard, self._then(heard))
        self.wake()
        return answered.outcome

    async def refuse(self, heard: Heard) -> None:
        """Answer what could not be read as a call, before it is acknowledged."""
        await answer(self.engine, self.registry, heard, self._then(heard), is_first=True)
        self.wake()

    async def left(self) -> Sequence[Received]:
        """Return what has no answer; before anything is heard, that is what a crash has left."""
        return await self.engine.read(lambda use: use.said.unanswered(self.voice.platform))

    async def settle(
        self,
        left: Sequence[Received],
        was_acknowledged: Callable[[Received], Awaitable[bool]],
    ) -> None:
        """Settle some of what a crash has left, in the order it was said.

        All are asked about at once: each may take seconds, and people wait. One that fails keeps no
        other from it, and is tried again.
        """
        with self._busy_with(*left) as mine:
            async with asyncio.TaskGroup() as tasks:
                known = [tasks.create_task(_asked(was_acknowledged, one)) for one in mine]
                for received, is_known in zip(mine, known, strict=True):
                    await self._settle_alone(received, is_known=await is_known)

    async def sweep(self, was_acknowledged: Callable[[Received], Awaitable[bool]]) -> None:
        """Settle, until cancelled, what was kept and then failed in this very process."""
        while True:
            await asyncio.sleep(SWEEP_S)
            due_at = self.clock.now() - timedelta(seconds=SWEEP_S)
            left = [received for received in await self.left() if received.received_at < due_at]
            await self.settle(left, was_acknowledged)

    @contextmanager
    def _busy_with(self, *all_: Received) -> Iterator[Sequence[Received]]:
        """Keep others from doing them meanwhile; yield those that nobody else does already."""
        mine = [received for received in all_ if received.key not in self._busy]
        self._busy.update(received.key for received in mine)
        try:
            yield mine
        finally:
            self._busy.difference_update(received.key for received in mine)

    def _is_stale(self, at: datetime) -> bool:
        return self.clock.now() - at > STALE

    async def _settle_alone(self, received: Received, *, is_known: bool | None) -> None:
        if is_known is None:
            return
        try:
            await self._settle(received, is_known=is_known)
        except Exception:  # The others must not wait for this one.
            incident = uuid4().hex[:8]
            log.exception("settling_failed", path=received.path, incident=incident)

    async def _settle(self, received: Received, *, is_known: bool) -> None:
        if not is_known or self._is_stale(received.received_at):
            await self._leave(received, in_answer=is_known)
        elif received.attempts >= ATTEMPTS_MAX:
            await self._give_up(received)
        else:
            await self._do(await self.engine.change(lambda use: use.said.tried(received.key)))

    async def _do(self, received: Received) -> None:
        # Other platforms are asked only now: an acknowledgement could not wait for them.
        elsewhere = await self.elsewhere(received.actor)
        heard = await self.bring(replace(heard_of(received), elsewhere=elsewhere))
        await answer(self.engine, self.registry, heard, self._then(heard))
        self.wake()

    async def _leave(self, received: Received, *, in_answer: bool = False) -> None:
        """Do nothing of it, and say so where it was asked for, with a way to run it after all.

        Whoever was told that it was heard waits for an answer, so that is their answer.
        """
        message = views.not_run(received.path, received.number)
        await self._end(
            received,
            message,
            Outcome.LEFT,
            NewDelivery(
                conversation=conversation_of(received),
                draft=self.voice.draft(message),
                priority=Priority.ANSWER,
                answers=received.key if in_answer else None,
            ),
        )

    async def _give_up(self, received: Received) -> None:
        incident = uuid4().hex[:8]
        log.error("command_gave_up", path=received.path, incident=incident)
        message = errors.broken(incident)
        await self._end(
            received,
            message,
            Outcome.BROKEN,
            NewDelivery(
                conversation=conversation_of(received),
                draft=self.voice.draft(message),
                priority=Priority.ANSWER,
                answers=received.key,
            ),
        )

    async def _end(
        self, received: Received, message: Message, outcome: Outcome, told: NewDelivery
    ) -> None:
        def end(use: UseCases) -> Reply:
            use.deliveries.add(told)
            return Reply(Answer(message, outcome, use.views.head()).encode(), outcome)

        await self.engine.perform(said_of(heard_of(received)), end)
        self.wake()

    def _then(self, heard: Heard) -> Then:
        """Put the answer on its way in the transaction of what was done."""

        def send(use: UseCases, answered: Answer) -> None:
            received = use.said.find(said_of(heard).key)
            if received is None:
                raise AssertionError("what is answered was kept")
            message = self._shown(received, answered)
            if message is not None:
                use.deliveries.add(
                    NewDelivery(
                        conversation=heard.conversation,
                        draft=self.voice.draft(message),
                        priority=Priority.ANSWER,
                        answers=received.key,
                    )
                )

        return send

    def _shown(self, received: Received, answered: Answer) -> Message | None:
        """Return what is shown: a refusal in private, and plain words by what they cause."""
        is_done = answered.outcome is Outcome.DONE
        if received.origin.get(KIND) == MESSAGE:
            is_quiet = is_done and not _answers_itself(received, self.registry)
            return None if is_quiet else self._in_public(received, answered)
        if is_done or received.origin.get(IS_PUBLIC) != "yes":
            return answered.message
        return views.hidden(received.path, received.number, is_done=is_done)

    def _in_public(self, received: Received, answered: Answer) -> Message:
        is_done = answered.outcome is Outcome.DONE
        if is_done and self._is_public(received.path):
            return answered.message
        return views.hidden(received.path, received.number, is_done=is_done)

    def _is_public(self, path: str) -> bool:
        return path in self.registry and self.registry.find(path).public


async def _asked(
    was_acknowledged: Callable[[Received], Awaitable[bool]], received: Received
) -> bool | None:
    """Return whether it was acknowledged; none if that could not be asked."""
    try:
        return await was_acknowledged(received)
    except Exception:  # The others must not wait for this one.
        incident = uuid4().hex[:8]
        log.exception("settling_failed", path=received.path, incident=incident)
        return None


def _answers_itself(received: Received, registry: Registry) -> bool:
    """Whether plain words were a typed command, whose answer is wanted."""
    return received.origin.get(IS_TYPED) == "yes" and received.path in registry


def heard_of(received: Received) -> Heard:
    """Return what was kept, as it was heard."""
    return Heard(
        key=received.key.removeprefix(f"{received.actor}/"),
        actor=received.actor,
        conversation=conversation_of(received),
        is_local=False,
        call=Call(received.path, received.values),
        origin=received.origin,
        groups=received.groups,
    )
