"""What Slack still has of what was said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.chat import Missing
from bot.hearing.past import Page, Unshown
from bot.hearing.utterance import Mark, Utterance
from bot.slack.people import PLATFORM
from bot.slack.places import moment, stamp_at
from bot.slack.trouble import sorted_out
from bot.slack.words import Reader
from engine.api import Clock, Conversation

READ_LIMIT_S = 120.0
"""Of one place. Slack gives the newest first, so that there is no stopping half way."""
PAGE_MAX = 200
LOOK_LIMIT_S = 20.0
NEIGHBOURS = 50
"""Messages of people that are asked about at once; ours between them come along."""
SHOWN = timedelta(seconds=5)
"""What Slack tells of is not always in its history at once; later it is."""
GONE = "tombstone"
"""What Slack leaves of a deleted message that has answers."""


@dataclass(frozen=True, slots=True)
class SlackPast:
    """`Past` by the Web API."""

    web: AsyncWebClient
    reader: Reader
    clock: Clock

    @property
    def platform(self) -> str:
        """Its name in conversations."""
        return PLATFORM

    def cursor_at(self, at: datetime) -> str:
        """Return the stamp that a message of that moment would have."""
        return stamp_at(at)

    def mark(self, conversation: Conversation, id_: str) -> Mark:
        """Return which message this is."""
        return self.reader.mark(conversation.channel, id_, conversation.thread)

    async def read(self, conversation: Conversation, after: str, settled: datetime) -> Page:
        """Return what was said, with the cursor behind everybody's messages."""
        async with sorted_out(f"channel {conversation.channel}", limit_s=READ_LIMIT_S):
            found = await self.messages(conversation, oldest=after)
        fresh = [m for m in found if moment(str(m["ts"])) > moment(after)]
        fresh.sort(key=lambda message: moment(str(message["ts"])))
        is_old = [m for m in fresh if moment(str(m["ts"])) < moment(stamp_at(settled))]
        said = [self.reader.read(message, conversation.channel) for message in fresh]
        return Page(
            said=[one for one in said if one is not None],
            cursor=str(is_old[-1]["ts"]) if is_old else "",
            is_last=True,
        )

    def together(self, conversation: Conversation) -> int:
        """Return how many: neighbours are near in a thread, and far from each other beside it."""
        return NEIGHBOURS if conversation.thread else 1

    async def look(self, marks: Sequence[Mark]) -> Mapping[str, Utterance | None]:
        """Return messages of one place as they are now; Slack tells of all between them as well."""
        place, ids = marks[0].conversation, sorted({mark.id for mark in marks}, key=moment)
        shown_until = moment(stamp_at(self.clock.now() - SHOWN))
        async with sorted_out(f"channel {place.channel}", limit_s=LOOK_LIMIT_S):
            found = await self.messages(place, oldest=ids[0], latest=ids[-1])
        there = {str(message["ts"]): message for message in found}
        if any(id_ not in there and moment(id_) > shown_until for id_ in ids):
            raise Unshown(f"Slack may not show all messages in channel {place.channel} yet.")
        return {
            id_: self.reader.read(there[id_], place.channel)
            for id_ in ids
            if id_ in there and there[id_].get("subtype") != GONE
        }

    async def fetch(self, mark: Mark) -> Utterance | None:
        """Return a message as it is now; none if it is nobody's words to us.

        Raises:
            Missing: it was deleted.
            Unshown: it is so young that it may not show yet.
        """
        found = await self.look([mark])
        if mark.id not in found:
            channel = mark.conversation.channel
            raise Missing(f"There is no message {mark.id} in channel {channel} any more.")
        return found[mark.id]

    async def messages(
        self, conversation: Conversation, *, oldest: str, latest: str = ""
    ) -> list[Mapping[str, Any]]:
        """Return all messages of a place from one stamp to another, with what we noted on ours."""
        span: dict[str, Any] = {
            "channel": conversation.channel,
            "oldest": oldest,
            "inclusive": True,
            "limit": PAGE_MAX,
            "include_all_metadata": True,
            **({"latest": latest} if latest else {}),
        }
        found: list[Mapping[str, Any]] = []
        cursor = ""
        while True:
            page = {**span, **({"cursor": cursor} if cursor else {})}
            if conversation.thread:
                told = await self.web.conversations_replies(ts=conversation.thread, **page)
            else:
                told = await self.web.conversations_history(**page)
            found += told.get("messages") or []
            cursor = str((told.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return found
