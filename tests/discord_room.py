"""A server of the emulated Discord with Halyard in it, as people see it; no Docker Engine."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from bot.commands import registry
from bot.discord.face import running_discord_face
from bot.discord.places import conversation_at
from bot.discord.settings import DiscordSettings
from engine.adapters.store.store import SqlStore
from engine.api import (
    ActorId,
    AddRequest,
    AgentName,
    Conversation,
    Engine,
    EnvironmentName,
    ProjectName,
    StartRequest,
    Task,
    UseCases,
)
from tests.emulators.discord import (
    Channel,
    Discord,
    Guild,
    Limits,
    Member,
    Message,
    Thread,
    running_discord,
)
from tests.faces import engine_of
from tests.fakes.clock import RunningClock
from tests.ground import Ground, a_settings

ResultT = TypeVar("ResultT")
SOON_S, POLL_S = 10.0, 0.01
FILE_MAX_BYTES = 1_000_000
DEMO = ProjectName("demo")


@dataclass(slots=True, kw_only=True)
class Room:
    """One channel, an admin and somebody who may do nothing."""

    discord: Discord
    guild: Guild
    channel: Channel
    ann: Member
    eve: Member
    ground: Ground
    engine: Engine

    @property
    def actor(self) -> ActorId:
        """Ann, as Halyard knows her."""
        return ActorId(f"discord:{self.ann.id}")

    @property
    def here(self) -> Conversation:
        """The channel, as Halyard knows it."""
        return conversation_at(self.guild.id, self.channel.id)

    async def do(self, change: Callable[[UseCases], ResultT]) -> ResultT:
        """Change something behind the face's back."""
        return await self.engine.change(change)

    async def read(self, look: Callable[[UseCases], ResultT]) -> ResultT:
        """Look at what is stored."""
        return await self.engine.read(look)

    @asynccontextmanager
    async def halyard(self, **changes: Any) -> AsyncIterator[None]:
        """Let Halyard be there with its commands until the end of the block."""
        settings = replace(settings_of(self.discord, self.guild), **changes)
        async with running_discord_face(self.engine, registry, settings, self.ground.clock):
            await self.discord.connected()
            await self.announced()
            yield
        await self.discord.until(lambda: not self.discord.gateway.is_connected)

    async def announced(self) -> None:
        """Wait until people can type commands."""
        await self.discord.until(lambda: self.discord.world.commands.get(self.guild.id))

    async def add_project(self, *, is_bound: bool = True) -> None:
        """Have the project `demo`, and the channel be about it."""

        def add(use: UseCases) -> None:
            use.projects.add(
                AddRequest(
                    actor=self.actor,
                    is_local=False,
                    name=DEMO,
                    source="https://git.example.org/demo.git",
                    ref="",
                    credential="",
                    agent=AgentName("demo"),
                    environment=EnvironmentName("default"),
                    host=None,
                )
            )
            if is_bound:
                use.channels.bind(self.here, DEMO)

        await self.do(add)

    async def start(self, task: str = "Begin") -> Thread:
        """Have a session, with a thread to speak to it; its task waits, as there is no host."""
        request = StartRequest(actor=self.actor, conversation=self.here, project=DEMO, task=task)
        before = len(self.discord.threads(self.channel))
        await self.do(lambda use: use.sessions.start(request))
        await self.discord.until(lambda: len(self.discord.threads(self.channel)) > before)
        thread = self.discord.threads(self.channel)[-1]
        there = conversation_at(self.guild.id, self.channel.id, thread.id)
        await self.until(lambda use: use.sessions.in_thread(there))
        return thread

    async def tasks(self, session: str = "demo-1") -> list[Task]:
        """Return a session's tasks, oldest first."""
        return list(await self.read(lambda use: use.tasks.of(session)))

    async def until(
        self, look: Callable[[UseCases], ResultT], timeout_s: float = SOON_S
    ) -> ResultT:
        """Wait until something that is stored is so, and return it; not all of it makes events."""
        async with asyncio.timeout(timeout_s):
            while not (found := await self.read(look)):  # noqa: ASYNC110 - there is no event
                await asyncio.sleep(POLL_S)
            return found


def text_of(message: Message) -> str:
    """Return all that a person reads of a message."""
    parts = [message.content]
    for embed in message.embeds:
        parts += [embed.get("title", ""), embed.get("description", "")]
        parts += [f"{f['name']} {f['value']}" for f in embed.get("fields", [])]
    # Without the signs that keep a text from being markup.
    return "\n".join(parts).replace("\\", "")


def settings_of(discord: Discord, guild: Guild | None) -> DiscordSettings:
    """Return settings that lead to an emulated Discord."""
    return DiscordSettings(
        token=discord.token,
        api_base=discord.api_base,
        gateway_url=discord.gateway_url,
        guild=guild.id if guild else None,
        file_max_bytes=FILE_MAX_BYTES,
    )


@asynccontextmanager
async def opened_room(
    folder: Path, limits: Limits | None = None, *, validate: bool = True
) -> AsyncIterator[Room]:
    """Open a server with a store behind it; Halyard is not there yet.

    `validate` may be switched off where throughput is measured.
    """
    async with running_discord(limits=limits, validate=validate) as discord:
        guild = discord.add_guild("Works")
        channel = guild.add_channel("general")
        ann, eve = guild.add_member("ann"), guild.add_member("eve")
        settings = replace(a_settings(folder), admins=frozenset({ActorId(f"discord:{ann.id}")}))
        clock = RunningClock()
        store = await SqlStore.open(settings.database, clock)
        ground = Ground(store=store, settings=settings, clock=clock)
        try:
            yield Room(
                discord=discord,
                guild=guild,
                channel=channel,
                ann=ann,
                eve=eve,
                ground=ground,
                engine=engine_of(ground),
            )
        finally:
            await store.close()
