"""Looks at Discord as it is, and names what is missing and what to do."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import discord
from discord import app_commands

from bot.core.registry import Registry
from bot.discord.announce import SEND
from bot.discord.client import make_client
from bot.discord.face import sentence_of
from bot.discord.permissions import invitation, missing
from bot.discord.settings import DiscordSettings
from bot.discord.trouble import NETWORK
from bot.hearing.finding import Finding, fine, lacking
from engine.api import Conversation, Unavailable

LIMIT_S = 30.0


@dataclass(frozen=True, slots=True)
class Doctor:
    """Looks at everything that Halyard needs on Discord; changes nothing."""

    registry: Registry
    settings: DiscordSettings

    async def look(self, bound: Sequence[Conversation]) -> list[Finding]:
        """Return what was found, in the order in which it has to be put right."""
        try:
            async with asyncio.timeout(LIMIT_S), logged_in(self.settings) as client:
                return [
                    fine("Discord takes the token."),
                    _intent(client),
                    await self._servers(client),
                    *[await _channel(client, channel) for channel in bound],
                ]
        except (discord.DiscordException, *NETWORK) as error:
            return [lacking(sentence_of(error))]

    async def _servers(self, client: discord.Client) -> Finding:
        application = await client.application_info()
        if not application.approximate_guild_count:
            return lacking(f"Halyard is in no server. Invite it: {_link(client)}")
        wanted = self.settings.guild
        if wanted is None:
            return await self._commands(client, None)
        try:
            guild = await client.fetch_guild(wanted, with_counts=False)
        except (discord.NotFound, discord.Forbidden):
            return lacking(
                f"`discord.guild` is {wanted}, but Halyard is in no such server. Correct the"
                f" setting, or invite Halyard there: {_link(client)}",
            )
        return await self._commands(client, guild)

    async def _commands(
        self, client: discord.Client, scope: discord.abc.Snowflake | None
    ) -> Finding:
        tree = app_commands.CommandTree(client)
        try:
            found = {command.name for command in await tree.fetch_commands(guild=scope)}
        except discord.Forbidden:
            return lacking(
                "Halyard may announce no commands there: the scope applications.commands is"
                f" missing. Invite it anew: {_link(client)}",
            )
        hidden = sorted({SEND, *(c.path.split()[0] for c in self.registry)} - found)
        if hidden:
            return lacking(
                f"Discord does not show these commands: {', '.join(hidden)}. Start Halyard with"
                " `halyard up`; it announces them when it connects.",
            )
        return fine(f"Discord shows all {len(found)} commands.")


@asynccontextmanager
async def logged_in(settings: DiscordSettings) -> AsyncIterator[discord.Client]:
    """Have a client that can ask Discord, without hearing anything.

    Raises:
        discord.LoginFailure: the token is refused.
    """
    async with make_client(settings) as client:
        await client.login(settings.token)
        yield client


async def invite(settings: DiscordSettings) -> str:
    """Return the link with which somebody invites Halyard.

    Raises:
        Unavailable: Discord does not tell who Halyard is; the text says why.
    """
    try:
        async with asyncio.timeout(LIMIT_S), logged_in(settings) as client:
            return _link(client)
    except (discord.DiscordException, *NETWORK) as error:
        raise Unavailable(sentence_of(error)) from error


def _link(client: discord.Client) -> str:
    return invitation(client.application_id or 0)


def _intent(client: discord.Client) -> Finding:
    flags = client.application_flags
    if flags.gateway_message_content or flags.gateway_message_content_limited:
        return fine("Halyard may read messages.")
    return lacking(
        "Halyard may not read messages. Switch on Message Content Intent in the developer portal on"
        " the page Bot.",
    )


async def _channel(client: discord.Client, bound: Conversation) -> Finding:
    about = f"Channel {bound.channel} of server {bound.space}"
    try:
        guild = await client.fetch_guild(int(bound.space), with_counts=False)
        channel = await guild.fetch_channel(int(bound.channel))
        me = await guild.fetch_member(client.user.id if client.user else 0)
    except discord.NotFound:
        return lacking(f"{about} is gone. Bind its project to another one.")
    except discord.Forbidden:
        return lacking(f"{about} is hidden from Halyard: give its role View Channels there.")
    wanted = missing(channel.permissions_for(me))
    if wanted:
        return lacking(f"{about} lacks permissions: give Halyard's role there {', '.join(wanted)}.")
    return fine(f"{about} allows all that is needed.")
