"""An app of slack-bolt, unmodified, that a test teaches what to do."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from aiohttp import web
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.emulators.clock import Clock, wall_clock
from tests.emulators.slack import App, Channel, Limits, Person, Slack, running_slack

PING_S = 30.0
"""Long, as the SDK leaves a socket that does not answer in time, and a busy machine is slow."""
SOON_PING_S = 1.0
"""Where it shall notice soon that a socket is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A workspace with a channel and a person in it, and an app that listens."""

    slack: Slack
    client: AsyncWebClient
    channel: Channel
    ann: Person


Teach = Callable[[AsyncApp], object]


@asynccontextmanager
async def shop(
    limits: Limits | None = None,
    *,
    app: App | None = None,
    teach: Teach | None = None,
    sockets: int = 1,
    ping_s: float = PING_S,
    clock: Clock = wall_clock,
    validate: bool = True,
    may_have_problems: bool = False,
) -> AsyncIterator[Shop]:
    """A workspace whose app is connected by so many sockets, once it is taught."""
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(
            running_slack(
                limits=limits or Limits().without_rates(),
                app=app,
                clock=clock,
                validate=validate,
                may_have_problems=may_have_problems,
            )
        )
        ann = slack.add_person("ann")
        channel = slack.add_channel("web", ann)
        client = client_of(slack)
        if teach is not None:
            bolt = AsyncApp(client=client)
            teach(bolt)
            for _ in range(sockets):
                await stack.enter_async_context(connected(bolt, slack, ping_s))
            await slack.connected(sockets)
        yield Shop(slack=slack, client=client, channel=channel, ann=ann)


def client_of(slack: Slack, token: str | None = None) -> AsyncWebClient:
    """A client of the Web API, with the bot's token unless another is given."""
    return AsyncWebClient(
        token=slack.bot_token if token is None else token, base_url=slack.api_base
    )


@asynccontextmanager
async def connected(bolt: AsyncApp, slack: Slack, ping_s: float) -> AsyncIterator[None]:
    """Let an app have a socket until the block ends."""
    handler = AsyncSocketModeHandler(bolt, slack.app_token, ping_interval=ping_s)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def listening(slack: Slack, teach: Teach) -> AsyncIterator[str]:
    """Let an app take signed requests at an address until the block ends."""
    bolt = AsyncApp(client=client_of(slack), signing_secret=slack.signing_secret)
    teach(bolt)
    runner = web.AppRunner(bolt.web_app(path="/slack/events"), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        port = runner.addresses[0][1]
        yield f"http://127.0.0.1:{port}/slack/events"
    finally:
        await runner.cleanup()
