"""What became of messages whose task still waits, while nobody listened."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

import structlog

from bot.delivery.chat import Busy, ChatError, Forbidden, Gone, Missing
from bot.hearing.messages import Messages
from bot.hearing.origin import ID, KIND, MESSAGE, conversation_of
from bot.hearing.past import Past
from bot.hearing.talk import made_by
from bot.hearing.utterance import Mark, Utterance
from engine.api import Conversation, Engine, Received, TaskState, Unavailable, UseCases

log = structlog.get_logger()

HEARD_MAX = 2000
"""Newest things heard that are looked through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Looks anew at the messages of waiting tasks: they may be changed or deleted by now."""

    engine: Engine
    past: Past
    messages: Messages

    async def go_round(self) -> bool:
        """Change and drop tasks as their messages were; return whether each could be looked at."""
        platform = self.past.platform
        marks = await self.engine.read(lambda use: waiting(use, platform))
        return all([await self._look(self.past.mark(*mark)) for mark in marks])

    async def _look(self, mark: Mark) -> bool:
        """Look at one message; return whether it could be looked at for now."""
        try:
            await self._follow(mark)
        except (ChatError, Unavailable) as error:
            log.info("change_unknown", message=mark.id, why=str(error))
            # What is not there any more, or not for us to see, will not tell later either.
            return isinstance(error, (Forbidden, Gone))
        except Exception:  # A bug with one message must not keep the others from being looked at.
            incident = uuid4().hex[:8]
            log.exception("change_failed", message=mark.id, incident=incident)
        return True

    async def _follow(self, mark: Mark) -> None:
        try:
            said = await self._fetch(mark)
        except Missing:
            await self.messages.drop(mark)
        else:
            if said is not None:
                await self.messages.change(said)

    async def _fetch(self, mark: Mark) -> Utterance | None:
        while True:
            try:
                return await self.past.fetch(mark)
            except Busy as error:
                await asyncio.sleep(error.after_s)


def waiting(use: UseCases, platform: str) -> Sequence[tuple[Conversation, str]]:
    """Return the messages on a platform whose task was not sent yet, with where they are."""
    if not any(task.actor.startswith(f"{platform}:") for task in use.tasks.queued()):
        return []
    heard = [one for one in use.said.newest(limit=HEARD_MAX) if one.surface == platform]
    said = [one for one in heard if one.origin.get(KIND) == MESSAGE]
    return [(conversation_of(one), one.origin[ID]) for one in said if _waits(use, one)]


def _waits(use: UseCases, received: Received) -> bool:
    made = made_by(use, received)
    return made is not None and made[1].state is TaskState.QUEUED
