"""Halyard as a process of its own, for tests: started, killed, spoken to, looked at from outside.

    async with running_halyard(tmp_path) as halyard:
        await halyard.call("project add", name="web", source=str(a_repository(tmp_path)))
        async for event in halyard.events(after=0): ...
        await halyard.kill()  # SIGKILL
        halyard.spawn()
        await halyard.answering()

Its folder holds halyard.yaml, `data/` with the database, and `log` with what it printed. At the end
nothing is left of it on the Engine, whatever happened. `halyard_alone` needs no Engine: its
sessions wait for a host that never answers.
"""

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeAlias

from aiohttp import ClientError, ClientSession, ClientTimeout, UnixConnector
from docker import APIClient
from docker.errors import NotFound

from bot.core.told import decode_event
from engine.adapters.docker.names import Names
from engine.domain.event import Event
from engine.domain.values import InstallationId
from tests.docker_host import ROOT, SOCKET, base_image, docker_client

START_S = 30.0
"""From the start of the process to its first answer, on a busy machine."""
CALL_S = 30.0
LOOK_AGAIN_S = 0.02
LINE_MAX_BYTES = 16 * 1024 * 1024
"""Of an event on its way; a larger one is cut off by the client's own limit."""
WHERE = "http://halyard"
Row = Mapping[str, Any]
Rows: TypeAlias = Callable[..., list[Row]]
"""Returns what a query finds, which is given with its values."""


class Cut(Exception):
    """Nothing answers, or the connection broke: whether it was done is not known."""


@dataclass(frozen=True, slots=True)
class Things:
    """The names of all that an Engine holds of one installation."""

    containers: frozenset[str]
    volumes: frozenset[str]
    networks: frozenset[str]


NOTHING = Things(frozenset(), frozenset(), frozenset())


@cache
def agent_image() -> str:
    """Return the demo agent's image, made if it is not there."""
    command = [sys.executable, "-m", "deploy.images", "agent", "demo"]
    made = subprocess.run(  # noqa: S603 - our own program
        command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=600
    )
    return made.stdout.splitlines()[-1]


def a_repository(folder: Path) -> Path:
    """Make a git repository with one commit, called `source`, in `folder`."""
    source = folder / "source"
    source.mkdir(parents=True)
    (source / "main.py").write_text("def answer():\n    return 42\n")
    who = ("-c", "user.name=Test", "-c", "user.email=test@localhost")
    for words in (
        ("init", "-q", "-b", "main"),
        ("add", "."),
        (*who, "commit", "-q", "-m", "Start"),
    ):
        subprocess.run(["git", *words], cwd=source, check=True, timeout=30)  # noqa: S603, S607 - fixed words
    return source


