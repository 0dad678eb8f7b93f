"""Discord as the pump needs it: send, look, edit, delete."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import discord

from bot.delivery.budget import Cost
from bot.delivery.chat import ChatError, Expired, Missing, Pace, Uncertain, Unopened
from bot.discord.answers import Answers, is_interaction, replied_to
from bot.discord.draft import Draft
from bot.discord.opening import thread_name_of
from bot.discord.outgoing import Outgoing, files_of, outgoing
from bot.discord.places import PLATFORM, Place
from bot.discord.sameness import is_of
from bot.discord.trouble import THREAD_IS_THERE, sorted_out
from bot.discord.voice import Voice
from bot.views import call as views
from engine.api import Clock, Errand, Files

RESEND = timedelta(seconds=100)
"""For so long Discord surely knows the name that a message was sent under."""
SETTLE_S = 130.0
REPOST_S = 50 * 60.0
EDIT_GAP_S = 2.5
LIMIT_S = 30.0
"""Of one message; with files it may be slow."""
LOOK_LIMIT_S = 60.0
LOOK_BACK = timedelta(minutes=5)
"""How far clocks, ours and Discord's, may be apart."""
LOOK_MAX = 2000
"""Messages that are read to find one."""
ARCHIVE_MINUTES: Final = 10080
"""A week."""
PER_CHANNEL, PER_CHANNEL_S = 5, 5.0
GLOBAL, GLOBAL_S = 45, 1.0
"""Discord's own limit is 50; the others are for what is read and for signs."""


