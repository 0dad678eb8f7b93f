"""Slack as the pump needs it: send, look, edit, delete."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.budget import Cost
from bot.delivery.chat import ChatError, Expired, Forbidden, Missing, Pace, Uncertain
from bot.drawing.attached import Attached
from bot.hearing.origin import ID, KIND, MESSAGE
from bot.slack.cards import Cards
from bot.slack.draft import Draft
from bot.slack.origin import USER, address_in, is_private
from bot.slack.past import SlackPast
from bot.slack.people import PLATFORM
from bot.slack.places import is_person, stamp_at
from bot.slack.trouble import sorted_out
from bot.slack.uploads import FILES_LIMIT_S, Uploads, named
from bot.slack.voice import Voice
from bot.slack.whispers import LATE, NOTHING, Whispers
from bot.views import call as views
from engine.api import Conversation, Errand

SETTLE_S = 30.0
"""So long Slack may show a message late that it has taken."""
LIMIT_S = 30.0
LOOK_LIMIT_S = 60.0
LOOK_BACK = timedelta(minutes=5)
"""How far clocks, ours and Slack's, may be apart."""
EVENT = "halyard_delivery"
"""What Slack is told that our note on a message is about."""
PER_CHANNEL = Cost("", 1, 1.0)
POSTS = Cost("posts", 240, 60.0)
"""Slack speaks of several hundred a minute in a workspace."""
UPDATES = Cost("updates", 45, 60.0)
"""Slack's own limit is 50 a minute, for the whole workspace."""
WHISPERS = Cost("whispers", 90, 60.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackChat:
    """`Chat` by the Web API."""

    web: AsyncWebClient
    whispers: Whispers
    uploads: Uploads
    past: SlackPast
    cards: Cards

    @property
    def platform(self) -> str:
        """Its name in conversations."""
        return PLATFORM

    @property
    def pace(self) -> Pace:
        """What its messages have to keep to; a message of any age can be edited."""
        return Pace(settle_s=SETTLE_S, repost_s=None, edit_gap_s=self.cards.gap_s)

    def costs(self, errand: Errand) -> Sequence[Cost]:
        """Return what it takes; an answer at an address of its own is counted nowhere."""
        if errand.delivery.is_edit:
            return (UPDATES,)
        if is_private(errand):
            return () if _is_at_address(errand) else (WHISPERS,)
        place = replace(PER_CHANNEL, bucket=f"post:{errand.delivery.conversation.channel}")
        return (place, POSTS)

    async def send(self, errand: Errand) -> str:
        """Answer, or post, with the files that come along."""
        draft = Draft.decode(errand.delivery.tried)
        if is_private(errand):
            return await self._whisper(errand, draft)
        try:
            return await self._post(errand, draft, _place(errand))
        except Forbidden:
            if not address_in(errand.origin) or draft.files:
                raise
        # Halyard is not in the channel where the command was typed.
        await self.whispers.at(
            address_in(errand.origin), draft.edited(), response_type="in_channel"
        )
        return NOTHING

    def is_repeatable(self, errand: Errand, tried_at: datetime, now: datetime) -> bool:  # noqa: ARG002 - as of any chat
        """Slack takes the same message as often as it is sent."""
        return False

    async def edit(self, errand: Errand) -> None:
        """Replace the message; a file that is another than before is put beside it."""
        delivery, draft, place = (
            errand.delivery,
            Draft.decode(errand.delivery.tried),
            _place(errand),
        )
        self.cards.edited(delivery.id)
        async with sorted_out(_where(place), limit_s=LIMIT_S):
            await self.web.chat_update(
                channel=place.channel,
                ts=delivery.receipt,
                metadata=_metadata(errand),
                **draft.edited(),
            )
        await self._complete(errand, place, delivery.receipt, draft.files)

    async def find(self, errand: Errand, known: Collection[str]) -> str | None:  # noqa: ARG002 - no two have the same note
        """Read what was posted there since, and look for our note on it."""
        if is_private(errand) and not Draft.decode(errand.delivery.tried).files:
            raise Expired(LATE)
        place = await self._open(errand, _place(errand))
        try:
            found = await self._found(errand, place)
        except Forbidden as error:
            if address_in(errand.origin):
                # Where Halyard is not, it can answer a command and read nothing.
                raise Expired(LATE) from error
            raise
        if found is not None:
            await self._complete(errand, place, found, Draft.decode(errand.delivery.tried).files)
        return found

    async def delete(self, errand: Errand) -> None:
        """Delete the message that the present one has replaced."""
        place = _place(errand)
        try:
            async with sorted_out(_where(place), limit_s=LIMIT_S):
                await self.web.chat_delete(channel=place.channel, ts=errand.delivery.old_receipt)
        except Missing:
            return

    def instead(self, errand: Errand) -> str | None:
        """Return a line that says nothing of the answer, with a button that shows it."""
        said = errand.said
        if said is None:
            return None
        line = views.hidden(said.path, said.number, is_done=said.outcome == "done")
        return Voice().draft(line)

    async def _whisper(self, errand: Errand, draft: Draft) -> str:
        """Answer one person; with files, which only a place of their own can keep from others."""
        place, user = _place(errand), errand.origin.get(USER)
        if not user:
            raise Expired(LATE)
        if draft.files or is_person(place):
            return await self._post(errand, draft, place)
        address = address_in(errand.origin)
        return await self.whispers.say(place, user, address, draft.edited())

    async def _post(self, errand: Errand, draft: Draft, place: Conversation) -> str:
        place = await self._open(errand, place)
        async with sorted_out(_where(place), limit_s=LIMIT_S):
            told = await self.web.chat_postMessage(
                channel=place.channel,
                metadata=_metadata(errand),
                thread_ts=place.thread or None,
                **draft.posted(),
            )
        receipt = str(told["ts"])
        if draft.files:
            await self._bring(errand, place, receipt, draft.files)
        return receipt

    async def _open(self, errand: Errand, place: Conversation) -> Conversation:
        """Return where it is written: to one person, in what they and Halyard alone see."""
        if not is_private(errand) and not is_person(place):
            return place
        user = errand.origin.get(USER) or place.channel
        async with sorted_out(f"the direct messages of {user}", limit_s=LIMIT_S):
            told = await self.web.conversations_open(users=user)
        return replace(place, channel=str(told["channel"]["id"]), thread="")

    async def _bring(
        self, errand: Errand, place: Conversation, receipt: str, files: Sequence[Attached]
    ) -> None:
        """Put files beside a message that is there already, whatever becomes of them."""
        try:
            await self._complete(errand, place, receipt, files, is_new=True)
        except ChatError as error:
            # Sent again, the message would be there twice; looked for, only the files are missing.
            raise Uncertain(str(error)) from error

    async def _complete(
        self,
        errand: Errand,
        place: Conversation,
        receipt: str,
        files: Sequence[Attached],
        *,
        is_new: bool = False,
    ) -> None:
        if not files:
            return
        there = replace(place, thread=place.thread or receipt)
        async with sorted_out(_where(place), limit_s=FILES_LIMIT_S):
            known = set() if is_new else await self._names(there, receipt)
            await self.uploads.bring(
                there.channel, there.thread, named(_name(errand), files), known
            )

    async def _found(self, errand: Errand, place: Conversation) -> str | None:
        since = stamp_at((errand.delivery.doubt_at or errand.delivery.changed_at) - LOOK_BACK)
        async with sorted_out(_where(place), limit_s=LOOK_LIMIT_S):
            there = await self.past.messages(place, oldest=since)
        return next((str(m["ts"]) for m in there if _is_it(m, errand)), None)

    async def _names(self, place: Conversation, receipt: str) -> set[str]:
        """Return the names of files that stand behind a message in its thread."""
        there = await self.past.messages(place, oldest=receipt)
        return {str(file.get("name")) for message in there for file in message.get("files") or []}


def _is_at_address(errand: Errand) -> bool:
    return bool(address_in(errand.origin)) and not errand.delivery.conversation.thread


def _place(errand: Errand) -> Conversation:
    """Return where it goes: what opens a thread stands beside it, an answer under the question."""
    conversation = errand.delivery.conversation
    if errand.delivery.opens is not None:
        return replace(conversation, thread="")
    asked = errand.origin[ID] if errand.origin.get(KIND) == MESSAGE else ""
    return replace(conversation, thread=errand.thread or asked)


def _where(place: Conversation) -> str:
    kind = "the thread {} of channel {}" if place.thread else "channel {1}"
    return kind.format(place.thread, place.channel)


def _name(errand: Errand) -> str:
    return f"{errand.delivery.id}-{errand.delivery.posting}"


def _metadata(errand: Errand) -> dict[str, Any]:
    return {"event_type": EVENT, "event_payload": {"delivery": _name(errand)}}


def _is_it(message: Mapping[str, Any], errand: Errand) -> bool:
    note = message.get("metadata") or {}
    is_ours = note.get("event_type") == EVENT
    return is_ours and (note.get("event_payload") or {}).get("delivery") == _name(errand)
