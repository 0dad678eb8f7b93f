"""A server of the emulated Discord with people in it, and Halyard in a process of its own."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from tests.chaos_chat.town import PROJECTS, add_projects, bind, let_operate
from tests.emulators.discord import Channel, Discord, Guild, Limits, Member, running_discord
from tests.halyard import PROGRAM, Halyard, halyard_alone

LIMITS = Limits(history_delay_s=0.5)
TOKEN_FILE = "token"  # noqa: S105 - the name of a file


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
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

    @property
    def names(self) -> Mapping[str, Sequence[str]]:
        """Project -> the channels that are about it, by the names that commands take."""
        return {
            project: [f"discord:{self.guild.id}/{channel.id}"]
            for project, channel in self.channels.items()
        }

    def sections(self, folder: Path) -> Mapping[str, Any]:
        """Return the settings by which Halyard gets here; `folder` is for secrets."""
        token = folder / TOKEN_FILE
        token.write_text(self.discord.token)
        return {
            "admins": [f"discord:{self.able[0].id}"],
            "credentials": {"discord": {"file": str(token)}},
            "discord": {
                "token": "discord",
                "guild": str(self.guild.id),
                "api_base": self.discord.api_base,
                "gateway_url": self.discord.gateway_url,
            },
        }

    async def furnish(self, halyard: Halyard) -> None:
        """Bind the channels, let people do things, and wait until Halyard is there."""
        await bind(halyard, self.names)
        _, bob, cid = self.able
        (crew,) = cid.roles
        await let_operate(halyard, f"discord:{bob.id}", f"discord-role:{self.guild.id}:{crew.id}")
        await self.discord.connected(timeout_s=30)
        await self.discord.until(
            lambda: self.discord.world.commands.get(self.guild.id), timeout_s=30
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Town(Crowd):
    """A crowd with a Halyard of its own."""

    halyard: Halyard


@asynccontextmanager
async def opened_town(
    folder: Path, seed: int, *, validate: bool = True, program: str = PROGRAM
) -> AsyncIterator[Town]:
    """Open a server, start Halyard in it, and bind a channel to each project.

    `validate` may be switched off where throughput is measured; `program` is what runs as Halyard.
    """
    async with running_discord(limits=LIMITS, seed=seed, validate=validate) as discord:
        crowd = a_crowd(discord)
        sections = await asyncio.to_thread(crowd.sections, folder)
        async with halyard_alone(folder / "home", program, **sections) as halyard:
            await add_projects(halyard, folder)
            await crowd.furnish(halyard)
            yield Town(**{f.name: getattr(crowd, f.name) for f in fields(crowd)}, halyard=halyard)


def a_crowd(discord: Discord) -> Crowd:
    """Let there be a server with people and channels."""
    guild = discord.add_guild("Works")
    crew = guild.add_role("crew")
    return Crowd(
        discord=discord,
        guild=guild,
        channels={name: guild.add_channel(name) for name in PROJECTS},
        able=(
            guild.add_member("ann"),
            guild.add_member("bob"),
            guild.add_member("cid", [crew]),
        ),
        unable=guild.add_member("eve"),
        other_bot=guild.add_member("robot", is_bot=True),
    )
