"""The ways on which Slack tells what happens: two sockets, or requests."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from typing import Any

import structlog
from aiohttp import web
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from bot.delivery.chat import Uncertain
from bot.slack.manifest import PATH
from bot.slack.settings import Http, Socket
from bot.slack.trouble import NETWORK, code_of, meaning_of, status_of

log = structlog.get_logger()

SOCKETS = 2
"""The library closes a socket before it opens the next one; the other one hears meanwhile."""
PING_S = 2.5
"""With the library's own 10 seconds, a dead connection is noticed after 19."""
CONNECT_LIMIT_S = 90.0
"""Slack may give out one address a minute."""
CLOSE_LIMIT_S = 5.0
WATCH_S = 2.0
SILENT_MAX_S = 60.0
"""After so long without any socket everything is begun anew, and people are told."""


class CutOff(Exception):
    """Slack cannot be heard; the text is a sentence."""


async def by_sockets(app: AsyncApp, way: Socket, connected: Callable[[], Awaitable[None]]) -> None:
    """Hear over two sockets until cancelled; `connected` is called with each new one.

    Raises:
        SlackApiError: Slack refuses the app-level token.
        CutOff: there has been no socket for long.
    """

    async def greeted(_client: object, message: dict[str, Any], _raw: str | None) -> None:
        if message.get("type") == "hello":
            await connected()

    async with AsyncExitStack() as closing, asyncio.TaskGroup() as tasks:
        handlers = []
        for _ in range(SOCKETS):
            handler = AsyncSocketModeHandler(app, way.app_token, ping_interval=PING_S)
            closing.push_async_callback(_closed, handler)
            handler.client.message_listeners.append(greeted)
            handlers.append(handler)
            tasks.create_task(_connect(handler))
        await _watch(handlers)


async def by_requests(app: AsyncApp, way: Http, connected: Callable[[], Awaitable[None]]) -> None:
    """Hear over signed requests until cancelled.

    Raises:
        CutOff: the address cannot be listened at.
    """
    runner = web.AppRunner(app.web_app(path=PATH), access_log=None)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, way.host, way.port).start()
        except OSError as error:
            raise CutOff(
                f"Halyard cannot listen at {way.host}:{way.port} for Slack: {error.strerror}."
                " Correct `slack.listen`, or stop what listens there."
            ) from error
        await connected()
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


async def _connect(handler: AsyncSocketModeHandler) -> None:
    """Open a socket; from then on the library itself opens the next ones."""
    while True:
        try:
            # Asked for here, a token that is refused raises; the library would try for ever.
            async with asyncio.timeout(CONNECT_LIMIT_S):
                await handler.client.connect_to_new_endpoint(force=True)
                return
        except NETWORK as error:
            log.info("slack_socket_later", error=type(error).__name__)
        except SlackApiError as error:
            if not isinstance(meaning_of(error, "a socket"), Uncertain):
                raise
            log.info("slack_socket_later", error=code_of(error) or str(status_of(error)))
        await asyncio.sleep(PING_S)


async def _closed(handler: AsyncSocketModeHandler) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(CLOSE_LIMIT_S):
            await handler.close_async()  # type: ignore[no-untyped-call] # the library has none


async def _watch(handlers: list[AsyncSocketModeHandler]) -> None:
    heard_at = time.monotonic()
    while time.monotonic() - heard_at < SILENT_MAX_S:
        await asyncio.sleep(WATCH_S)
        if any([await handler.client.is_connected() for handler in handlers]):
            heard_at = time.monotonic()
    raise CutOff("Slack cannot be reached; Halyard tries again by itself.")
