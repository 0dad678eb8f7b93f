"""Tell Discord of the commands, only when what it shows is not what it was told of last."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import discord

from bot.discord.announce import Tree
from engine.api import Engine

EVERYWHERE = "everywhere"


@dataclass(frozen=True, slots=True)
class Announcing:
    """Remembers, for each application and scope, what was announced and what became of it there.

    Discord writes commands back with more and less than it was told, so what it has is compared
    with what it had after the last announcement, and not with ours.
    """

    engine: Engine
    tree: Tree

    async def bring(self, guild: int | None) -> None:
        """Announce to one server, or everywhere; what was announced elsewhere is taken back.

        Raises:
            discord.DiscordException: Discord did not take it.
        """
        scopes = [None] if guild is None else [None, guild]
        for scope in scopes:
            await self._bring(scope)

    async def _bring(self, guild: int | None) -> None:
        ours, there = self._ours(guild), await self._there(guild)
        name = f"announced:{self.tree.client.application_id}:{guild or EVERYWHERE}"
        known = await self.engine.read(lambda use: use.bookmarks.get(name))
        if digest_of(ours, there) == known or not (ours or there):
            return
        await self.tree.sync(guild=_scope(guild))
        digest = digest_of(ours, await self._there(guild))
        await self.engine.change(lambda use: use.bookmarks.set(name, digest))

    def _ours(self, guild: int | None) -> Sequence[Any]:
        return [
            command.to_dict(self.tree) for command in self.tree.get_commands(guild=_scope(guild))
        ]

    async def _there(self, guild: int | None) -> Sequence[Any]:
        """Return what Discord has, whatever the order in which it tells."""
        found = await self.tree.fetch_commands(guild=_scope(guild))
        return [command.to_dict() for command in sorted(found, key=lambda command: command.id)]


def digest_of(ours: Sequence[Any], there: Sequence[Any]) -> str:
    """Return what tells one set of commands, and what became of it, from another."""
    text = json.dumps([ours, there], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _scope(guild: int | None) -> discord.Object | None:
    return discord.Object(guild) if guild else None
