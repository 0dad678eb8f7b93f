"""What became of messages whose task still waits, while nobody listened."""

from collections.abc import Sequence
from dataclasses import dataclass

import discord
import structlog

from bot.delivery.chat import ChatError, Missing
from bot.discord.messages import Messages, is_ours
from bot.discord.origin import ID
from bot.discord.places import PLATFORM, Place
from bot.discord.trouble import sorted_out
from bot.hearing.hearing import KIND, MESSAGE, conversation_of
from bot.hearing.talk import made_by
from engine.api import Conversation, Engine, Received, TaskState, UseCases

log = structlog.get_logger()

LOOK_LIMIT_S = 20.0
HEARD_MAX = 2000
"""Newest things heard that are looked through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Looks anew at the messages of waiting tasks: they may be changed or deleted by now."""

    client: discord.Client
    engine: Engine
    messages: Messages

    async def look(self) -> None:
        """Change and drop tasks as their messages were; what cannot be told stays as it is."""
        for conversation, message in await self.engine.read(waiting):
            try:
                await self._look(conversation, message)
            except ChatError as error:
                log.info("change_unknown", message=message, why=str(error))

    async def _look(self, conversation: Conversation, message: int) -> None:
        place = Place.of(conversation)
        try:
            async with sorted_out(f"message {message}", limit_s=LOOK_LIMIT_S):
                channel = self.client.get_channel(place.id)
                channel = channel or await self.client.fetch_channel(place.id)
                if isinstance(channel, discord.abc.Messageable):
                    await self.messages.change(await channel.fetch_message(message))
        except Missing:
            await self.messages.drop(message, place.id, conversation)


def waiting(use: UseCases) -> Sequence[tuple[Conversation, int]]:
    """Return the messages on Discord whose task was not sent yet, with where they are."""
    if not any(is_ours(task.actor) for task in use.tasks.queued()):
        return []
    heard = [one for one in use.said.newest(limit=HEARD_MAX) if one.surface == PLATFORM]
    said = [one for one in heard if one.origin.get(KIND) == MESSAGE]
    return [(conversation_of(one), int(one.origin[ID])) for one in said if _waits(use, one)]


def _waits(use: UseCases, received: Received) -> bool:
    made = made_by(use, received)
    return made is not None and made[1].state is TaskState.QUEUED
