"""What became of messages whose task still waits, while nobody listened."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import structlog

from bot.delivery.chat import Busy, ChatError, Forbidden, Gone
from bot.hearing.messages import Messages
from bot.hearing.origin import ID, KIND, MESSAGE, conversation_of
from bot.hearing.past import Past
from bot.hearing.talk import task_made_by
from bot.hearing.utterance import Mark, Utterance
from engine.api import Conversation, Engine, Unavailable, UseCases

log = structlog.get_logger()

BEFORE = timedelta(minutes=10)
"""A task may be made so long after its message was heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Looks anew at the messages of waiting tasks: they may be changed or deleted by now."""

    engine: Engine
    past: Past
    messages: Messages

    async def go_round(self) -> bool:
        """Change and drop tasks as their messages were; return whether each could be looked at."""
        marks = await self.engine.read(lambda use: waiting(use, self.past))
        return all([await self._look(some) for some in neighbours(self.past, marks)])

    async def _look(self, marks: Sequence[Mark]) -> bool:
        """Look at neighbours; return whether all could be looked at for now."""
        try:
            found = await self._found(marks)
        except Exception as error:  # noqa: BLE001 - the other places must be looked at as well
            return _is_final(error, marks)
        return all([await self._follow(mark, found) for mark in marks])

    async def _found(self, marks: Sequence[Mark]) -> Mapping[str, Utterance | None]:
        while True:
            try:
                return await self.past.look(marks)
            except Busy as error:
                await asyncio.sleep(error.after_s)

    async def _follow(self, mark: Mark, found: Mapping[str, Utterance | None]) -> bool:
        """Do what was done to a message; return whether that went well, for now."""
        try:
            if mark.id not in found:
                await self.messages.drop(mark)
            elif (said := found[mark.id]) is not None:
                await self.messages.change(said)
        except Exception as error:  # noqa: BLE001 - the other messages must be looked at as well
            return _is_final(error, [mark])
        return True


def _is_final(error: Exception, marks: Sequence[Mark]) -> bool:
    """Note what went wrong; return whether asking again soon would come to the same."""
    if isinstance(error, (ChatError, Unavailable)):
        log.info("changes_unknown", message=marks[0].id, count=len(marks), why=str(error))
        # What is not there any more, or not for us to see, will not tell later either.
        return isinstance(error, (Forbidden, Gone))
    incident = uuid4().hex[:8]
    log.error("changes_failed", message=marks[0].id, incident=incident, exc_info=error)
    return True


def waiting(use: UseCases, past: Past) -> Sequence[Mark]:
    """Return the messages on a platform whose task was not sent yet, oldest first."""
    tasks = [t for t in use.tasks.queued() if t.actor.startswith(f"{past.platform}:")]
    if not tasks:
        return []
    since = min(task.created_at for task in tasks) - BEFORE
    said = [r for r in use.said.done_since(past.platform, since) if r.origin.get(KIND) == MESSAGE]
    names = {f"{use.telling.session(task.session).name}.{task.number}" for task in tasks}
    return [
        past.mark(conversation_of(one), one.origin[ID])
        for one in said
        if task_made_by(one) in names
    ]


def neighbours(past: Past, marks: Sequence[Mark]) -> Iterator[Sequence[Mark]]:
    """Yield what can be asked about at once, in its order."""
    places: dict[Conversation, list[Mark]] = {}
    for mark in marks:
        places.setdefault(mark.conversation, []).append(mark)
    for place, there in places.items():
        size = past.together(place)
        for start in range(0, len(there), size):
            yield there[start : start + size]
