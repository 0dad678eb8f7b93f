"""`make demo-discord`, `demo-slack`, `demo-chat`, as somebody uses them who has only the pages."""

import asyncio
import os
import re
import signal
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
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
SHARE = re.compile(r"^    /session share +(.+)$", re.MULTILINE)
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
        await self.run("session start", {"project": "demo", "task": TASK})

    async def run(self, path: str, values: Mapping[str, str]) -> None:
        """Run a command as ann, in the channel."""
        (guild,) = (await self.page.get("world"))["guilds"]
        ann = next(member["id"] for member in guild["members"] if member["name"] == "ann")
        (channel,) = guild["channels"]
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


@pytest.mark.parametrize("name", VISITORS)
async def test_the_demo_shows_a_session_on_a_page_and_leaves_nothing(
    folder: Path, name: str
) -> None:
    async with asyncio.timeout(SOON_S), running_demo(folder, name) as demo:
        (page,) = demo.pages.values()
        shown = await page.text()
        await VISITORS[name](page).start()
        await is_there(VISITORS[name](page), "demo-1")
        installation = await asyncio.to_thread(installation_in, folder)
        await comes_to_hold(installation)

    assert "page.js" in shown
    assert await asyncio.to_thread(held, installation, SOCKET) == NOTHING
    assert (demo.process.returncode, await asyncio.to_thread(os.listdir, folder)) == (0, [])


async def test_the_demo_of_both_shares_a_session_over_both(folder: Path) -> None:
    async with asyncio.timeout(SOON_S), running_demo(folder, "Discord", "Slack") as demo:
        discord, slack = OnDiscord(demo.pages["Discord"]), OnSlack(demo.pages["Slack"])
        await discord.start()
        await is_there(discord, "demo-1")
        (shared,) = SHARE.findall(demo.told)
        await discord.run("session share", dict(pair.split(": ") for pair in shared.split(", ")))
        await is_there(slack, "demo-1")


@dataclass(frozen=True, slots=True)
class Demo:
    """One that runs."""

    process: Process
    told: str
    """What it printed."""
    pages: Mapping[str, Page]
    """Chat -> its page."""


@asynccontextmanager
async def running_demo(folder: Path, *names: str) -> AsyncIterator[Demo]:
    """Start it, and end it as Ctrl-C does."""
    words = [sys.executable, "-m", "tests.demo_chat", *(name.lower() for name in names)]
    env = {**os.environ, "TMPDIR": str(folder)}
    process = await asyncio.create_subprocess_exec(*words, cwd=ROOT, env=env, stdout=PIPE)
    assert process.stdout is not None
    try:
        async with aiohttp.ClientSession() as http:
            told = (await process.stdout.readuntil(LAST)).decode()
            pages = {name: Page(http, base) for name, base in AT.findall(told)}
            yield Demo(process, told, pages)
    finally:
        process.send_signal(signal.SIGINT)
        await process.wait()


async def is_there(visitor: Visitor, session: str) -> None:
    """Wait until there is a thread that is called so."""
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
