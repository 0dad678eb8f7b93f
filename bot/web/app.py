"""The server: routes, failures, and its life beside the engine."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import uuid4

import structlog
from aiohttp import web

from bot.core.registry import Registry
from bot.dispatch import Elsewhere, nowhere, place_of
from bot.web.calls import Calls
from bot.web.events import Events
from bot.web.files import FileStore
from bot.web.socket import ApiSettings, listen
from engine.api import (
    Conflict,
    Engine,
    EngineError,
    InvalidInput,
    NotAllowed,
    NotFound,
    Unavailable,
)

BODY_MAX_BYTES = 8 * 1024 * 1024
"""Of a call: more than any prompt may have, so that the refusal is a sentence."""
LEAVE_S = 1.0
"""What calls at work get to end when the server stops."""
STATUS: dict[type[EngineError], int] = {
    InvalidInput: 400,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    Unavailable: 503,
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

log = structlog.get_logger()


@asynccontextmanager
async def serving(
    engine: Engine, registry: Registry, settings: ApiSettings, elsewhere: Elsewhere = nowhere
) -> AsyncIterator[None]:
    """Answer on the socket as long as the block runs.

    Raises:
        InvalidInput: another process listens there, or no socket can be there.
    """
    listener = await asyncio.to_thread(listen, settings.socket, settings.group)
    runner = web.AppRunner(
        app_of(engine, registry, settings, elsewhere),
        handle_signals=False,
        access_log=None,
        shutdown_timeout=LEAVE_S,
    )
    try:
        await runner.setup()
        await web.SockSite(runner, listener.socket).start()
        yield
    finally:
        await runner.cleanup()
        await asyncio.to_thread(listener.close)


def app_of(
    engine: Engine, registry: Registry, settings: ApiSettings, elsewhere: Elsewhere
) -> web.Application:
    """Return the routes on an engine."""
    calls, events = Calls(engine, registry, elsewhere), Events(engine)
    files = FileStore(engine, elsewhere, max_bytes=settings.file_max_bytes)

    async def health(_request: web.Request) -> web.Response:
        head = await engine.read(lambda use: use.views.head())
        return web.json_response({"status": "ok", "head": head})

    app = web.Application(middlewares=[_told], client_max_size=BODY_MAX_BYTES)
    app.on_shutdown.append(events.end)
    app.router.add_post("/calls", calls.post)
    app.router.add_get("/events", events.get)
    app.router.add_post("/files", files.post)
    app.router.add_get("/files/{id}", files.get)
    app.router.add_get("/health", health)
    return app


@web.middleware
async def _told(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Tell every failure as `{"error": sentence}`; a bug as a number to report."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        return _error(error.status, f"{error.reason}.")
    except EngineError as error:
        return _error(_status(error), str(error))
    except web.RequestPayloadError:
        return _error(400, "The body cannot be read: it is not in the encoding that it says.")
    except Exception as error:  # The last place that can catch a bug of the server.
        if request.transport is None and isinstance(error, ConnectionError):
            raise  # The caller is gone; there is nobody to tell.
        return _broken(request, error)


def _broken(request: web.Request, error: Exception) -> web.Response:
    incident = uuid4().hex[:8]
    log.error("request_failed", method=request.method, incident=incident, **place_of(error))
    return _error(500, f"This is our fault. Please report {incident}.")


def _status(error: EngineError) -> int:
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 500)


def _error(status: int, sentence: str) -> web.Response:
    return web.json_response({"error": sentence}, status=status)
