"""The emulator as a program, driven over its control API by who is no Python program of ours."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import discord
import pytest
from discord import app_commands

from tests.emulators.bot import Bot, office
from tests.emulators.discord import Discord, Limits

ROOT = Path(__file__).parents[2]
Json = dict[str, Any]


class Client:
    """Does what a member does, over HTTP."""

    def __init__(self, http: aiohttp.ClientSession, server: Discord) -> None:
        self._http = http
        self._base = f"{server.base}/control"
        guild = next(iter(server.world.guilds.values()))
        self.channel = str(next(iter(guild.channels)))
        self.ann = str(next(member.id for member in guild.members.values() if member.name == "ann"))

    async def do(self, act: str, **more: Any) -> Json:
        body = {"as": self.ann, "place": self.channel, **more}
        async with self._http.post(f"{self._base}/{act}", json=body) as answer:
            told: Json = await answer.json()
            return {"status": answer.status, **told}

    async def messages(self) -> list[Json]:
        path = f"{self._base}/places/{self.channel}/messages?as={self.ann}"
        async with self._http.get(path) as answer:
            told: list[Json] = await answer.json()
            return told


@asynccontextmanager
async def client(server: Discord) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as http:
        yield Client(http, server)


async def test_a_member_speaks_edits_reacts_opens_a_thread_and_deletes() -> None:
    async with office(Limits().without_rates()) as it, client(it.server) as ann:
        said = await ann.do("say", text="hello", files=[{"name": "a.txt", "text": "x"}])
        await ann.do("edit", message=said["id"], text="hello all")
        await ann.do("react", message=said["id"], emoji="\N{EYES}")
        await ann.do("thread", message=said["id"], name="ours")
        seen = (await ann.messages())[0]
        await ann.do("delete", message=said["id"])

        assert (seen["content"], seen["edited"]) == ("hello all", True)
        assert seen["thread"]["name"] == "ours"
        assert list(seen["previews"].values()) == ["x"]
        assert await ann.messages() == []


def teach(bot: Bot) -> None:
    @bot.tree.command(description="Start")
    async def start(
        interaction: discord.Interaction,
        project: str,
        count: int,
        once: bool,
        who: discord.Member,
        plan: discord.Attachment,
    ) -> None:
        text = f"{project} {count} {once} {who.name} {(await plan.read()).decode()}"
        await interaction.response.send_message(text, ephemeral=True)

    @start.autocomplete("project")
    async def projects(
        interaction: discord.Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name="Web", value="web")]


async def test_a_command_is_completed_and_run_with_what_was_typed() -> None:
    async with office(teach=teach) as it, client(it.server) as ann:
        offered = await ann.do("complete", path="start", values={"project": "w"}, focused="project")
        values = {
            "project": "web",
            "count": "3",
            "once": "true",
            "who": ann.ann,
            "plan": {"name": "plan", "text": "first"},
        }
        await ann.do("run", path="start", values=values)
        await it.server.until(lambda: it.server.messages(it.channel, seen_by=it.ann))
        seen = await ann.messages()

    assert offered["choices"] == [{"name": "Web", "value": "web"}]
    assert seen[0]["content"] == "web 3 True ann first"
    assert seen[0]["ephemeral"]
    assert seen[0]["asked"] == {"by": "ann", "path": "start"}


@pytest.mark.parametrize(
    ("act", "more", "why"),
    [
        pytest.param("run", {"path": "bye", "values": {}}, "no command", id="no-command"),
        pytest.param("run", {"path": "start", "values": {"count": "x"}}, "not fit", id="no-number"),
        pytest.param("press", {"message": "1", "label": "x"}, "Unknown Message", id="no-message"),
        pytest.param("say", {"text": " "}, "empty message", id="empty"),
        pytest.param("say", {"text": "x", "as": "1"}, "Nobody", id="nobody"),
    ],
)
async def test_what_cannot_be_done_is_a_sentence(act: str, more: Json, why: str) -> None:
    async with office(teach=teach) as it, client(it.server) as ann:
        told = await ann.do(act, **more)

    assert told["status"] == 400
    assert why in told["error"]


async def test_changes_are_told_as_they_come() -> None:
    async with (
        office() as it,
        aiohttp.ClientSession() as http,
        http.get(f"{it.server.base}/control/changes") as events,
    ):
        first = await events.content.readuntil(b"\n\n")
        await it.server.say(it.ann, it.channel, "x")
        second = await events.content.readuntil(b"\n\n")

    assert (first, second) == (b"data: here\n\n", b"data: changed\n\n")


async def test_the_program_tells_how_a_bot_connects_and_stops_at_a_signal() -> None:
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.emulators.discord", "--channel", "web", "--member", "ann",
        cwd=ROOT, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert program.stdout is not None
    try:
        told = json.loads(await program.stdout.readline())
        async with aiohttp.ClientSession() as http:
            headers = {"Authorization": f"Bot {told['token']}"}
            user = await (await http.get(f"{told['api_base']}/users/@me", headers=headers)).json()
            page = await (await http.get(told["page"])).text()
    finally:
        program.terminate()
        status = await program.wait()

    assert user["id"] == told["application_id"]
    assert "page.js" in page
    assert status == 0
