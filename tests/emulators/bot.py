"""A bot of discord.py, unmodified, that a test teaches what to do."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.emulators.clock import Clock, wall_clock
from tests.emulators.discord import Channel, Discord, Guild, Limits, Member, running_discord

READY_AFTER_S = 0.02
"""discord.py waits so long for a further guild before it is ready."""


class Bot(discord.Client):
    """A client with a tree of commands, and what it heard."""

    def __init__(
        self,
        intents: discord.Intents | None = None,
        *,
        heartbeat_timeout: float = 60,
        connector: aiohttp.BaseConnector | None = None,
    ) -> None:
        super().__init__(
            intents=intents or discord.Intents.all(),
            guild_ready_timeout=READY_AFTER_S,
            heartbeat_timeout=heartbeat_timeout,
            connector=connector,
        )
        self.tree = app_commands.CommandTree(self)
        self.heard: list[discord.Message] = []
        self.is_up = asyncio.Event()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Begin a new session at once, where discord.py would wait for five seconds."""

    async def on_ready(self) -> None:
        self.is_up.set()

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A guild with a channel and a person in it, and a bot that listens."""

    server: Discord
    bot: Bot
    guild: Guild
    channel: Channel
    ann: Member

    @property
    def web(self) -> discord.TextChannel:
        """The channel as discord.py knows it."""
        channel = self.bot.get_channel(self.channel.id)
        assert isinstance(channel, discord.TextChannel)
        return channel


@asynccontextmanager
async def office(
    limits: Limits | None = None,
    *,
    bot: Bot | None = None,
    teach: Callable[[Bot], object] | None = None,
    clock: Clock = wall_clock,
    validate: bool = True,
    may_have_problems: bool = False,
) -> AsyncIterator[Office]:
    """An office whose bot is connected, and has announced the commands that `teach` gave it."""
    bot = bot or Bot()
    async with running_discord(
        limits=limits,
        clock=clock,
        validate=validate,
        may_have_problems=may_have_problems,
    ) as server:
        guild = server.add_guild("Acme")
        channel, ann = guild.add_channel("web"), guild.add_member("ann")
        async with connected(bot, server):
            if teach is not None:
                teach(bot)
                await bot.tree.sync()
            yield Office(server=server, bot=bot, guild=guild, channel=channel, ann=ann)


@asynccontextmanager
async def connected(bot: Bot, server: Discord) -> AsyncIterator[Bot]:
    """Let a bot be connected until the block ends."""
    point_at(server)
    running = asyncio.ensure_future(bot.start(server.token))
    ready = asyncio.ensure_future(bot.is_up.wait())
    try:
        async with asyncio.timeout(20):
            await asyncio.wait([running, ready], return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()
        yield bot
    finally:
        ready.cancel()
        await bot.close()
        await asyncio.wait([running])


def point_at(server: Discord) -> None:
    """Let discord.py take `server` for Discord."""
    Route.BASE = server.api_base
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(server.gateway_url)
