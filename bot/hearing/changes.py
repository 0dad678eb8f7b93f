"""What became of messages whose task still waits, while nobody listened."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from bot.delivery.chat import Busy, ChatError, Missing
from bot.hearing.messages import Messages
from bot.hearing.origin import ID, KIND, MESSAGE, conversation_of
from bot.hearing.past import Past
from bot.hearing.talk import made_by
from bot.hearing.utterance import Mark, Utterance
from engine.api import Conversation, Engine, Received, TaskState, UseCases

log = structlog.get_logger()

HEARD_MAX = 2000
"""Newest things heard that are looked through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Looks anew at the messages of waiting tasks: they may be changed or deleted by now."""

    engine: Engine
    past: Past
    messages: Messages

    async def look(self) -> None:
        """Change and drop tasks as their messages were; what cannot be told stays as it is."""
        platform = self.past.platform
        for conversation, message in await self.engine.read(lambda use: waiting(use, platform)):
            try:
                await self._look(self.past.mark(conversation, message))
            except ChatError as error:
                log.info("change_unknown", message=message, why=str(error))

    async def _look(self, mark: Mark) -> None:
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
