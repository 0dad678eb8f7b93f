"""The page docs/quickstart-discord.md, played word for word on an emulated Discord."""

import asyncio
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.docker_host import ROOT
from tests.emulators.discord import Channel, Discord, Member, Message, Thread, running_discord
from tests.halyard import Halyard, a_repository, settings
from tests.service import Cli

pytestmark = [pytest.mark.docker, pytest.mark.timeout(120)]
PAGE = ROOT / "docs" / "quickstart-discord.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
VALUE = re.compile(r" (\w+):")
SOON_S = 30.0


def blocks(kind: str) -> list[str]:
    """Return the blocks of one kind, in order."""
    return [text for found, text in BLOCK.findall(PAGE.read_text()) if found == kind]


def lines() -> Iterator[str]:
    """Yield all that is typed, in order."""
    for kind, text in BLOCK.findall(PAGE.read_text()):
        if kind in {"console", "text"}:
            yield from text.splitlines()


@dataclass(slots=True, kw_only=True)
class Reader:
    """Somebody who does what the page says."""

    halyard: Halyard
    discord: Discord
    channel: Channel
    member: Member
    source: Path
    printed: dict[str, str] = field(default_factory=dict)
    """Command -> what it printed."""

    async def do(self, line: str) -> None:
        """Type a line where it belongs."""
        if line.startswith("/"):
            await self._say(line)
        elif line == "$ halyard up":
            await self.halyard.start()
            await self.discord.connected()
            await self.discord.until(lambda: self.discord.world.announced(self.channel.guild))
        else:
            await self._run(line.removeprefix("$ halyard "))

    async def _run(self, command: str) -> None:
        words = shlex.split(command.replace("/srv/git/web", str(self.source)))
        done = await asyncio.to_thread(Cli(self.halyard.folder), *words)
        assert done.returncode == 0, done.stdout + done.stderr
        self.printed[command] = done.stdout

    async def _say(self, line: str) -> None:
        path, *rest = VALUE.split(line.removeprefix("/"))
        values = dict(zip(rest[::2], rest[1::2], strict=True))
        asked = await self.discord.run(self.member, self.channel, path, values)
        answer = await asked.answered(SOON_S)
        assert "Not done" not in str(answer.embeds)

    async def thread(self) -> Thread:
        """Return the thread that has opened."""
        await self.discord.until(lambda: self.discord.threads(self.channel), SOON_S)
        return self.discord.threads(self.channel)[0]

    async def press(self, thread: Thread, label: str) -> None:
        """Press a button, once it is there."""

        def look() -> Message | None:
            shown = self.discord.messages(thread)
            found = [m for m in shown if any(b["label"] == label for b in m.buttons)]
            return found[0] if found else None

        message = await self.discord.until(look, SOON_S)
        assert message is not None
        await self.discord.press(self.member, message, label)


async def test_the_three_steps_lead_to_work_that_is_done(tmp_path: Path) -> None:
    async with running_discord() as discord:
        guild = discord.add_guild("Acme")
        channel, member = guild.add_channel("web"), guild.add_member("ann")
        sections = await asyncio.to_thread(settings_of_the_page, tmp_path, discord, member)
        async with await Halyard.made(tmp_path, settings(**sections)) as halyard:
            source = await asyncio.to_thread(a_repository, tmp_path)
            reader = Reader(
                halyard=halyard, discord=discord, channel=channel, member=member, source=source
            )
            for line in lines():
                await reader.do(line)
            thread = await reader.thread()
            await reader.press(thread, "Allow once")
            await discord.until(lambda: "is written" in said(discord, thread), SOON_S)

    assert f"client_id={discord.application_id}" in reader.printed["discord invite"]
    assert "missing" not in reader.printed["doctor"]


def said(discord: Discord, thread: Thread) -> str:
    """Return what is said in a thread outside of cards."""
    return "\n".join(message.content for message in discord.messages(thread))


def settings_of_the_page(folder: Path, discord: Discord, member: Member) -> Mapping[str, Any]:
    """Return what the page writes, led to this Discord; and store its token where it says."""
    (written,) = blocks("yaml")
    sections: dict[str, Any] = yaml.safe_load(written.replace("YOUR_ID", str(member.id)))
    (credential,) = sections["credentials"].values()
    token = folder / credential["file"]
    token.parent.mkdir(mode=0o700)
    token.write_text(discord.token)
    addresses = {"api_base": discord.api_base, "gateway_url": discord.gateway_url}
    return {**sections, "discord": {**sections["discord"], **addresses}}
