"""A server of the emulated Discord with people in it, and Halyard in a process of its own."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.chaos_chat.town import PROJECTS, a_source, add_project, let_operate
from tests.emulators.discord import Channel, Discord, Guild, Limits, Member, running_discord
from tests.halyard import PROGRAM, Halyard, halyard_alone

LIMITS = Limits(history_delay_s=0.5)
TOKEN_FILE = "token"  # noqa: S105 - the name of a file


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """Who is there, and where they talk."""

    discord: Discord
    guild: Guild
    channels: Mapping[str, Channel]
    """Project -> the channel that is about it."""
    able: tuple[Member, ...]
    """People who may do everything that they ask for here."""
    unable: Member
    """Somebody who may do nothing."""
    other_bot: Member
    halyard: Halyard


@asynccontextmanager
async def opened_town(
    folder: Path, seed: int, *, validate: bool = True, program: str = PROGRAM
) -> AsyncIterator[Town]:
    """Open a server, start Halyard in it, and bind a channel to each project.

    `validate` may be switched off where throughput is measured; `program` is what runs as Halyard.
    """
    async with running_discord(limits=LIMITS, seed=seed, validate=validate) as discord:
        guild = discord.add_guild("Works")
        crew = guild.add_role("crew")
        ann, bob = guild.add_member("ann"), guild.add_member("bob")
        cid = guild.add_member("cid", [crew])
        sections = await asyncio.to_thread(_sections, folder, discord, guild, admin=ann)
        async with halyard_alone(folder / "home", program, **sections) as halyard:
            town = Town(
                discord=discord,
                guild=guild,
                channels={name: guild.add_channel(name) for name in PROJECTS},
                able=(ann, bob, cid),
                unable=guild.add_member("eve"),
                other_bot=guild.add_member("robot", is_bot=True),
                halyard=halyard,
            )
            source = await a_source(folder)
            for name, channel in town.channels.items():
                await add_project(halyard, source, name, f"discord:{guild.id}/{channel.id}")
            await let_operate(halyard, f"discord:{bob.id}", f"discord-role:{guild.id}:{crew.id}")
            await discord.connected(timeout_s=30)
            await discord.until(lambda: discord.world.commands.get(guild.id), timeout_s=30)
            yield town


def _sections(
    folder: Path, discord: Discord, guild: Guild, *, admin: Member
) -> Mapping[str, object]:
    token = folder / TOKEN_FILE
    token.write_text(discord.token)
    return {
        "admins": [f"discord:{admin.id}"],
        "credentials": {"discord": {"file": str(token)}},
        "discord": {
            "token": "discord",
            "guild": str(guild.id),
            "api_base": discord.api_base,
            "gateway_url": discord.gateway_url,
        },
    }