@dataclass(frozen=True, slots=True)
class DiscordChat:
    """`Chat` by the client of one connection."""

    client: discord.Client
    files: Files
    clock: Clock

    @property
    def platform(self) -> str:
        """Its name in conversations."""
        return PLATFORM

    @property
    def pace(self) -> Pace:
        """What its messages have to keep to."""
        return Pace(settle_s=SETTLE_S, repost_s=REPOST_S, edit_gap_s=EDIT_GAP_S)

    def costs(self, errand: Errand) -> Sequence[Cost]:
        """Return what it takes: answers to interactions are counted nowhere."""
        if is_interaction(errand):
            return ()
        what = "edit" if errand.delivery.is_edit else "create"
        return (
            Cost(f"{what}:{self._place(errand).id}", PER_CHANNEL, PER_CHANNEL_S),
            Cost("global", GLOBAL, GLOBAL_S),
        )

    async def send(self, errand: Errand) -> str:
        """Answer, or post; with the thread that hangs on it, if it opens one."""
        draft = Draft.decode(errand.delivery.tried)
        if is_interaction(errand):
            return await self._answer(errand, draft)
        receipt = await self._post(errand, draft)
        await self._opened(errand, receipt)
        return receipt

    def is_repeatable(self, errand: Errand, tried_at: datetime, now: datetime) -> bool:
        """Whether it is an answer, which is an edit, or Discord still knows its name."""
        return is_interaction(errand) or now - tried_at < RESEND

    async def edit(self, errand: Errand) -> None:
        """Replace the message, its buttons and its files."""
        draft = Draft.decode(errand.delivery.tried)
        parts = outgoing(draft)
        message = self._message(errand, errand.delivery.receipt)
        async with sorted_out(self._where(errand), limit_s=LIMIT_S):
            await message.edit(
                content=parts.content,
                embeds=parts.embeds,
                view=parts.view,
                attachments=await files_of(draft, self.files),
                allowed_mentions=parts.mentions,
            )
        if errand.delivery.lacks_thread:
            await self._opened(errand, errand.delivery.receipt)

    async def find(self, errand: Errand, known: Collection[str]) -> str | None:
        """Read what was posted there since, and compare."""
        if is_interaction(errand):
            return None
        async with sorted_out(self._where(errand), limit_s=LOOK_LIMIT_S):
            receipt = await self._found(errand, known)
        if receipt is not None:
            await self._opened(errand, receipt)
        return receipt

    async def delete(self, errand: Errand) -> None:
        """Delete the message that the present one has replaced."""
        try:
            async with sorted_out(self._where(errand), limit_s=LIMIT_S):
                await self._message(errand, errand.delivery.old_receipt).delete()
        except Missing:
            return

    def instead(self, errand: Errand) -> str | None:
        """Return a line that says nothing of the answer, with a button that shows it."""
        said = errand.said
        if said is None:
            return None
        line = views.hidden(said.path, said.number, is_done=said.outcome == "done")
        return Voice().draft(line)

    async def _answer(self, errand: Errand, draft: Draft) -> str:
        parts = outgoing(draft)
        try:
            async with sorted_out(self._where(errand), limit_s=LIMIT_S):
                files = await files_of(draft, self.files)
                return await Answers(self.client).give(errand.origin, parts, files)
        except Missing as error:
            raise Expired("Somebody has deleted what was to be answered.") from error

    async def _post(self, errand: Errand, draft: Draft) -> str:
        parts = outgoing(draft)
        place = self._place(errand)
        async with sorted_out(self._where(errand), limit_s=LIMIT_S):
            message = await place.among(self.client).send(
                content=parts.content,
                embeds=parts.embeds,
                files=await files_of(draft, self.files),
                allowed_mentions=parts.mentions,
                suppress_embeds=parts.is_without_previews,
                nonce=f"{errand.delivery.id}{errand.delivery.posting}",
                **_further(parts, replied_to(errand)),
            )
        return str(message.id)

    async def _opened(self, errand: Errand, receipt: str) -> None:
        """Open the thread of an anchor; that the anchor itself is there is never forgotten."""
        try:
            await self._open_thread(errand, receipt)
        except Uncertain:
            raise
        except ChatError as error:
            raise Unopened(str(error), receipt=receipt) from error

    async def _open_thread(self, errand: Errand, receipt: str) -> None:
        """Make the thread that hangs on a message; one that is there already is as good."""
        if errand.delivery.opens is None:
            return
        name = thread_name_of(errand.delivery.tried)
        async with sorted_out(self._where(errand), limit_s=LIMIT_S):
            message = self._message(errand, receipt)
            if message.guild is None:
                raise Uncertain("Discord has not told of its servers yet.")
            try:
                await message.create_thread(name=name, auto_archive_duration=ARCHIVE_MINUTES)
            except discord.HTTPException as error:
                if error.code != THREAD_IS_THERE:
                    raise

    async def _found(self, errand: Errand, known: Collection[str]) -> str | None:
        draft = Draft.decode(errand.delivery.tried)
        after = discord.Object(self._read_from(errand, known))
        channel = self._place(errand).among(self.client)
        async for message in channel.history(limit=LOOK_MAX, after=after, oldest_first=True):
            is_ours = self.client.user is not None and message.author.id == self.client.user.id
            if is_ours and str(message.id) not in known and is_of(message, draft):
                return str(message.id)
        return None

    def _read_from(self, errand: Errand, known: Collection[str]) -> int:
        """Return the newest message of ours that surely is older than the one looked for."""
        tried_at = errand.delivery.claimed_at or errand.delivery.changed_at
        latest = discord.utils.time_snowflake(tried_at - LOOK_BACK)
        return max((int(id_) for id_ in known if int(id_) < latest), default=latest)

    def _place(self, errand: Errand) -> Place:
        """Return where it goes; what opens a thread stands beside it and not in it."""
        conversation = errand.delivery.conversation
        if errand.delivery.opens is not None:
            return Place(int(conversation.space), int(conversation.channel))
        return Place.of(conversation, errand.thread)

    def _message(self, errand: Errand, receipt: str) -> discord.PartialMessage:
        return self._place(errand).among(self.client).get_partial_message(int(receipt))

    def _where(self, errand: Errand) -> str:
        place = self._place(errand)
        name = getattr(self.client.get_channel(place.id), "name", "")
        # The library forgets a thread that is archived, and so its name.
        kind = "channel" if str(place.id) == errand.delivery.conversation.channel else "thread"
        return f"{kind} {place.id} (#{name})" if name else f"{kind} {place.id}"


def _further(parts: Outgoing, reference: discord.MessageReference | None) -> dict[str, Any]:
    """Return what the library takes only if it is there."""
    further: dict[str, Any] = {}
    if parts.view is not None:
        further["view"] = parts.view
    if reference is not None:
        further |= {"reference": reference, "mention_author": False}
    return further
