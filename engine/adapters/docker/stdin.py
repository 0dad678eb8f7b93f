"""The way into a container: a hijacked attach of its stdin alone."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TypeAlias

from engine.adapters.docker.containers import Containers
from engine.domain.errors import ContainerLost, EngineError, Failed, HostUnavailable
from engine.domain.host import HostSettings
from engine.domain.values import ContainerId, HostName

IsOver: TypeAlias = Callable[[], Awaitable[bool]]
"""Asks whether the container is gone or has ended."""

REQUEST = (
    "POST /containers/{container}/attach?stream=1&stdin=1 HTTP/1.1\r\n"
    "Host: docker\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 0\r\n\r\n"
)


class Door:
    """One open way in. The bytes of a write stay together.

    What is written right after the container's end is taken by the Engine all the same: that an
    agent has read it can only be seen from what it says.
    """

    def __init__(
        self,
        host: HostName,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        answer_s: float,
        is_over: IsOver,
    ) -> None:
        self._host = host
        self._is_over = is_over
        self._reader = reader
        self._writer = writer
        self._answer_s = answer_s
        self._turn = asyncio.Lock()
        self.users = 0
        self.is_broken = False
        # Nothing may wait in our own memory: what was written survives our death.
        writer.transport.set_write_buffer_limits(high=0)

    async def write(self, data: bytes) -> None:
        # Without the lock two long writes at once could get between each other's bytes.
        async with self._turn:
            try:
                async with asyncio.timeout(self._answer_s):
                    await self._put(data)
            except ConnectionError as error:
                raise await self._broken() from error
            except TimeoutError as error:
                # Half a line may be written, so that it cannot go on.
                self.is_broken = True
                self._writer.transport.abort()
                raise Failed("The agent does not read what it is sent.") from error

    def close(self) -> None:
        """Close the connection."""
        self._writer.close()

    async def _put(self, data: bytes) -> None:
        # The Engine says nothing on this connection; it closes it when the container ends.
        if self._reader.at_eof():
            raise ConnectionResetError
        self._writer.write(data)
        await self._writer.drain()

    async def _broken(self) -> EngineError:
        self.is_broken = True
        if await self._is_over():
            return ContainerLost("The container does not take input any more.")
        return HostUnavailable(f"Host {self._host} broke off.")


class Doors:
    """The ways into one Engine's containers.

    Whoever writes to a container shares one connection: the Engine copies two connections in
    portions, and would put long lines into each other.
    """

    def __init__(self, settings: HostSettings, containers: Containers, *, answer_s: float) -> None:
        self._settings = settings
        self._containers = containers
        self._answer_s = answer_s
        self._opening = asyncio.Lock()
        self._open: dict[ContainerId, Door] = {}

    @asynccontextmanager
    async def into(self, container: ContainerId) -> AsyncIterator[Door]:
        """Open the way in; leaving closes it, not the container's stdin.

        Raises:
            ContainerLost: it is gone.
        """
        # Without the lock two who come at once could open a connection each.
        async with self._opening:
            door = self._open.get(container)
            if door is None or door.is_broken:
                door = self._open[container] = await self._opened(container)
            door.users += 1
        try:
            yield door
        finally:
            door.users -= 1
            if not door.users:
                door.close()
                if self._open.get(container) is door:
                    del self._open[container]

    async def _opened(self, container: ContainerId) -> Door:
        name = self._settings.name
        try:
            async with asyncio.timeout(self._answer_s):
                reader, writer = await asyncio.open_unix_connection(self._settings.socket)
                await _upgrade(name, container, reader, writer)
        except (OSError, TimeoutError, EOFError) as error:
            raise HostUnavailable(f"Host {name} does not answer.") from error
        return Door(
            name,
            reader,
            writer,
            answer_s=self._answer_s,
            is_over=lambda: self._containers.is_over(container),
        )


async def _upgrade(
    host: HostName,
    container: ContainerId,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
) -> None:
    try:
        writer.write(REQUEST.format(container=container).encode())
        head = await reader.readuntil(b"\r\n\r\n")
        _check(host, int(head.split(b" ", 2)[1]))
    except BaseException:
        writer.close()
        raise


def _check(host: HostName, status: int) -> None:
    if status == HTTPStatus.NOT_FOUND:
        raise ContainerLost(f"The container is gone from host {host}.")
    if status != HTTPStatus.SWITCHING_PROTOCOLS:
        raise HostUnavailable(f"Host {host} refused an attach with status {status}.")
