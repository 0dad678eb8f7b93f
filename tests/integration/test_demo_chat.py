"""`make demo-discord`, `demo-slack`, `demo-chat`, as somebody uses them who has only the pages."""

import asyncio
import os
import re
import signal
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import aiohttp
import pytest

from engine.api import InstallationId
from tests.docker_host import ROOT, SOCKET
from tests.faces import short_folder
from tests.holdings import NOTHING, held

pytestmark = pytest.mark.docker
SOON_S, LOOK_AGAIN_S = 40.0, 0.05
TASK = "slow=5/20"
AT = re.compile(r"^(\w+) is at (http://\S+)$", re.MULTILINE)
LAST = b"leaves nothing behind.\n"


class Visitor(Protocol):
    """Somebody at the page of a chat, who does what it does for them."""

    async def start(self) -> None:
        """Type what starts a session, as ann."""
        ...

    async def threads(self) -> list[str]:
        """Return what each thread is called, or begins with."""
        ...


@dataclass(frozen=True, slots=True)
class Page:
    """What the page of an emulator asks for."""

    http: aiohttp.ClientSession
    base: str

    async def text(self) -> str:
        async with self.http.get(self.base) as answer:
            return await answer.text()

    async def get(self, path: str) -> Any:
        async with self.http.get(f"{self.base}/control/{path}") as answer:
            return await answer.json()

    async def run(self, **asked: Any) -> None:
        async with self.http.post(f"{self.base}/control/run", json=asked) as answer:
            assert answer.status == 200, await answer.text()


@dataclass(frozen=True, slots=True)
class OnDiscord:
    page: Page

    async def start(self) -> None:
        (guild,) = (await self.page.get("world"))["guilds"]
        ann = next(member["id"] for member in guild["members"] if member["name"] == "ann")
        (channel,) = guild["channels"]
        values = {"project": "demo", "task": TASK}
        path = "session start"
        await self.page.run(**{"as": ann}, place=channel["id"], path=path, values=values)

    async def threads(self) -> list[str]:
        (guild,) = (await self.page.get("world"))["guilds"]
        return [str(thread["name"]) for thread in guild["channels"][0]["threads"]]


@dataclass(frozen=True, slots=True)
class OnSlack:
    page: Page

    async def start(self) -> None:
        world = await self.page.get("world")
        ann = next(person["id"] for person in world["people"] if person["name"] == "ann")
        text = f"/hal session start demo {TASK}"
        await self.page.run(**{"as": ann}, channel=world["channels"][0]["id"], text=text)

    async def threads(self) -> list[str]:
        (channel, *_) = (await self.page.get("world"))["channels"]
        messages = await self.page.get(f"channels/{channel['id']}/messages")
        return [str(message["text"]) for message in messages if message["replies"]]


VISITORS: Mapping[str, Callable[[Page], Visitor]] = {"Discord": OnDiscord, "Slack": OnSlack}


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder whose path leaves room for the name of a socket."""
    with short_folder() as made:
        yield made


@pytest.mark.parametrize("names", [["Discord"], ["Slack"], ["Discord", "Slack"]], ids="+".join)
async def test_the_demo_shows_sessions_on_pages_and_leaves_nothing(
    folder: Path, names: Sequence[str]
) -> None:
    async with asyncio.timeout(SOON_S), running_demo(folder, names) as (demo, pages):
        for name, page in pages.items():
            assert "page.js" in await page.text()
            await begun(VISITORS[name](page), f"demo-{names.index(name) + 1}")
        installation = await asyncio.to_thread(installation_in, folder)
        await comes_to_hold(installation)

    assert list(pages) == names
    assert await asyncio.to_thread(held, installation, SOCKET) == NOTHING
    assert (demo.returncode, await asyncio.to_thread(os.listdir, folder)) == (0, [])


@asynccontextmanager
async def running_demo(
    folder: Path, names: Sequence[str]
) -> AsyncIterator[tuple[Process, dict[str, Page]]]:
    """Start the demo, and end it as Ctrl-C does; tell where its pages are."""
    words = [sys.executable, "-m", "tests.demo_chat", *(name.lower() for name in names)]
    env = {**os.environ, "TMPDIR": str(folder)}
    demo = await asyncio.create_subprocess_exec(*words, cwd=ROOT, env=env, stdout=PIPE)
    assert demo.stdout is not None
    try:
        async with aiohttp.ClientSession() as http:
            told = (await demo.stdout.readuntil(LAST)).decode()
            yield demo, {name: Page(http, base) for name, base in AT.findall(told)}
    finally:
        demo.send_signal(signal.SIGINT)
        await demo.wait()


async def begun(visitor: Visitor, session: str) -> None:
    """Start a session, and wait until there is a thread that is called so."""
    await visitor.start()
    while not any(session in name and TASK in name for name in await visitor.threads()):  # noqa: ASYNC110 - over HTTP there is no event
        await asyncio.sleep(LOOK_AGAIN_S)


async def comes_to_hold(installation: InstallationId) -> None:
    """Wait until something of a Halyard lies on the Engine."""
    while await asyncio.to_thread(held, installation, SOCKET) == NOTHING:  # noqa: ASYNC110 - as above
        await asyncio.sleep(LOOK_AGAIN_S)


def installation_in(folder: Path) -> InstallationId:
    """Return which Halyard has its database somewhere in a folder."""
    (database,) = folder.rglob("halyard.db")
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        return InstallationId(db.execute("SELECT id FROM installation").fetchone()[0])
