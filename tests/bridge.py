"""A way to a Docker Engine that can be cut: bytes pass as they are, but for the stamps of logs."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from engine.adapters.docker.frames import Entry, Frames
from tests.docker_host import SOCKET
from tests.docker_log import frame

CHUNK_BYTES = 64 * 1024
END = b"\r\n"


@dataclass(slots=True)
class Bridge:
    """A socket like the Engine's own, which is not there before it is up."""

    socket: str
    change: Callable[[Entry], Entry] | None = None
    """What to do to each entry of a log."""
    _server: asyncio.Server | None = None
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    async def up(self) -> None:
        """Let through what comes, from now on."""
        self._server = await asyncio.start_unix_server(self._serve, self.socket)

    async def down(self) -> None:
        """Break off every connection, and take no more."""
        if self._server is None:
            return
        self._server.close()
        for writer in self._open:
            writer.transport.abort()
        await self._server.wait_closed()
        self._server = None
        Path(self.socket).unlink(missing_ok=True)  # noqa: ASYNC240 - a moment

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_engine, to_engine = await asyncio.open_unix_connection(SOCKET)
        ends = {writer, to_engine}
        self._open |= ends
        call = _Call(self.change)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_until_closed(call.ask(reader, to_engine), to_engine))
            tasks.create_task(_until_closed(call.answer(from_engine, writer), writer))
        self._open -= ends


class _Call:
    """What goes over one connection, which may serve several requests one after the other."""

    def __init__(self, change: Callable[[Entry], Entry] | None) -> None:
        self._change = change
        self._is_log = False

    async def ask(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on what is asked."""
        while data := await reader.read(CHUNK_BYTES):
            self._is_log = data.startswith(b"GET ") and b"/logs?" in data.split(END, 1)[0]
            writer.write(data)
            await writer.drain()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on what is answered."""
        while data := await reader.read(CHUNK_BYTES):
            if self._is_log and self._change is not None:
                await self._log(_Begun(reader, data), writer, self._change)
            else:
                writer.write(data)
            await writer.drain()

    async def _log(
        self, reader: "_Begun", writer: asyncio.StreamWriter, change: Callable[[Entry], Entry]
    ) -> None:
        """Pass on one answer with a log, taken apart and put together again."""
        writer.write(await reader.until(END * 2))
        frames = Frames()
        while size := int(await reader.until(END), 16):
            entries = frames.feed(await reader.exactly(size))
            await reader.until(END)
            data = b"".join(frame(change(entry)) for entry in entries)
            if data:
                writer.write(b"%x\r\n%b\r\n" % (len(data), data))
                await writer.drain()
        writer.write(b"0\r\n" + await reader.until(END))
        self._is_log = False


class _Begun:
    """A reader of which the first bytes were read already."""

    def __init__(self, reader: asyncio.StreamReader, data: bytes) -> None:
        self._reader = reader
        self._data = data

    async def until(self, end: bytes) -> bytes:
        """Return what comes up to `end`, and `end`."""
        while end not in self._data:
            await self._more()
        return self._cut(self._data.index(end) + len(end))

    async def exactly(self, size: int) -> bytes:
        """Return the next `size` bytes."""
        while len(self._data) < size:
            await self._more()
        return self._cut(size)

    async def _more(self) -> None:
        more = await self._reader.read(CHUNK_BYTES)
        if not more:
            raise ConnectionResetError
        self._data += more

    def _cut(self, size: int) -> bytes:
        cut, self._data = self._data[:size], self._data[size:]
        return cut


async def _until_closed(passing: Awaitable[None], writer: asyncio.StreamWriter) -> None:
    """Pass on until one end closes, then close the other."""
    try:
        with suppress(ConnectionError):
            await passing
    finally:
        writer.close()
