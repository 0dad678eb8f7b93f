"""Messages of Discord as what a person said."""

from dataclasses import dataclass

import discord

from bot.discord.places import actor_of, conversation_in, groups_of
from bot.hearing.utterance import Mark, Upload, Utterance
from engine.api import Conversation

OF_PEOPLE = frozenset({discord.MessageType.default, discord.MessageType.reply})


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads messages as the client of one connection has them."""

    client: discord.Client

    def read(self, message: discord.Message) -> Utterance | None:
        """Return what a person said where we listen; none if it is something else."""
        conversation = _conversation(message)
        if conversation is None:
            return None
        author, edited_at = message.author, message.edited_at
        text, is_mentioned = self._words(message)
        return Utterance(
            mark=Mark(id=str(message.id), key=str(message.id), conversation=conversation),
            actor=actor_of(author),
            speaker=author.display_name,
            groups=groups_of(author) if isinstance(author, discord.Member) else None,
            text=text,
            is_mentioned=is_mentioned,
            uploads=tuple(Upload(url=f.url, name=f.filename) for f in message.attachments),
            said_at=message.created_at,
            edit=edited_at.isoformat() if edited_at else "",
        )

    def _words(self, message: discord.Message) -> tuple[str, bool]:
        mentions = self._mentions(message)
        text = message.content
        for mention in mentions:
            text = text.replace(mention, "", 1)
        return text.strip(), any(mention in message.content for mention in mentions)

    def _mentions(self, message: discord.Message) -> list[str]:
        """Return how we are mentioned: by our id, or by the role that bears our name."""
        me = self.client.user.id if self.client.user else 0
        role = message.guild.self_role if message.guild else None
        return [f"<@{me}>", f"<@!{me}>", *([role.mention] if role else [])]


def _conversation(message: discord.Message) -> Conversation | None:
    """Return where people speak to us; none if it is no person, or nowhere we listen."""
    is_person = not message.author.bot and message.webhook_id is None
    if not is_person or message.type not in OF_PEOPLE or message.guild is None:
        return None
    return conversation_in(message.guild.id, message.channel)
