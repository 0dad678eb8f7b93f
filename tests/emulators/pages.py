"""Serves the page of an emulator, and tells it of changes."""

import asyncio
from pathlib import Path

from aiohttp import web

from tests.emulators.changes import Changes

SHARED = Path(__file__).parent / "page"
PAUSE_S = 0.03
"""Changes that come sooner after one another are told as one."""


class Pages:
    """The files of one page, and those that all pages use."""

    def __init__(self, folder: Path, changes: Changes) -> None:
        self._folder = folder
        self._changes = changes
        self._is_open = True

    def add_to(self, app: web.Application) -> None:
        """Serve them, and let the page know of changes until the server shuts down."""
        app.on_shutdown.append(self._close)
        app.router.add_get("/", self._index)
        app.router.add_static("/page", self._folder)
        app.router.add_static("/shared", SHARED)
        app.router.add_get("/control/changes", self._tell_changes)

    async def _close(self, app: web.Application) -> None:
        self._is_open = False
        self._changes.notify()

    async def _index(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(self._folder / "index.html")

    async def _tell_changes(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: one whenever anything changed."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        try:
            await response.write(b"data: here\n\n")
            while self._is_open:
                await self._changes.wait()
                await response.write(b"data: changed\n\n")
                await asyncio.sleep(PAUSE_S)
                await response.write(b"data: changed\n\n")
        except ConnectionError:
            return response  # The page was closed.
        return response