def settings(**sections: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a halyard.yaml for tests: twelve slots, and quick to settle after a kill."""
    durations = {"unknown": 3, "stop_grace": 5, "janitor": 2, "host_check": 5}
    host = {"socket": f"unix://{SOCKET}", "slots": 12, "free_min": "64MiB"}
    return {
        "data_dir": "data",
        "helper_image": base_image(),
        "hosts": {"local": host},
        "agents": {"demo": {"image": agent_image(), "argv": ["halyard-demo-agent"]}},
        **sections,
        "durations": {**durations, **sections.get("durations", {})},
    }


PROGRAM = "bot"
ALONE: Mapping[str, Any] = {
    "data_dir": "data",
    "hosts": {"far": {"socket": "unix:///nowhere/docker.sock"}},
}
"""A halyard.yaml whose one host never answers."""


class Halyard:
    """One `halyard up` after the other, on one folder. Use it through `running_halyard`."""

    def __init__(
        self, folder: Path, *, http: ClientSession, is_alone: bool = False, program: str = PROGRAM
    ) -> None:
        """Let it write and start later; one that is alone has nothing on any Engine."""
        self.folder = folder
        self._program = program
        self._is_alone = is_alone
        self.database = folder / "data" / "halyard.db"
        self._http = http
        self._process: subprocess.Popen[bytes] | None = None
        self.starts = 0
        """How many processes were started; the newest is known by this number."""

    @classmethod
    async def made(
        cls,
        folder: Path,
        config: Mapping[str, Any],
        *,
        is_alone: bool = False,
        program: str = PROGRAM,
    ) -> Self:
        """Write `config` as halyard.yaml; nothing runs yet.

        `program` is a module that understands the words of `halyard`.
        """
        await asyncio.to_thread(_write_config, folder, config)
        http = ClientSession(
            connector=UnixConnector(str(folder / "data" / "halyard.sock"), force_close=True),
            timeout=ClientTimeout(total=None),
            read_bufsize=LINE_MAX_BYTES,
        )
        return cls(folder, http=http, is_alone=is_alone, program=program)

    @property
    def pid(self) -> int:
        """The process that runs now."""
        assert self._process is not None
        return self._process.pid

    def spawn(self) -> None:
        """Start `halyard up`; it answers some time later."""
        assert self._process is None
        config = str(self.folder / "halyard.yaml")
        words = [sys.executable, "-m", self._program, "--config", config, "up"]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                words, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self.starts += 1

    async def answering(self) -> None:
        """Wait until it answers; fail with what it printed if it ends before."""
        async with asyncio.timeout(START_S):
            while not await self._is_healthy():
                assert self._process is not None
                assert self._process.poll() is None, self.printed()
                await asyncio.sleep(LOOK_AGAIN_S)

    async def start(self) -> None:
        """Start it and wait until it answers."""
        self.spawn()
        await self.answering()

    async def kill(self) -> None:
        """End it by SIGKILL, and return once it is gone."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """End it in order."""
        await self._end(signal.SIGTERM)

    def printed(self) -> str:
        """Return the end of what all processes so far have printed."""
        return (self.folder / "log").read_text(errors="replace")[-8_000:]

    async def call(self, path: str, *, key: str = "", **values: str) -> Mapping[str, Any]:
        """Make a call; return its `message`, `outcome` and `head`, as the API gives them.

        Raises:
            Cut: see there; with the same key it can be made again.
        """
        body = {"key": key or os.urandom(16).hex(), "path": path, "values": values}
        try:
            async with (
                asyncio.timeout(CALL_S),
                self._http.post(f"{WHERE}/calls", json=body) as response,
            ):
                answer: Mapping[str, Any] = await response.json()
        except (ClientError, OSError, TimeoutError) as error:
            raise Cut(f"{path}: {error!r}") from error
        assert response.status == 200, answer
        return answer

    async def events(self, after: int, *, session: str = "") -> AsyncGenerator[Event]:
        """Yield what is behind `after` and what comes, until the connection breaks.

        Raises:
            Cut: it did.
        """
        query = {"after": str(after), "session": session}
        try:
            async with self._http.get(f"{WHERE}/events", params=query) as response:
                assert response.status == 200, await response.text()
                async for line in response.content:
                    if line.startswith(b"data: ") and line != b"data: {}\n":
                        yield decode_event(line.removeprefix(b"data: "))
        except (ClientError, OSError) as error:
            raise Cut(repr(error)) from error

    def rows(self, query: str, *values: object) -> list[Row]:
        """Read the database from outside, also while Halyard runs or after it was killed."""
        with self.reading() as rows:
            return rows(query, *values)

    @contextmanager
    def reading(self) -> Iterator[Rows]:
        """Give what does the same for many queries, all of them as things are at one moment."""
        address = f"file:{self.database}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=10)) as db:
            db.row_factory = sqlite3.Row
            db.execute("BEGIN")
            yield lambda query, *values: [dict(row) for row in db.execute(query, values)]

    @property
    def names(self) -> Names:
        """What its things on the Engine are called."""
        return Names(InstallationId(self.rows("SELECT id FROM installation")[0]["id"]))

    def things(self) -> Things:
        """List all that the Engine holds of this installation."""
        filters = self.names.filters()
        with docker_client() as docker:
            containers = docker.containers(all=True, filters=filters)
            volumes = docker.volumes(filters)["Volumes"] or ()
            networks = docker.networks(filters=filters)
        return Things(
            frozenset(one["Names"][0].removeprefix("/") for one in containers),
            frozenset(one["Name"] for one in volumes),
            frozenset(one["Name"] for one in networks),
        )

    def clear(self) -> None:
        """Remove all that the Engine holds of this installation."""
        if self._is_alone or not self.database.exists():
            return
        # The Engine may still be doing what it was asked for before the kill.
        while (found := self.things()) != NOTHING:
            with docker_client() as docker:
                _remove(docker, found)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.close()
        if self._process is not None:
            await self.kill()
        await asyncio.to_thread(self.clear)

    async def _end(self, sign: signal.Signals) -> None:
        process, self._process = self._process, None
        assert process is not None
        process.send_signal(sign)
        await asyncio.to_thread(process.wait, timeout=START_S)

    async def _is_healthy(self) -> bool:
        try:
            async with asyncio.timeout(CALL_S), self._http.get(f"{WHERE}/health") as response:
                return response.status == 200
        except (ClientError, OSError, TimeoutError):
            return False


def _remove(docker: APIClient, things: Things) -> None:
    for container in things.containers:
        with suppress(NotFound):
            docker.remove_container(container, v=True, force=True)
    for volume in things.volumes:
        with suppress(NotFound):
            docker.remove_volume(volume)
    for network in things.networks:
        with suppress(NotFound):
            docker.remove_network(network)


def _write_config(folder: Path, config: Mapping[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "halyard.yaml").write_text(json.dumps(config, indent=2))  # JSON is YAML.


@asynccontextmanager
async def running_halyard(folder: Path, **sections: Mapping[str, Any]) -> AsyncIterator[Halyard]:
    """Start Halyard in `folder`; `sections` go into its halyard.yaml, over those of `settings`."""
    config = await asyncio.to_thread(partial(settings, **sections))
    async with await Halyard.made(folder, config) as halyard:
        await halyard.start()
        yield halyard


@asynccontextmanager
async def halyard_alone(
    folder: Path, program: str = PROGRAM, **sections: Any
) -> AsyncIterator[Halyard]:
    """Start Halyard in `folder` without an Engine; `sections` go into its halyard.yaml."""
    config = {**ALONE, **sections}
    async with await Halyard.made(folder, config, is_alone=True, program=program) as halyard:
        await halyard.start()
        yield halyard
