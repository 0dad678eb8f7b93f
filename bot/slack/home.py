"""The App Home: what waits for a person, and what they have at work."""

from dataclasses import dataclass, replace

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.call import Call
from bot.core.context import Context
from bot.core.message import Message
from bot.core.registry import Registry
from bot.delivery.chat import ChatError
from bot.dispatch import Elsewhere, dispatch
from bot.slack.client import Me
from bot.slack.layout import blocks_of
from bot.slack.manifest import COMMAND
from bot.slack.members import Members
from bot.slack.people import actor_of
from bot.slack.places import conversation_at
from bot.slack.trouble import sorted_out
from engine.api import Asker, Engine, UseCases

log = structlog.get_logger()

LIMIT_S = 20.0
MINE = Call("status", {"mine": "yes"})
WHOLE = f"{COMMAND} status mine=yes tells the same, also what has no room here."
"""A page can bring no files along, an answer can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Shows each person their own page, made anew whenever they open it."""

    web: AsyncWebClient
    me: Me
    engine: Engine
    registry: Registry
    members: Members
    elsewhere: Elsewhere

    async def show(self, user: str) -> None:
        """Show somebody their page as things are now."""
        actor = actor_of(self.me.team, user)
        groups = self.members.known(actor) | await self.elsewhere(actor)
        place = conversation_at(self.me.team, user)

        def look(use: UseCases) -> Message:
            asker = Asker(actor, groups)
            context = Context(asker=asker, conversation=place, engine=use, is_local=False)
            message, _outcome = dispatch(self.registry, MINE, context)
            return message

        page = replace(await self.engine.change(look), footer=WHOLE)
        view = {"type": "home", "blocks": blocks_of(page)}
        try:
            async with sorted_out("the home of somebody", limit_s=LIMIT_S):
                await self.web.views_publish(user_id=user, view=view)
        except ChatError as error:
            log.info("home_not_shown", why=str(error))
