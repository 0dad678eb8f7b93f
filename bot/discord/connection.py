"""One client's life: from the token to the end of its connection."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

import aiohttp
import discord
import structlog

from bot.core.registry import Registry
from bot.delivery.pump import Pump
from bot.discord.acknowledge import Acknowledging
from bot.discord.announce import Tree
from bot.discord.answers import Answers
from bot.discord.chat import DiscordChat
from bot.discord.client import GUILD_WAIT_S, make_client
from bot.discord.downloads import Fetching
from bot.discord.hear import Interactions
from bot.discord.listener import Listener
from bot.discord.members import Members
from bot.discord.origin import INTERACTION
from bot.discord.past import DiscordPast, cursor_name
from bot.discord.places import PLATFORM
from bot.discord.settings import DiscordSettings
from bot.discord.sync import Announcing
from bot.discord.trouble import NETWORK
from bot.discord.voice import Voice
from bot.discord.words import Reader
from bot.hearing.asking import Asking
from bot.hearing.companies import Companies
from bot.hearing.complete import Completion
from bot.hearing.cursors import Cursors
from bot.hearing.downloads import Downloads
from bot.hearing.hearing import Hearing
from bot.hearing.messages import Messages
from bot.hearing.missed import Missed
from bot.hearing.origin import KIND
from bot.hearing.turns import Turns
from bot.hearing.work import Work
from bot.notify.notify import Notify
from engine.api import Clock, Engine, Received

log = structlog.get_logger()

NOT_ANNOUNCED = (
    "Discord did not take the commands: {why}. Invite Halyard anew with the link that"
    " `halyard discord invite` prints, and restart it."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What every connection works with."""

    engine: Engine
    registry: Registry
    settings: DiscordSettings
    clock: Clock
    companies: Companies
    """The people of the other platforms, and of this one for those."""


async def live(given: Given) -> None:
    """Connect, and hear, answer and post until the connection cannot be kept.

    Raises:
        Exception: why it ended, perhaps in a group; a network that fails for a while is no reason.
    """
    client = make_client(given.settings)
    async with client, aiohttp.ClientSession() as web:
        await client.login(given.settings.token)
        try:
            async with asyncio.TaskGroup() as tasks:
                await _Life(given, client, web, tasks).begin()
        finally:
            await _settled(client)


async def _settled(client: discord.Client) -> None:
    """Wait for what the library has begun and does not end by itself: its wait for servers."""
    if not client.is_ready():
        with suppress(TimeoutError):
            async with asyncio.timeout(2 * GUILD_WAIT_S):
                await client.wait_until_ready()


class _Life:
    """All that belongs to one client."""

    def __init__(
        self,
        given: Given,
        client: discord.Client,
        web: aiohttp.ClientSession,
        tasks: asyncio.TaskGroup,
    ) -> None:
        engine, settings = given.engine, given.settings
        self._given, self._client, self._tasks = given, client, tasks
        self._pump = Pump(engine, DiscordChat(client, engine.files, given.clock), given.clock)
        self._asking = Asking(engine, given.registry)
        fetching = Fetching(web)
        self._downloads = Downloads(engine, self._asking, fetching, settings.file_max_bytes)
        self._hearing = Hearing(
            engine,
            given.registry,
            Voice(),
            given.clock,
            wake=self._pump.wake,
            bring=self._downloads.bring,
            elsewhere=given.companies.elsewhere,
        )
        self._members = Members(client)
        self._acknowledging = Acknowledging(Answers(client))
        self._reader = Reader(client)
        self._past = DiscordPast(client, self._reader)
        self._cursors = Cursors(engine, cursor_name, self._past.cursor_at)
        self._work = Work(tasks)
        self._messages = self._made_messages()
        self._missed = Missed.on(self._past, engine, self._messages, self._cursors, given.clock)

    async def begin(self) -> None:
        """Begin all of it; what a crash has left is looked up before anything new is heard."""
        left = await self._hearing.left()
        tree = self._listener().attend(self._given.settings.guild)
        self._tasks.create_task(self._client.connect())
        self._tasks.create_task(self._given.companies.join(self._members))
        self._tasks.create_task(self._pump.run())
        self._tasks.create_task(Notify(self._given.engine, Voice(), self._pump.wake).run())
        self._missed.begin(self._tasks)
        self._work.begin(self._hearing.settle, left, self._was_acknowledged)
        self._tasks.create_task(self._hearing.sweep(self._was_acknowledged))
        self._work.begin(self._announce, tree)

    def _made_messages(self) -> Messages:
        return Messages(
            engine=self._given.engine,
            registry=self._given.registry,
            hearing=self._hearing,
            asking=self._asking,
            downloads=self._downloads,
            company=self._members,
            cursors=self._cursors,
            turns=Turns(),
            work=self._work,
            elsewhere=self._given.companies.elsewhere,
        )

    def _listener(self) -> Listener:
        engine, registry = self._given.engine, self._given.registry
        return Listener(
            client=self._client,
            engine=engine,
            work=self._work,
            reader=self._reader,
            interactions=Interactions(
                registry=registry,
                hearing=self._hearing,
                asking=self._asking,
                completion=Completion(engine, registry),
                acknowledging=self._acknowledging,
                cursors=self._cursors,
            ),
            messages=self._messages,
            reconnected=self._missed.wake,
        )

    async def _was_acknowledged(self, received: Received) -> bool:
        if received.origin.get(KIND) != INTERACTION:
            return True
        age_s = (self._given.clock.now() - received.received_at).total_seconds()
        return await self._acknowledging.was_given(received.origin, age_s=age_s)

    async def _announce(self, tree: Tree) -> None:
        engine = self._given.engine
        try:
            await Announcing(engine, tree).bring(self._given.settings.guild)
        except (discord.DiscordException, *NETWORK) as error:
            why = NOT_ANNOUNCED.format(why=type(error).__name__)
            await engine.change(lambda use: use.channels.cut_off(PLATFORM, why))
