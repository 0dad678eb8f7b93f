"""`make demo-discord`: Halyard on an emulated Discord, with a page to type and click on."""

import asyncio
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.demo.provisions import repository
from tests.emulators.discord import Channel, Discord, Member, running_discord
from tests.halyard import Halyard, running_halyard

PROJECT, TOKEN = "demo", "DISCORD_TOKEN"
TOLD = """\
Discord is at {page}

Choose "ann" as who you are; she is an admin. Type into the box of #general:
    /session start        project: demo, task: ask work
and go into the thread that opens. There you answer what the agent asks, and say what comes next.
Ctrl-C ends it, and leaves nothing behind.
"""


@asynccontextmanager
async def running_demo(folder: Path) -> AsyncIterator[Discord]:
    """Run Halyard on a server with one channel that is about a small project."""
    async with running_discord(may_have_problems=True) as discord:
        guild = discord.add_guild("Acme")
        channel, ann = guild.add_channel("general"), guild.add_member("ann")
        guild.add_member("bob")
        sections = await asyncio.to_thread(_sections, folder, discord, ann)
        async with running_halyard(folder, **sections) as halyard:
            await _bind(halyard, channel, await repository(folder / PROJECT))
            await discord.connected()
            await discord.until(lambda: discord.world.commands.get(guild.id))
            yield discord


def _sections(folder: Path, discord: Discord, admin: Member) -> Mapping[str, Any]:
    token = folder / "discord-token"
    token.write_text(discord.token)
    token.chmod(0o600)
    return {
        "admins": [f"discord:{admin.id}"],
        "credentials": {TOKEN: {"file": str(token)}},
        "discord": {
            "token": TOKEN,
            "guild": str(admin.guild.id),
            "api_base": discord.api_base,
            "gateway_url": discord.gateway_url,
        },
    }


async def _bind(halyard: Halyard, channel: Channel, source: Path) -> None:
    place = f"discord:{channel.guild.id}/{channel.id}"
    for path, values in (
        ("project add", {"name": PROJECT, "source": str(source)}),
        ("project bind", {"project": PROJECT, "channel": place}),
    ):
        answer = await halyard.call(path, **values)
        assert answer["outcome"] == "done", answer


async def _demo() -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    with tempfile.TemporaryDirectory(prefix="halyard-discord-") as folder:
        async with running_demo(Path(folder)) as discord:
            sys.stdout.write(TOLD.format(page=discord.base))
            sys.stdout.flush()
            await stopped.wait()


if __name__ == "__main__":
    asyncio.run(_demo())
