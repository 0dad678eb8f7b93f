"""`make demo-discord`, as somebody uses it who has only the page."""

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from engine.api import InstallationId
from tests.docker_host import ROOT, SOCKET
from tests.faces import short_folder
from tests.holdings import NOTHING, held

pytestmark = pytest.mark.docker
SOON_S, LOOK_AGAIN_S = 40.0, 0.05
TASK = "slow=5/20"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody at the page of a Discord, who does what it does for them."""

    http: aiohttp.ClientSession
    base: str

    async def page(self) -> str:
        async with self.http.get(self.base) as answer:
            return await answer.text()

    async def guild(self) -> Json:
        async with self.http.get(f"{self.base}/control/world") as answer:
            (guild,) = (await answer.json())["guilds"]
            return dict(guild)

    async def start(self) -> str:
        """Start a session, and return the name of its thread once there is one."""
        guild = await self.guild()
        ann = next(member["id"] for member in guild["members"] if member["name"] == "ann")
        (channel,) = guild["channels"]
        values = {"project": "demo", "task": TASK}
        asked = {"as": ann, "place": channel["id"], "path": "session start", "values": values}
        async with self.http.post(f"{self.base}/control/run", json=asked) as answer:
            assert answer.status == 200, await answer.text()
        while not (threads := (await self.guild())["channels"][0]["threads"]):  # noqa: ASYNC110 - over HTTP there is no event
            await asyncio.sleep(LOOK_AGAIN_S)
        return str(threads[0]["name"])


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder whose path leaves room for the name of a socket."""
    with short_folder() as made:
        yield made


async def test_the_demo_shows_a_session_on_a_page_and_leaves_nothing(folder: Path) -> None:
    demo = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.demo_discord",
        cwd=ROOT, env={**os.environ, "TMPDIR": str(folder)}, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert demo.stdout is not None
    try:
        async with asyncio.timeout(SOON_S), aiohttp.ClientSession() as http:
            first = (await demo.stdout.readline()).decode()
            visitor = Visitor(http, first.rpartition(" ")[2].strip())
            page, thread = await visitor.page(), await visitor.start()
            installation = await asyncio.to_thread(installation_in, folder)
            await comes_to_hold(installation)
    finally:
        demo.send_signal(signal.SIGINT)
        status = await demo.wait()

    assert "page.js" in page
    assert thread == f"demo-1: {TASK}"
    assert await asyncio.to_thread(held, installation, SOCKET) == NOTHING
    assert (status, await asyncio.to_thread(os.listdir, folder)) == (0, [])


async def comes_to_hold(installation: InstallationId) -> None:
    """Wait until something of a Halyard lies on the Engine."""
    while await asyncio.to_thread(held, installation, SOCKET) == NOTHING:  # noqa: ASYNC110 - as above
        await asyncio.sleep(LOOK_AGAIN_S)


def installation_in(folder: Path) -> InstallationId:
    """Return which Halyard has its database somewhere in a folder."""
    (database,) = folder.rglob("halyard.db")
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        return InstallationId(db.execute("SELECT id FROM installation").fetchone()[0])
