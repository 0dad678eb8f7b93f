"""Opening forms, which a person has to have asked for just now."""

from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from bot.core.call import Call
from bot.core.message import Message
from bot.core.typed import typed
from bot.delivery.chat import ChatError
from bot.hearing.forms import Form
from bot.slack.draft import Draft
from bot.slack.forms import view_of
from bot.slack.origin import Asked
from bot.slack.places import is_person
from bot.slack.trouble import sorted_out
from bot.slack.voice import Voice
from bot.slack.whispers import Whispers
from bot.views import errors
from engine.api import InvalidInput

LIMIT_S = 10.0
"""Of opening a form; Slack allows 3 seconds from the click."""
NOT_OPENED = "Slack did not open the form for this. Ask once more, or type it: `/hal {typed} ...`."


@dataclass(frozen=True, slots=True)
class Windows:
    """Opens forms, and tells who asked where one could not be opened."""

    web: AsyncWebClient
    whispers: Whispers

    async def open(self, form: Form, asked: Asked, trigger: str) -> None:
        """Open a form; where Slack takes it no more, its asker is told what to do."""
        try:
            async with sorted_out("a form", limit_s=LIMIT_S):
                await self.web.views_open(trigger_id=trigger, view=view_of(form, asked))
        except ChatError:
            call = Call(form.command.path, form.values)
            await self.tell(
                asked, errors.refused(InvalidInput(NOT_OPENED.format(typed=typed(call))))
            )

    async def tell(self, asked: Asked, message: Message) -> None:
        """Tell who asked something that nobody else sees and nothing depends on."""
        body = Draft.decode(Voice().draft(message)).edited()
        place = asked.conversation
        try:
            if is_person(place):
                async with sorted_out("direct messages", limit_s=LIMIT_S):
                    await self.web.chat_postMessage(channel=place.channel, **body)
            else:
                await self.whispers.say(place, asked.user, asked.address, body)
        except ChatError:
            return
