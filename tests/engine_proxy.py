"""A Docker Engine with faults: it passes everything on but attaches, and touches only logs."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from aiohttp import ClientSession, UnixConnector, web

from engine.adapters.docker.frames import Entry, Frames
from tests.docker_host import SOCKET
from tests.docker_log import frame

HOP = {"transfer-encoding", "content-length", "connection", "date", "server"}


@dataclass
class Proxy:
    """What to do to the logs that pass."""

    socket: str
    change: Callable[[Entry], Entry] = lambda entry: entry
    cut_after: int | None = None
    """Break the connection off after so many entries."""
    date: str = ""
    """What the clock of the Engine's machine says, if another than ours."""
    passed: int = 0
    """How many entries went through."""


@asynccontextmanager
async def proxied(folder: Path) -> AsyncIterator[Proxy]:
    """Listen on a socket of our own."""
    proxy = Proxy(str(folder / "engine.sock"))
    async with ClientSession(
        connector=UnixConnector(SOCKET, limit=0), auto_decompress=False
    ) as engine:
        server = web.Application(client_max_size=2**30)
        server.router.add_route("*", "/{path:.*}", partial(_pass_on, proxy, engine))
        runner = web.AppRunner(server, handler_cancellation=True, shutdown_timeout=1)
        await runner.setup()
        await web.UnixSite(runner, proxy.socket).start()
        try:
            yield proxy
        finally:
            await runner.cleanup()


async def _pass_on(proxy: Proxy, engine: ClientSession, request: web.Request) -> web.StreamResponse:
    sent = engine.request(
        request.method,
        f"http://docker{request.rel_url}",
        data=await request.read(),
        headers={"Content-Type": request.content_type},
    )
    async with sent as found:
        kept = {key: value for key, value in found.headers.items() if key.lower() not in HOP}
        if proxy.date:
            kept["Date"] = proxy.date
        response = web.StreamResponse(status=found.status, headers=kept)
        await response.prepare(request)
        portions = found.content.iter_any()
        is_log = request.path.endswith("/logs")
        async for data in _changed(proxy, portions) if is_log else portions:
            await response.write(data)
        if is_log and proxy.cut_after is not None and request.transport is not None:
            request.transport.abort()
        return response


async def _changed(proxy: Proxy, portions: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    frames, count = Frames(), 0
    async for data in portions:
        for entry in frames.feed(data):
            yield frame(proxy.change(entry))
            count += 1
            proxy.passed += 1
            if count == proxy.cut_after:
                return
