"""What Slack tells, each handed to whom it concerns, and kept before it is acknowledged."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeAlias

import structlog
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.core.message import Message
from bot.delivery.chat import Missing
from bot.hearing.messages import Messages
from bot.hearing.past import Unshown
from bot.hearing.utterance import Mark, Utterance
from bot.hearing.work import Work
from bot.slack.client import Me
from bot.slack.forms import FORM, OFFER
from bot.slack.hear import Interactions
from bot.slack.home import Home
from bot.slack.manifest import COMMAND, SEND_ID
from bot.slack.members import Members
from bot.slack.origin import Asked
from bot.slack.past import GONE, SlackPast
from bot.slack.places import conversation_at
from bot.slack.press import call_of
from bot.slack.windows import Windows
from bot.slack.words import Reader, Told
from bot.views import errors
from engine.api import InvalidInput

log = structlog.get_logger()

HOLD_S = 2.0
"""A message is acknowledged once it is done. Slack waits three seconds for that, and no longer."""
EVENT = "event_callback"
RETRY = "x-slack-retry-num"
"""Which retry of an event it is; the first time is none, or 0."""
STRANGER = "Halyard works for the people of its own workspace."
OLD_BUTTON = "This button is of another version of Halyard. Type the command instead."

Heeded: TypeAlias = BoltResponse | None
"""How something is acknowledged, if it is not as usual."""
AGAIN: Heeded = BoltResponse(status=HTTPStatus.SERVICE_UNAVAILABLE)
"""Not at all, so that Slack tells it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Hears all that one app hears."""

    me: Me
    work: Work
    reader: Reader
    interactions: Interactions
    messages: Messages
    members: Members
    past: SlackPast
    home: Home
    windows: Windows

    async def heed(self, request: AsyncBoltRequest) -> BoltResponse:
        """Hear one thing, and return how it is acknowledged once it is kept."""
        body: Told = request.body
        kind = str(body.get("type") or ("command" if "command" in body else ""))
        # Only events are told again.
        is_again = kind == EVENT and request.headers.get(RETRY, ["0"])[0] != "0"
        hear = self._event_again if is_again else self._ways.get(kind)
        answer = await hear(body) if hear is not None else None
        return answer or BoltResponse(status=200, body="")

    @property
    def _ways(self) -> Mapping[str, Callable[[Told], Awaitable[Heeded]]]:
        return {
            "command": self._command,
            EVENT: self._event,
            "block_actions": self._press,
            "message_action": self._send,
            "view_submission": self._submit,
            "block_suggestion": self._offer,
        }

    async def _command(self, body: Told) -> Heeded:
        asked = Asked(
            user=str(body["user_id"]),
            conversation=conversation_at(self.me.team, str(body["channel_id"])),
            address=str(body.get("response_url") or ""),
        )
        if body["command"] == COMMAND and self._is_ours(asked, str(body["team_id"])):
            await self.interactions.command(asked, str(body.get("text") or ""), _trigger(body))
        return None

    async def _press(self, body: Told) -> Heeded:
        asked = self._asked(body)
        (action, *_) = body["actions"]
        if str(action.get("action_id", "")).startswith(OFFER) or body.get("view", {}).get(
            "callback_id"
        ):
            return None  # A choice in a form; it comes back with all of the form.
        call = call_of(action)
        if not self._is_ours(asked, _team_of(body["user"])):
            return None
        if call is None:
            self._tell(asked, errors.refused(InvalidInput(OLD_BUTTON)))
        else:
            await self.interactions.press(asked, call, _trigger(body))
        return None

    async def _send(self, body: Told) -> Heeded:
        asked = self._asked(body)
        if body.get("callback_id") == SEND_ID and self._is_ours(asked, _team_of(body["user"])):
            await self.interactions.send(asked, body["message"], _trigger(body))
        return None

    async def _submit(self, body: Told) -> Heeded:
        user = body["user"]
        if body["view"].get("callback_id") == FORM and _team_of(user) in {"", self.me.team}:
            await self.interactions.submit(body["view"], str(user["id"]))
        return None

    async def _offer(self, body: Told) -> Heeded:
        action, user = str(body.get("action_id") or ""), body["user"]
        is_ours = _team_of(user) in {"", self.me.team} and action.startswith(OFFER)
        typed = str(body.get("value") or "")
        options = await self.interactions.offer(str(user["id"]), action, typed) if is_ours else []
        return BoltResponse(status=200, body={"options": options})

    async def _event(self, body: Told) -> Heeded:
        event: Told = body["event"]
        if body.get("team_id") not in {None, self.me.team}:
            return None
        kind = str(event["type"])
        if kind == "message":
            return await self._message(event)
        if kind == "app_home_opened" and event.get("tab") == "home":
            self.work.begin(self.home.show, str(event["user"]))
        elif kind.startswith("subteam_"):
            self.members.wake()
        return None

    async def _event_again(self, body: Told) -> Heeded:
        """Hear anew what Slack tells again: by now the message may be changed or deleted."""
        event: Told = body["event"]
        if event["type"] != "message" or event.get("subtype") == "message_deleted":
            return await self._event(body)
        if body.get("team_id") not in {None, self.me.team}:
            return None
        message: Told = event.get("message") or event
        thread = str(message.get("thread_ts") or "")
        mark = self.reader.mark(str(event["channel"]), str(message["ts"]), thread)
        said = self.reader.read(message, str(event["channel"]))
        return await self._held(self._message_again, (mark, said, message is event))

    async def _message_again(self, told: tuple[Mark, Utterance | None, bool]) -> None:
        mark, said, is_new = told
        try:
            said = await self.past.fetch(mark)
        except Missing:
            await self.messages.drop(mark)
            return
        except Unshown:
            log.info("heard_as_told", message=mark.id)  # Its deletion would be told as well.
        if said is not None:
            if is_new:
                await self.messages.hear(said)
            await self.messages.change(said)

    async def _message(self, event: Told) -> Heeded:
        channel, kind = str(event["channel"]), str(event.get("subtype") or "")
        is_changed = kind == "message_changed" and event["message"].get("subtype") != GONE
        if kind == "message_deleted" or (kind == "message_changed" and not is_changed):
            return await self._held(self.messages.drop, self._dropped(event, channel))
        said = self.reader.read(event["message"] if is_changed else event, channel)
        if said is None:
            return None
        return await self._held(self.messages.change if is_changed else self.messages.hear, said)

    def _dropped(self, event: Told, channel: str) -> Any:
        old: Told = event.get("previous_message") or {}
        stamp = str(event.get("deleted_ts") or old.get("ts") or event["message"]["ts"])
        return self.reader.mark(channel, stamp, str(old.get("thread_ts") or ""))

    async def _held(self, hear: Callable[[Any], Awaitable[None]], said: object) -> Heeded:
        """Hear something, and acknowledge it only if that is done soon.

        What fails, takes longer or is cut off meanwhile, Slack tells again; it is done once.
        """
        done = asyncio.Event()

        async def kept() -> None:
            await hear(said)
            done.set()

        self.work.begin(kept)
        try:
            async with asyncio.timeout(HOLD_S):
                await done.wait()
        except TimeoutError:
            return AGAIN
        return None

    def _asked(self, body: Told) -> Asked:
        """Return who pressed or chose something, and where: in a channel, a thread, or at home."""
        user = str(body["user"]["id"])
        channel = str((body.get("channel") or {}).get("id") or user)
        message: Told = body.get("message") or {}
        stamp = str(message.get("ts") or "")
        thread = str(
            message.get("thread_ts") or (body.get("container") or {}).get("thread_ts") or ""
        )
        place = conversation_at(self.me.team, channel, thread if thread != stamp else "")
        return Asked(user=user, conversation=place, address=str(body.get("response_url") or ""))

    def _is_ours(self, asked: Asked, team: str) -> bool:
        """Whether somebody is of our workspace; who is not is told so."""
        if team in {"", self.me.team}:
            return True
        self._tell(asked, errors.refused(InvalidInput(STRANGER)))
        return False

    def _tell(self, asked: Asked, message: Message) -> None:
        self.work.begin(self.windows.tell, asked, message)


def _team_of(user: Told) -> str:
    return str(user.get("team_id") or "")


def _trigger(body: Told) -> str:
    return str(body["trigger_id"])
