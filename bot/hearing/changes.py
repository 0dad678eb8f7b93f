"""What became of messages whose task still waits, while nobody listened."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from uuid import uuid4

import structlog

from bot.delivery.chat import Busy, ChatError, Forbidden, Gone
from bot.hearing.messages import Messages
from bot.hearing.origin import ID, KIND, MESSAGE, conversation_of
from bot.hearing.past import Past
from bot.hearing.talk import task_made_by
from bot.hearing.utterance import Mark, Utterance
from engine.api import Clock, Engine, Unavailable, UseCases

log = structlog.get_logger()

BEFORE = timedelta(minutes=10)
"""A task may be made so long after its message was heard."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message whose task was not sent yet."""

    mark: Mark
    heard_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Looks anew at the messages of waiting tasks: they may be changed or deleted by now."""

    engine: Engine
    past: Past
    messages: Messages
    clock: Clock

    async def go_round(self) -> bool:
        """Change and drop tasks as their messages were; return whether each could be looked at."""
        found = await self.engine.read(lambda use: waiting(use, self.past))
        return all([await self._look(some) for some in together(self.past, found)])

    async def _look(self, some: Sequence[Waiting]) -> bool:
        """Look at neighbours; return whether it is known what became of each."""
        shown = self.clock.now() - self.past.shown_after
        try:
            found = await self._found([one.mark for one in some])
        except (ChatError, Unavailable) as error:
            return _is_final(error, some)
        return all([await self._follow(one, found, shown) for one in some])

    async def _found(self, marks: Sequence[Mark]) -> Mapping[str, Utterance | None]:
        while True:
            try:
                return await self.past.look(marks)
            except Busy as error:
                await asyncio.sleep(error.after_s)

    async def _follow(
        self, one: Waiting, found: Mapping[str, Utterance | None], shown: datetime
    ) -> bool:
        """Do what was done to a message; return whether it is known, once it had to be `shown`."""
        id_ = one.mark.id
        said = found.get(id_)
        try:
            if said is not None:
                await self.messages.change(said)
            elif id_ not in found and one.heard_at < shown:
                await self.messages.drop(one.mark)
        except (ChatError, Unavailable) as error:
            return _is_final(error, [one])
        except Exception:  # A bug with one message must not keep the others from being looked at.
            incident = uuid4().hex[:8]
            log.exception("change_failed", message=id_, incident=incident)
        return id_ in found or one.heard_at < shown


def _is_final(error: Exception, some: Sequence[Waiting]) -> bool:
    """Whether it will not be known later either: it is not for us to see, or not there any more."""
    log.info("changes_unknown", message=some[0].mark.id, count=len(some), why=str(error))
    return isinstance(error, (Forbidden, Gone))


def waiting(use: UseCases, past: Past) -> Sequence[Waiting]:
    """Return the messages on a platform whose task was not sent yet, oldest first."""
    tasks = [t for t in use.tasks.queued() if t.actor.startswith(f"{past.platform}:")]
    if not tasks:
        return []
    since = min(task.created_at for task in tasks) - BEFORE
    said = [r for r in use.said.done_since(past.platform, since) if r.origin.get(KIND) == MESSAGE]
    names = {f"{use.telling.session(task.session).name}.{task.number}" for task in tasks}
    return [
        Waiting(past.mark(conversation_of(one), one.origin[ID]), one.received_at)
        for one in said
        if task_made_by(one) in names
    ]


def together(past: Past, found: Sequence[Waiting]) -> Iterator[Sequence[Waiting]]:
    """Yield what can be asked about at once: neighbours in one place, in their order."""
    by_place = sorted(found, key=_place)  # Stable, so that each place keeps its order.
    for _, group in groupby(by_place, key=_place):
        there = list(group)
        size = past.together(there[0].mark.conversation)
        for start in range(0, len(there), size):
            yield there[start : start + size]


def _place(one: Waiting) -> tuple[str, str, str]:
    place = one.mark.conversation
    return place.space, place.channel, place.thread
