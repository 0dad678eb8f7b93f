"""Plain messages: what is said in a session's thread, to us, or with a `!` before it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import discord

from bot.core.answer import Outcome
from bot.core.call import Call
from bot.core.option import Attachment
from bot.core.registry import Registry
from bot.discord.asking import Asking
from bot.discord.cursors import Cursors
from bot.discord.downloads import Downloads, safe_name
from bot.discord.members import Members
from bot.discord.origin import of_message
from bot.discord.places import PLATFORM, actor_of, conversation_in
from bot.discord.trouble import NETWORK
from bot.discord.work import Work
from bot.dispatch import Heard, said_of
from bot.hearing.hearing import Hearing
from bot.hearing.talk import Reading, Words, deleted, edited, read_words
from bot.hearing.turns import Turns
from engine.api import (
    ActorId,
    Conversation,
    Engine,
    InboxKey,
    InvalidInput,
    Unavailable,
    UseCases,
)

SIGN = "👀"
SIGN_LIMIT_S = 20.0
OF_PEOPLE = frozenset({discord.MessageType.default, discord.MessageType.reply})


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages:
    """Turns messages into calls, once each, however often they are told or read."""

    client: discord.Client
    engine: Engine
    registry: Registry
    hearing: Hearing
    asking: Asking
    downloads: Downloads
    members: Members
    cursors: Cursors
    turns: Turns
    work: Work

    async def hear(self, message: discord.Message) -> None:
        """Do what a message asks for, unless that was done.

        Raises:
            Unavailable: Discord did not tell who asks; it is to be heard again.
        """
        conversation = self._conversation(message)
        if conversation is None:
            return
        async with self.turns.of(message.channel.id):
            heard, reading = await self._read(message, conversation) or (None, None)
            if heard is None or reading is None:
                return
            outcome = await self.hearing.listen(heard, message.created_at)
        if outcome is Outcome.DONE and not reading.is_typed:
            self.work.begin(_sign, message)

    async def change(self, message: discord.Message) -> None:
        """Change the task that a message made, as long as it was not sent."""
        conversation, at = self._conversation(message), message.edited_at
        if conversation is None or at is None:
            return
        words = self._words(message, conversation)
        made = key_of(actor_of(message.author), message.id)
        async with self.turns.of(message.channel.id):
            call = await self.engine.read(lambda use: edited(use, self.registry, made, words))
            if call is not None:
                await self._retell(message, conversation, call, at)

    async def drop(self, message: int, place: int, conversation: Conversation) -> None:
        """Drop the task that a deleted message made, as long as it was not sent."""

        def find(use: UseCases) -> tuple[ActorId, Call] | None:
            for actor in {task.actor for task in use.tasks.queued() if is_ours(task.actor)}:
                call = deleted(use, key_of(actor, message))
                if call is not None:
                    return actor, call
            return None

        async with self.turns.of(place):
            found = await self.engine.read(find)
            if found is not None:
                actor, call = found
                # Who deleted it is not told: whoever may delete may drop what they deleted.
                heard = _heard(f"delete:{message}", actor, conversation, call)
                space, user = int(conversation.space), int(actor.removeprefix(f"{PLATFORM}:"))
                groups = await self.members.groups_by_id(user, space)
                origin = of_message(message, conversation, is_typed=False)
                await self.hearing.listen(replace(heard, groups=groups, origin=origin))

    async def _read(
        self, message: discord.Message, conversation: Conversation
    ) -> tuple[Heard, Reading] | None:
        """Return what a message asks for; none if nothing, or if it was done."""
        actor, words = actor_of(message.author), self._words(message, conversation)
        reading = await self.engine.read(lambda use: self._fresh(use, message, words))
        if reading is None:
            return None
        await self.cursors.begin(conversation, message.id)
        heard = replace(
            _heard(f"message:{message.id}", actor, conversation, reading.call),
            failed=reading.failed,
            groups=await self.members.groups(message.author, int(conversation.space)),
            origin=of_message(
                message.id,
                conversation,
                is_typed=reading.is_typed,
                speaker=message.author.display_name,
            ),
        )
        if not message.attachments or await self.asking.refusal(heard) is not None:
            return heard, reading
        return await self._with_files(heard, words, message.attachments) or (heard, reading)

    def _fresh(self, use: UseCases, message: discord.Message, words: Words) -> Reading | None:
        said = use.said.find(key_of(actor_of(message.author), message.id))
        if said is not None and said.answer is not None:
            return None
        return read_words(use, self.registry, words)

    async def _with_files(
        self, heard: Heard, words: Words, attachments: Sequence[discord.Attachment]
    ) -> tuple[Heard, Reading] | None:
        try:
            files = [
                Attachment(await self.downloads.fetch(file.url), safe_name(file.filename))
                for file in attachments
            ]
        except (InvalidInput, Unavailable) as error:
            failed = InvalidInput(str(error))
            return replace(heard, failed=failed), Reading(call=heard.call, failed=failed)
        full = replace(words, files=tuple(files))
        reading = await self.engine.read(lambda use: read_words(use, self.registry, full))
        return (
            (replace(heard, call=reading.call, failed=reading.failed), reading) if reading else None
        )

    async def _retell(
        self, message: discord.Message, conversation: Conversation, call: Call, at: datetime
    ) -> None:
        heard = replace(
            _heard(
                f"edit:{message.id}:{at.isoformat()}", actor_of(message.author), conversation, call
            ),
            groups=await self.members.groups(message.author, int(conversation.space)),
            origin=of_message(
                message.id,
                conversation,
                is_typed=False,
                speaker=message.author.display_name,
            ),
        )
        await self.hearing.listen(heard)

    def _words(self, message: discord.Message, conversation: Conversation) -> Words:
        mentions = self._mentions(message)
        text = message.content
        for mention in mentions:
            text = text.replace(mention, "", 1)
        return Words(
            text=text.strip(),
            conversation=conversation,
            is_mentioned=any(mention in message.content for mention in mentions),
        )

    def _mentions(self, message: discord.Message) -> list[str]:
        """Return how we are mentioned: by our id, or by the role that bears our name."""
        me = self.client.user.id if self.client.user else 0
        role = message.guild.self_role if message.guild else None
        return [f"<@{me}>", f"<@!{me}>", *([role.mention] if role else [])]

    def _conversation(self, message: discord.Message) -> Conversation | None:
        """Return where people speak to us; none if it is no person, or nowhere we listen."""
        is_person = not message.author.bot and message.webhook_id is None
        if not is_person or message.type not in OF_PEOPLE or message.guild is None:
            return None
        return conversation_in(message.guild.id, message.channel)


def is_ours(actor: ActorId) -> bool:
    """Whether somebody speaks to us on Discord."""
    return actor.startswith(f"{PLATFORM}:")


def key_of(actor: ActorId, message: int) -> InboxKey:
    """Return what a message of somebody is kept under."""
    place = Conversation(PLATFORM, "", "", "")
    return said_of(_heard(f"message:{message}", actor, place, Call(""))).key


def _heard(key: str, actor: ActorId, conversation: Conversation, call: Call) -> Heard:
    return Heard(key=key, actor=actor, conversation=conversation, is_local=False, call=call)


async def _sign(message: discord.Message) -> None:
    """Show that a message was taken; where that cannot be shown, nothing else changes."""
    try:
        async with asyncio.timeout(SIGN_LIMIT_S):
            await message.add_reaction(SIGN)
    except (discord.HTTPException, *NETWORK):
        return
