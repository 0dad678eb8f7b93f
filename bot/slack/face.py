"""The Slack face beside the engine."""

from contextlib import AbstractAsyncContextManager

from slack_sdk.errors import SlackApiError, SlackClientError

from bot.core.registry import Registry
from bot.hearing.companies import Companies
from bot.hearing.face import Face
from bot.slack.client import OtherWorkspace
from bot.slack.connection import Given, live
from bot.slack.people import PLATFORM
from bot.slack.settings import SlackSettings
from bot.slack.sockets import CutOff
from bot.slack.trouble import NETWORK, REFUSED, TOKEN_REFUSED, code_of
from engine.api import Clock, Engine

AWAY = "Slack cannot be reached; Halyard tries again by itself."
OPENING = "apps.connections.open"
NO_SOCKET = (
    "Slack refuses the app-level token ({code}). Make one with the scope connections:write on the"
    " page Basic Information of the app, store it as the credential of `slack.app_token`, and"
    " restart Halyard."
)


def running_slack_face(
    engine: Engine,
    registry: Registry,
    settings: SlackSettings,
    clock: Clock,
    companies: Companies | None = None,
) -> AbstractAsyncContextManager[None]:
    """Be in Slack as long as the block runs; nothing that goes wrong there ends the block.

    `companies` are shared with the other faces; without them, this is the only one.
    """
    given = Given(
        engine=engine,
        registry=registry,
        settings=settings,
        clock=clock,
        companies=companies or Companies(engine),
    )
    face = Face(platform=PLATFORM, engine=engine, live=lambda: live(given), sentence_of=sentence_of)
    return face.running()


def sentence_of(error: Exception) -> str:
    """Return what is wrong with Slack, for a person; empty if it is a bug."""
    if isinstance(error, (OtherWorkspace, CutOff)):
        return str(error)
    if isinstance(error, SlackApiError):
        return _refused(error)
    return AWAY if isinstance(error, (SlackClientError, *NETWORK)) else ""


def _refused(error: SlackApiError) -> str:
    code = code_of(error)
    if OPENING in str(error) and code:
        return NO_SOCKET.format(code=code)
    return REFUSED if code in TOKEN_REFUSED else AWAY
