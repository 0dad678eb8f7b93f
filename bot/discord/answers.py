"""Answers, where the question was asked: in place of "thinking", or as a reply."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import discord

from bot.discord.origin import APPLICATION, INTERACTION, TOKEN
from bot.discord.outgoing import Outgoing
from bot.discord.places import Place
from bot.hearing.origin import ID, KIND, MESSAGE
from engine.api import Errand

ORIGINAL = "@original"
"""Discord's word for the first answer to an interaction, in place of its id."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The first answer to each interaction. It needs no permission, only the token."""

    client: discord.Client

    async def give(
        self, origin: Mapping[str, str], parts: Outgoing, files: Sequence[discord.File]
    ) -> str:
        """Answer what was acknowledged; again, it is the same answer. Return its id."""
        message = await self._hook(origin).edit_message(
            ORIGINAL,  # type: ignore[call-overload] # the library knows only ids
            content=parts.content,
            embeds=parts.embeds,
            attachments=files,
            view=parts.view,
            allowed_mentions=parts.mentions,
        )
        return str(message.id)

    async def is_there(self, origin: Mapping[str, str]) -> bool:
        """Whether it was acknowledged, so that there is something to answer in."""
        try:
            await self._hook(origin).fetch_message(ORIGINAL)  # type: ignore[arg-type] # see above
        except discord.NotFound:
            return False
        return True

    def _hook(self, origin: Mapping[str, str]) -> discord.Webhook:
        return discord.Webhook.partial(int(origin[APPLICATION]), origin[TOKEN], client=self.client)


def is_interaction(errand: Errand) -> bool:
    """Whether it answers an interaction."""
    return errand.origin.get(KIND) == INTERACTION


def replied_to(errand: Errand) -> discord.MessageReference | None:
    """Return the message that it replies to, if it answers one."""
    if errand.origin.get(KIND) != MESSAGE:
        return None
    place = Place.of(errand.delivery.conversation)
    return discord.MessageReference(
        message_id=int(errand.origin[ID]),
        channel_id=place.id,
        guild_id=place.guild,
        fail_if_not_exists=False,
    )
