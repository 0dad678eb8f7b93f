"""Takes the time inside an engine of this process: of the Docker Engine's answers, and of stdin."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter
from typing import Any
from unittest.mock import patch

from docker import APIClient

from engine.adapters.docker.host import DockerHost
from engine.domain.values import ContainerId
from engine.ports.hosts import Stdin

FIRST_WORD = b'"method":"initialize"'


@dataclass(slots=True)
class Stopwatch:
    """What happened in one dispatch."""

    engine_s: float = 0.0
    """Time in the Engine's own answers to create and start."""
    written_at: float = 0.0
    written: asyncio.Event = field(default_factory=asyncio.Event)

    @contextmanager
    def engine_call(self) -> Iterator[None]:
        """Count what the Engine takes."""
        begun = perf_counter()
        try:
            yield
        finally:
            self.engine_s += perf_counter() - begun


@dataclass(slots=True)
class Stand:
    """Holds the stopwatch of the dispatch at work."""

    watch: Stopwatch = field(default_factory=Stopwatch)


class TimedClient(APIClient):
    """Times what the Engine takes to make and start containers."""

    def __init__(self, stand: Stand, **options: Any) -> None:
        super().__init__(**options)
        self._stand = stand

    def create_container_from_config(self, *args: Any, **options: Any) -> Any:
        with self._stand.watch.engine_call():
            return super().create_container_from_config(*args, **options)  # type: ignore[no-untyped-call]

    def start(self, *args: Any, **options: Any) -> Any:
        with self._stand.watch.engine_call():
            return super().start(*args, **options)


@dataclass(frozen=True, slots=True)
class TimedStdin:
    """Notes when the first request was written."""

    stdin: Stdin
    watch: Stopwatch

    async def write(self, data: bytes) -> None:
        await self.stdin.write(data)
        if FIRST_WORD in data:
            self.watch.written_at = perf_counter()
            self.watch.written.set()


class TimedHost(DockerHost):
    """A host whose containers' stdin is watched."""

    def __init__(self, stand: Stand, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._stand = stand

    @asynccontextmanager
    async def stdin(self, container: ContainerId) -> AsyncIterator[Stdin]:
        async with super().stdin(container) as stdin:
            yield TimedStdin(stdin, self._stand.watch)


@contextmanager
def timed() -> Iterator[Stand]:
    """Let hosts that are built inside the block take the time of what they do."""
    stand = Stand()
    with (
        patch("engine.bootstrap.DockerHost", partial(TimedHost, stand)),
        patch("engine.adapters.docker.control.APIClient", partial(TimedClient, stand)),
    ):
        yield stand
