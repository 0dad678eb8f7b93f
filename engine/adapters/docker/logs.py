"""The way out of a container: its log, followed.

Stdout is never attached, because a reader that stalls would block the agent.

A host without room cuts an entry short and drops the next. The Engine reads up to there: while the
cut entry is the last one it says so, later it stops in silence, as if it were the end. But it finds
the newest entry from behind, and so we see that it did not come that far.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, UnixConnector

from engine.adapters.docker.frames import Entry, Frames
from engine.adapters.docker.reader import Misplaced, Reader, first_tail, is_behind, wider
from engine.domain.attempt import Cursor
from engine.domain.errors import ContainerLost, HostUnavailable, LogDamaged
from engine.domain.values import ContainerId, HostName
from engine.ports.hosts import LogLine

READ_BYTES = 128 * 1024
"""What is taken off a connection ahead of the reader, at most twice."""
BATCH_LINES = 2_000
CUT = ("unexpected EOF", "invalid character")
"""What the Engine says of an entry that was cut short, with other words around."""


class Logs:
    """What one Engine's containers print, and how they end."""

    def __init__(self, name: HostName, socket: str, *, answer_s: float) -> None:
        self._name = name
        self._socket = socket
        self._answer_s = answer_s
        self._session: ClientSession | None = None

    async def lines(
        self, container: ContainerId, cursor: Cursor, *, follow: bool
    ) -> AsyncGenerator[Sequence[LogLine]]:
        """Yield the lines behind `cursor` until the log ends; with `follow`, the container.

        Raises:
            LogDamaged: the host lost a part of the log; without `follow`, that is always found.
        """
        tail = first_tail(cursor)
        newest = None if follow else await self._newest(container)
        while True:
            try:
                window = self._window(container, cursor, tail, newest=newest, follow=follow)
                async with aclosing(window) as batches:
                    async for batch in batches:
                        cursor = batch[-1].cursor
                        yield batch
            except Misplaced:
                tail = wider(tail, cursor)
            else:
                return

    async def wait(self, container: ContainerId) -> int:
        """Return the exit code once the container has ended."""
        async with self._asked("POST", f"/containers/{container}/wait", {}) as response:
            return int((await response.json())["StatusCode"])

    async def close(self) -> None:
        """Close what is open."""
        if self._session is not None:
            await self._session.close()

    async def _window(
        self,
        container: ContainerId,
        cursor: Cursor,
        tail: int | None,
        *,
        newest: Entry | None,
        follow: bool,
    ) -> AsyncGenerator[Sequence[LogLine]]:
        async with self._log(container, tail, follow=follow) as response:
            if tail and is_behind(_date_s(response), cursor):
                raise Misplaced
            frames, reader = Frames(), Reader(cursor, tail)
            is_whole = newest is None
            async for data in response.content.iter_any():
                entries = frames.feed(data)
                is_whole = is_whole or newest in entries
                lines = reader.read(entries)
                for start in range(0, len(lines), BATCH_LINES):
                    yield lines[start : start + BATCH_LINES]
            reader.end()
            self._require_whole(frames.refusal, is_whole=is_whole)

    def _require_whole(self, refusal: str, *, is_whole: bool) -> None:
        if any(sign in refusal for sign in CUT) or not (refusal or is_whole):
            raise LogDamaged(f"Host {self._name} had no room for a part of the log.")
        if refusal:
            raise HostUnavailable(f"Host {self._name} says: {refusal}")

    async def _newest(self, container: ContainerId) -> Entry | None:
        """Return the last entry, or none if there is none or it is cut short."""
        async with self._log(container, 1, follow=False) as response:
            entries = Frames().feed(await response.read())
        return entries[-1] if entries else None

    def _log(
        self, container: ContainerId, tail: int | None, *, follow: bool
    ) -> AbstractAsyncContextManager[ClientResponse]:
        query = {"stdout": "1", "stderr": "1", "timestamps": "1", "follow": str(int(follow))}
        query["tail"] = str(tail or "all")
        return self._asked("GET", f"/containers/{container}/logs", query)

    @asynccontextmanager
    async def _asked(
        self, method: str, path: str, query: dict[str, str]
    ) -> AsyncIterator[ClientResponse]:
        try:
            async with asyncio.timeout(self._answer_s):
                response = await self._http().request(method, f"http://docker{path}", params=query)
            async with response:
                if response.status == HTTPStatus.NOT_FOUND:
                    raise ContainerLost(f"The container is gone from host {self._name}.")
                response.raise_for_status()
                yield response
        except (ClientError, OSError, TimeoutError, ValueError) as error:
            raise HostUnavailable(f"Host {self._name} broke off: {error}") from error

    def _http(self) -> ClientSession:
        if self._session is None:
            self._session = ClientSession(
                connector=UnixConnector(self._socket, limit=0),
                timeout=ClientTimeout(total=None),
                read_bufsize=READ_BYTES,
            )
        return self._session


def _date_s(response: ClientResponse) -> float:
    return parsedate_to_datetime(response.headers["Date"]).timestamp()
