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

LIMIT_S = 60.0


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
                    *await self._servers(client, bound),
                    *[await _channel(client, channel) for channel in bound],
                ]
        except (discord.DiscordException, *NETWORK) as error:
            return [lacking(sentence_of(error))]

    async def _servers(
        self, client: discord.Client, bound: Sequence[Conversation]
    ) -> list[Finding]:
        """Look at each server; where a channel is bound, that channel tells what is allowed."""
        there = [server async for server in client.fetch_guilds(limit=None, with_counts=False)]
        chosen = [server for server in there if self.settings.guild in {None, server.id}]
        if not chosen:
            return [self._absence(client, is_somewhere=bool(there))]
        tree = app_commands.CommandTree(client)
        scopes = [await _scope(tree, server) for server in chosen]
        # Where none may be announced, Discord does not tell either which it shows.
        is_told = all(scope.is_fine for scope in scopes)
        used = {channel.space for channel in bound}
        return [
            *scopes,
            *([await self._commands(tree)] if is_told else []),
            *[await _server(client, server) for server in chosen if str(server.id) not in used],
        ]

    def _absence(self, client: discord.Client, *, is_somewhere: bool) -> Finding:
        if not is_somewhere:
            return lacking(f"Halyard is in no server. Invite it: {_link(client)}")
        return lacking(
            f"`discord.guild` is {self.settings.guild}, but Halyard is in no such server. Correct"
            f" the setting, or invite Halyard there: {_link(client)}",
        )

    async def _commands(self, tree: app_commands.CommandTree) -> Finding:
        guild = self.settings.guild
        scope = discord.Object(guild) if guild else None
        found = {command.name for command in await tree.fetch_commands(guild=scope)}
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


async def _scope(tree: app_commands.CommandTree, server: discord.Guild) -> Finding:
    """Look whether a server takes commands; it tells of its own, also where it has none."""
    about = f"server {server.id} ({server.name})"
    try:
        await tree.fetch_commands(guild=server)
    except discord.Forbidden:
        return lacking(
            f"Halyard may announce no commands in {about}: the scope applications.commands is"
            f" missing. Invite it anew: {_link(tree.client)}",
        )
    return fine(f"Halyard may announce commands in {about}.")


async def _server(client: discord.Client, server: discord.Guild) -> Finding:
    _, me = await _membership(client, server.id)
    return _permissions(f"Server {server.id} ({server.name})", me.guild_permissions)


async def _channel(client: discord.Client, bound: Conversation) -> Finding:
    about = f"Channel {bound.channel} of server {bound.space}"
    try:
        guild, me = await _membership(client, int(bound.space))
        channel = await guild.fetch_channel(int(bound.channel))
    except discord.NotFound:
        return lacking(f"{about} is gone. Bind its project to another one.")
    except discord.Forbidden:
        return lacking(f"{about} is hidden from Halyard: give its role View Channels there.")
    return _permissions(about, channel.permissions_for(me))


async def _membership(client: discord.Client, server: int) -> tuple[discord.Guild, discord.Member]:
    """Return a server with its roles, and what we are in it."""
    guild = await client.fetch_guild(server, with_counts=False)
    return guild, await guild.fetch_member(client.user.id if client.user else 0)


def _permissions(about: str, given: discord.Permissions) -> Finding:
    wanted = missing(given)
    if wanted:
        return lacking(f"{about} lacks permissions: give Halyard's role there {', '.join(wanted)}.")
    return fine(f"{about} allows all that is needed.")
