"""Short-lived containers, each of which does one errand and is gone."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from engine.adapters.docker.archive import packed, unpack
from engine.adapters.docker.config import HOME, Plan
from engine.adapters.docker.containers import Containers
from engine.adapters.docker.control import Control
from engine.adapters.docker.logs import Logs
from engine.adapters.docker.names import Names
from engine.adapters.docker.stdin import Doors
from engine.domain.attempt import Cursor
from engine.domain.errors import ContainerLost, Failed
from engine.domain.values import ContainerId, SessionId
from engine.ports.hosts import Stream

SCRIPTS = files("engine.adapters.docker") / "scripts"
OWN_WORDS = 3
"""Exit code of a script whose last line on stderr is a sentence of ours."""
LINES_MAX = 100
"""How much of what a helper prints is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What a helper is to do."""

    role: str
    scripts: Sequence[str]
    """Names of scripts, run as one."""
    session: SessionId | None = None
    args: Sequence[str] = ()
    volumes: Mapping[str, str] = field(default_factory=dict)
    """Place -> name; at home it has one that goes with it, if none is named."""
    network: str = "none"
    hosts: Sequence[str] = ()
    said: bytes = b""
    """What it reads on stdin."""
    given: tuple[str, Path] | None = None
    """Name in its home folder, and what is put there."""
    limit_s: float = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a helper that went well has left."""

    container: ContainerId
    printed: Sequence[str]


class Helpers:
    """Runs errands on one Engine. A helper is hardened like any container, and always removed."""

    def __init__(
        self,
        names: Names,
        control: Control,
        containers: Containers,
        *,
        doors: Doors,
        logs: Logs,
        image: str,
    ) -> None:
        self._names = names
        self._control = control
        self._containers = containers
        self._doors = doors
        self._logs = logs
        self._image = image

    async def run(self, errand: Errand) -> Sequence[str]:
        """Do an errand and return what it printed on stdout.

        Raises:
            Failed: it ended badly or took too long; the text says why.
        """
        async with self.done(errand) as done:
            return done.printed

    @asynccontextmanager
    async def done(self, errand: Errand) -> AsyncIterator[Done]:
        """Do an errand, and keep its container until the caller has taken what it left.

        Raises:
            Failed: it ended badly or took too long; the text says why.
        """
        name = self._names.helper(errand.session, errand.role)
        try:
            yield await self._in_time(name, errand)
        finally:
            await self._containers.remove(name)

    async def take(self, done: Done, name: str, target: Path, *, max_bytes: int) -> None:
        """Copy a file of a helper's home folder to `target`.

        Raises:
            Failed: it is no plain file, or larger than `max_bytes`.
        """
        path = f"{HOME}/{name}"
        await self._control.call(
            lambda docker: unpack(
                docker.get_archive(done.container, path)[0], target, max_bytes=max_bytes
            )
        )

    async def _in_time(self, name: str, errand: Errand) -> Done:
        try:
            async with asyncio.timeout(errand.limit_s):
                return await self._do(name, errand)
        except TimeoutError as error:
            raise Failed(f"It took longer than {errand.limit_s:.0f} seconds.") from error

    async def _do(self, name: str, errand: Errand) -> Done:
        await self._end_earlier(errand)
        plan = self._plan(errand)
        container = await self._containers.create(name, plan)
        if errand.given is not None:
            file, content = errand.given
            await self._control.call(
                lambda docker: docker.put_archive(container, HOME, packed(file, content))
            )
        await self._say(container, plan, errand.said)
        exit_code = await self._logs.wait(container)
        printed = await self._printed(container)
        if exit_code:
            raise Failed(_reason(printed[Stream.STDERR], exit_code))
        return Done(container=container, printed=tuple(printed[Stream.STDOUT]))

    async def _end_earlier(self, errand: Errand) -> None:
        """End what a Halyard that was killed has left at the same errand.

        Nobody waits for it, and two at once would spoil each other's work.
        """
        if errand.session is None:
            return
        filters = self._names.filters(errand.session, role=errand.role)
        found = await self._control.call(
            lambda docker: docker.containers(all=True, filters=filters)
        )
        for one in found:
            await self._containers.remove(one["Id"])

    async def _say(self, container: ContainerId, plan: Plan, said: bytes) -> None:
        async with self._doors.into(container) as stdin:
            await self._containers.start(container, plan)
            try:
                await stdin.write(said)
            except ContainerLost:
                return  # It ended before it had heard all; its last word tells why.

    async def _printed(self, container: ContainerId) -> Mapping[Stream, deque[str]]:
        printed: dict[Stream, deque[str]] = {key: deque(maxlen=LINES_MAX) for key in Stream}
        async for batch in self._logs.lines(container, Cursor(), follow=False):
            for line in batch:
                printed[line.stream].append(line.text.decode(errors="replace"))
        return printed

    def _plan(self, errand: Errand) -> Plan:
        script = "".join((SCRIPTS / name).read_text() for name in ("common.sh", *errand.scripts))
        return Plan(
            image=self._image,
            entrypoint=("/bin/sh", "-euc", script, "halyard"),
            argv=errand.args,
            labels=self._names.labels(errand.session, role=errand.role),
            network=errand.network,
            volumes={HOME: "", **errand.volumes},
            hosts=errand.hosts,
        )


def _reason(lines: Sequence[str], exit_code: int) -> str:
    said = [line.strip() for line in lines if line.strip()]
    if not said:
        return f"It ended with exit code {exit_code} and said nothing."
    # Below the line that says what is wrong git adds advice; some forges say it in their own way.
    fatal = [line for line in said if line.startswith(("fatal: ", "ERROR: "))]
    line = fatal[0] if fatal and exit_code != OWN_WORDS else said[-1]
    return line.removeprefix("fatal: ").removeprefix("ERROR: ")
