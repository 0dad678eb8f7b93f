"""The one place where what speaks to Slack is made."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

import aiohttp
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.settings import Http, SlackSettings

CONNECTIONS_MAX = 32
CALL_LIMIT_S = 30.0
"""Of one call, whoever makes it; a card's or an answer's own limits are not longer."""

Heed: TypeAlias = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]
"""Hears one thing that Slack tells, and returns how it is acknowledged."""


class OtherWorkspace(Exception):
    """The token is one of another workspace than the settings name; the text is a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """Who Halyard is in its workspace."""

    team: str
    user: str
    bot: str
    scopes: frozenset[str]
    """What the token is allowed."""


def make_session() -> aiohttp.ClientSession:
    """Return what all calls share; it has to be closed."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=CONNECTIONS_MAX),
        timeout=aiohttp.ClientTimeout(total=CALL_LIMIT_S),
    )


def make_web(
    settings: SlackSettings, session: aiohttp.ClientSession, *, has_token: bool = True
) -> AsyncWebClient:
    """Return a client of the Web API.

    It tries nothing twice by itself: what may have arrived is looked for before it is sent again.
    """
    return AsyncWebClient(
        token=settings.bot_token if has_token else None,
        base_url=settings.api_base,
        session=session,
        retry_handlers=[],
    )


async def who_am_i(web: AsyncWebClient, settings: SlackSettings) -> Me:
    """Ask Slack who Halyard is.

    Raises:
        OtherWorkspace: not in the workspace of the settings.
        SlackApiError: the token is refused.
    """
    told = await web.auth_test()
    team = str(told["team_id"])
    if settings.workspace not in {"", team}:
        raise OtherWorkspace(
            f"The bot token is one of the workspace {team}, and `slack.workspace` says"
            f" {settings.workspace}. Correct one of them, and restart Halyard."
        )
    scopes = told.headers.get("x-oauth-scopes") or told.headers.get("X-OAuth-Scopes") or ""
    return Me(
        team=team,
        user=str(told["user_id"]),
        bot=str(told.get("bot_id") or ""),
        scopes=frozenset(scope.strip() for scope in scopes.split(",") if scope.strip()),
    )


def make_app(
    settings: SlackSettings, session: aiohttp.ClientSession, me: Me, heed: Heed
) -> AsyncApp:
    """Return the library's app, whose one ear is `heed`.

    It stands in the middleware for all requests, which runs before the library acknowledges
    anything: so what is acknowledged was kept. The library itself only checks signatures.
    """

    async def authorize() -> AuthorizeResult:
        # Asked once, when we connected; the library would ask Slack again for each process.
        return AuthorizeResult(
            enterprise_id=None,
            team_id=me.team,
            bot_user_id=me.user,
            bot_id=me.bot,
            bot_token=settings.bot_token,
        )

    async def hear(request: AsyncBoltRequest) -> BoltResponse:
        return await heed(request)

    app = AsyncApp(
        name="halyard",
        client=make_web(settings, session, has_token=False),
        signing_secret=settings.way.signing_secret if isinstance(settings.way, Http) else "",
        authorize=authorize,
        ignoring_self_events_enabled=False,  # bots are refused by `heed`, and we are one
        attaching_conversation_kwargs_enabled=False,
    )
    app.use(hear)
    return app
