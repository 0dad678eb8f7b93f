"""The roles of whoever speaks: they come with what is said now, and not with what was said."""

import asyncio
from dataclasses import dataclass

import discord

from bot.discord.places import groups_of
from bot.discord.trouble import NETWORK
from engine.api import GroupId, Unavailable

LIMIT_S = 20.0


@dataclass(frozen=True, slots=True)
class Members:
    """Tells which groups somebody is in; nothing of it is remembered."""

    client: discord.Client

    async def groups(self, user: discord.abc.User, guild: int) -> frozenset[GroupId]:
        """Return the groups of who said something in a server; none of who has left it.

        Raises:
            Unavailable: Discord did not tell.
        """
        if isinstance(user, discord.Member):
            return groups_of(user)
        return await self.groups_by_id(user.id, guild)

    async def groups_by_id(self, user: int, guild: int) -> frozenset[GroupId]:
        """Return the groups that somebody is in now; none of who has left.

        Raises:
            Unavailable: Discord did not tell.
        """
        there = self.client.get_guild(guild)
        if there is None:
            raise Unavailable("Discord has not told of its servers yet.")
        try:
            async with asyncio.timeout(LIMIT_S):
                return groups_of(await there.fetch_member(user))
        except discord.NotFound:
            return frozenset()
        except (discord.HTTPException, *NETWORK) as error:
            raise Unavailable("Discord did not tell the roles of who asks.") from error
