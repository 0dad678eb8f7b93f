"""Tell Discord of the commands, only when they are others than it was told of last."""

import hashlib
import json
from dataclasses import dataclass

import discord

from bot.discord.announce import Tree
from engine.api import Engine

EVERYWHERE = "everywhere"


@dataclass(frozen=True, slots=True)
class Announcing:
    """Remembers, for each application and scope, what was announced there."""

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
        name = f"announced:{self.tree.client.application_id}:{guild or EVERYWHERE}"
        digest = digest_of(self.tree, guild)
        known = await self.engine.read(lambda use: use.bookmarks.get(name))
        if digest == known or (not digest and not known):
            return
        await self.tree.sync(guild=_scope(guild))
        await self.engine.change(lambda use: use.bookmarks.set(name, digest))


def digest_of(tree: Tree, guild: int | None) -> str:
    """Return what tells one set of commands from another; empty if there are none."""
    payload = [command.to_dict(tree) for command in tree.get_commands(guild=_scope(guild))]
    text = json.dumps(payload, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest() if payload else ""


def _scope(guild: int | None) -> discord.Object | None:
    return discord.Object(guild) if guild else None
