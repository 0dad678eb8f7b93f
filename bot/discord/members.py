"""The people of a server: their roles, and the sign that something of theirs was taken."""

import asyncio
from dataclasses import dataclass

import discord

from bot.discord.places import PLATFORM, Place, groups_of
from bot.discord.trouble import NETWORK
from bot.hearing.utterance import Mark
from engine.api import ActorId, GroupId, Unavailable

LIMIT_S = 20.0
SIGN = "👀"


@dataclass(frozen=True, slots=True)
class Members:
    """Tells which groups somebody is in; nothing of it is remembered.

    Roles come with what is said now, and not with what was said.
    """

    client: discord.Client

    @property
    def platform(self) -> str:
        """Its name in conversations."""
        return PLATFORM

    async def groups(self, actor: ActorId, space: str) -> frozenset[GroupId]:
        """Return the groups that somebody is in now; none of who has left.

        Raises:
            Unavailable: Discord did not tell.
        """
        there = self.client.get_guild(int(space))
        if there is None:
            raise Unavailable("Discord has not told of its servers yet.")
        try:
            async with asyncio.timeout(LIMIT_S):
                user = int(actor.removeprefix(f"{PLATFORM}:"))
                return groups_of(await there.fetch_member(user))
        except discord.NotFound:
            return frozenset()
        except (discord.HTTPException, *NETWORK) as error:
            raise Unavailable("Discord did not tell the roles of who asks.") from error

    async def sign(self, mark: Mark) -> None:
        """Show that a message was taken; where that cannot be shown, nothing else changes."""
        place = Place.of(mark.conversation).among(self.client)
        try:
            async with asyncio.timeout(LIMIT_S):
                await place.get_partial_message(int(mark.id)).add_reaction(SIGN)
        except (discord.HTTPException, *NETWORK):
            return
