"""What Discord still has of what was said."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import discord

from bot.delivery.chat import Gone, Missing
from bot.discord.places import PLATFORM, Place
from bot.discord.trouble import sorted_out
from bot.discord.words import Reader
from bot.hearing.past import Page
from bot.hearing.utterance import Mark, Utterance
from engine.api import Conversation

READ_LIMIT_S = 60.0
READ_MAX = 1000
"""Messages of one place in one go."""
LOOK_LIMIT_S = 20.0


@dataclass(frozen=True, slots=True)
class DiscordPast:
    """`Past` by the client of one connection."""

    client: discord.Client
    reader: Reader

    @property
    def platform(self) -> str:
        """Its name in conversations."""
        return PLATFORM

    def cursor_at(self, at: datetime) -> str:
        """Return the id that a message of that moment would have."""
        return str(discord.utils.time_snowflake(at))

    def mark(self, conversation: Conversation, id_: str) -> Mark:
        """Return which message this is: ids are the same nowhere else."""
        return Mark(id=id_, key=id_, conversation=conversation)

    async def read(self, conversation: Conversation, after: str, settled: datetime) -> Page:
        """Return what was said, with the cursor behind everybody's messages."""
        id_, behind = Place.of(conversation).id, discord.Object(int(after))
        async with sorted_out(f"channel {id_}", limit_s=READ_LIMIT_S):
            channel = await self._channel(id_)
            found = [
                message
                async for message in channel.history(
                    limit=READ_MAX, after=behind, oldest_first=True
                )
            ]
        newest = max((m.id for m in found if m.created_at < settled), default=0)
        said = [self.reader.read(message) for message in found]
        return Page(
            said=[one for one in said if one is not None],
            cursor=str(newest) if newest else "",
            is_last=len(found) < READ_MAX,
        )

    def together(self, conversation: Conversation) -> int:  # noqa: ARG002 - as of any platform
        """Return one: what is asked for by its id is there or deleted, however young it is."""
        return 1

    async def look(self, marks: Sequence[Mark]) -> Mapping[str, Utterance | None]:
        """Return messages as they are now."""
        found = {}
        for mark in marks:
            with suppress(Missing):
                found[mark.id] = await self._message(mark)
        return found

    async def _message(self, mark: Mark) -> Utterance | None:
        async with sorted_out(f"message {mark.id}", limit_s=LOOK_LIMIT_S):
            channel = await self._channel(Place.of(mark.conversation).id)
            return self.reader.read(await channel.fetch_message(int(mark.id)))

    async def _channel(self, id_: int) -> discord.abc.Messageable:
        """Return the channel as the library knows it: its messages then tell where they are."""
        known = self.client.get_channel(id_) or await self.client.fetch_channel(id_)
        if not isinstance(known, discord.abc.Messageable):
            raise Gone(f"Channel {id_} is one in which nobody can write.")
        return known


def cursor_name(conversation: Conversation) -> str:
    """Return the name of the bookmark that tells how far a place was read."""
    return f"read:{PLATFORM}:{conversation.thread or conversation.channel}"
