"""The one place where a client of Discord is made."""

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.discord.settings import DiscordSettings

CONNECTIONS_MAX = 32
"""Without a limit, a burst opens a connection for each interaction, and all are too late."""
GUILD_WAIT_S = 0.5
"""How long the client waits for one more server before it says that it is ready."""


def make_client(settings: DiscordSettings) -> discord.Client:
    """Return a client that is not connected yet. Made within a running loop, by which it is closed.

    It keeps neither messages nor members: what was said is in our inbox, and who somebody is comes
    with what they say.
    """
    point_to(settings)
    return discord.Client(
        intents=intents(),
        connector=aiohttp.TCPConnector(limit=CONNECTIONS_MAX),
        allowed_mentions=discord.AllowedMentions.none(),
        max_messages=None,
        member_cache_flags=discord.MemberCacheFlags.none(),
        chunk_guilds_at_startup=False,
        guild_ready_timeout=GUILD_WAIT_S,
    )


def intents() -> discord.Intents:
    """Return what we want to be told; only the content of messages is privileged."""
    wanted = discord.Intents.none()
    wanted.guilds = wanted.guild_messages = wanted.message_content = True
    return wanted


def point_to(settings: DiscordSettings) -> None:
    """Let the library speak to the addresses of the settings; it has no other way to say so."""
    Route.BASE = settings.api_base
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.gateway_url)
