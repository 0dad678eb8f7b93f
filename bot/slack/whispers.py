"""What one person alone sees in a channel. Slack keeps none of it, so it is said at most once."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.delivery.chat import Busy, ChatError, Expired, Uncertain
from bot.slack.trouble import RETRY_S, meaning_of_code, sorted_out
from engine.api import Conversation

LIMIT_S = 20.0
LATE = "Slack takes no answer to this any more."
NOTHING = "no receipt"
"""Slack tells no stamp of what it does not keep."""


@dataclass(frozen=True, slots=True)
class Whispers:
    """Speaks to one person where others are."""

    web: AsyncWebClient
    session: aiohttp.ClientSession

    async def say(
        self, conversation: Conversation, user: str, address: str, body: Mapping[str, Any]
    ) -> str:
        """Show something to one person in a channel or thread; return what stands for a receipt.

        Slack shows answers at an address in the channel itself, so in threads it is asked to.

        Raises:
            ChatError: it was not shown; `Expired` also where nobody can tell.
        """
        try:
            if address and not conversation.thread:
                await self.at(address, body, response_type="ephemeral")
                return NOTHING
            async with sorted_out(f"channel {conversation.channel}", limit_s=LIMIT_S):
                told = await self.web.chat_postEphemeral(
                    channel=conversation.channel,
                    user=user,
                    thread_ts=conversation.thread or None,
                    **body,
                )
                return str(told.get("message_ts") or NOTHING)
        except Uncertain as error:
            raise Expired(str(error)) from error

    async def at(self, address: str, body: Mapping[str, Any], *, response_type: str) -> None:
        """Answer at the address that came with a command or a click."""
        where = "the address of an answer"
        hook = AsyncWebhookClient(address, session=self.session, retry_handlers=[])
        async with sorted_out(where, limit_s=LIMIT_S):
            told = await hook.send_dict(
                {**body, "response_type": response_type, "replace_original": False}
            )
        if told.status_code != HTTPStatus.OK:
            raise _meaning(told.status_code, str(told.body), where)


def _meaning(status: int, said: str, where: str) -> ChatError:
    if status in {HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN, HTTPStatus.GONE}:
        return Expired(LATE)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Busy("Slack takes no more answers for the moment.", after_s=RETRY_S)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Uncertain(f"Slack has trouble of its own with {where} (HTTP {status}).")
    return meaning_of_code(said[:60], where)
