"""Discord, for a demo."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from engine.api import ActorId
from tests.demo_chat.chat import ANN, BOB, CHANNEL, Chat
from tests.emulators.discord import Discord, Guild, running_discord


@asynccontextmanager
async def discord_chat() -> AsyncIterator[Chat]:
    """Open a server with one channel."""
    async with running_discord(may_have_problems=True) as discord:
        guild = discord.add_guild("Acme")
        channel, ann = guild.add_channel(CHANNEL), guild.add_member(ANN)
        guild.add_member(BOB)
        yield Chat(
            name="Discord",
            page=discord.base,
            channel=f"discord:{guild.id}/{channel.id}",
            admin=ActorId(f"discord:{ann.id}"),
            section="discord",
            settings={
                "guild": str(guild.id),
                "api_base": discord.api_base,
                "gateway_url": discord.gateway_url,
            },
            secrets={"token": discord.token},
            typed=_typed,
            connected=lambda: _connected(discord, guild),
        )


async def _connected(discord: Discord, guild: Guild) -> None:
    await discord.connected()
    await discord.until(lambda: discord.world.commands.get(guild.id))


def _typed(path: str, values: Mapping[str, str]) -> str:
    filled = ", ".join(f"{name}: {value}" for name, value in values.items())
    return f"/{path}        {filled}"
