"""Looks at Slack as it is, and names what is missing and what to do."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.hearing.finding import Finding, fine, lacking
from bot.slack.client import Me, OtherWorkspace, make_session, make_web, who_am_i
from bot.slack.face import sentence_of
from bot.slack.manifest import EVENTS, SCOPES
from bot.slack.settings import SlackSettings, Socket
from bot.slack.trouble import NETWORK, code_of
from engine.api import Conversation

LIMIT_S = 60.0
ANEW = (
    "Put what `halyard slack manifest` prints into the page App Manifest of the app, and install it"
    " anew."
)


@dataclass(frozen=True, slots=True)
class Doctor:
    """Looks at everything that Halyard needs in Slack; changes nothing."""

    settings: SlackSettings

    async def look(self, bound: Sequence[Conversation]) -> list[Finding]:
        """Return what was found, in the order in which it has to be put right."""
        found: list[Finding] = []
        try:
            async with asyncio.timeout(LIMIT_S), make_session() as session:
                web = make_web(self.settings, session)
                me = await who_am_i(web, self.settings)
                found += [fine(f"Slack takes the bot token of the workspace {me.team}.")]
                found += [_scopes(me), await self._way(web)]
                found += [await _channel(web, me, channel) for channel in bound]
        except (OtherWorkspace, SlackClientError, *NETWORK) as error:
            found.append(lacking(sentence_of(error)))
        return found

    async def _way(self, web: AsyncWebClient) -> Finding:
        """Look whether Slack can tell us anything.

        Which events it would tell, no token of an app lets one ask.
        """
        told = f"It is to tell of: {', '.join(EVENTS)}."
        if not isinstance(self.settings.way, Socket):
            where = f"{self.settings.way.host}:{self.settings.way.port}"
            return fine(f"Slack's requests are awaited at {where}. {told}")
        try:
            await web.apps_connections_open(app_token=self.settings.way.app_token)
        except SlackApiError as error:
            if code_of(error) != "ratelimited":
                return lacking(sentence_of(error))
        return fine(f"Slack takes the app-level token. {told}")


def _scopes(me: Me) -> Finding:
    missing = [scope for scope in SCOPES if scope not in me.scopes]
    if not missing:
        return fine(f"The app has all {len(SCOPES)} permissions.")
    return lacking(f"The app lacks permissions: {', '.join(missing)}. {ANEW}")


async def _channel(web: AsyncWebClient, me: Me, bound: Conversation) -> Finding:
    about = f"Channel {bound.channel} of workspace {bound.space}"
    if bound.space != me.team:
        return lacking(f"{about} is not in this workspace. Bind its project to another one.")
    try:
        told: Any = (await web.conversations_info(channel=bound.channel))["channel"]
    except SlackApiError as error:
        if code_of(error) != "channel_not_found":
            raise
        return lacking(
            f"{about} is hidden from Halyard, or gone. Type `/invite @Halyard` there, or bind its"
            " project to another one."
        )
    if told.get("is_archived"):
        return lacking(f"{about} is archived. Unarchive it, or bind its project to another one.")
    if not told.get("is_member"):
        return lacking(f"Halyard is not in {about.lower()}. Type `/invite @Halyard` there.")
    return fine(f"{about} allows all that is needed.")
