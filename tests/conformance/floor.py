"""One Halyard with all faces, people at each, and its rows and events to look at."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import TypeAlias, TypeVar

from bot.commands import registry
from bot.discord.face import running_discord_face
from bot.discord.places import conversation_at
from bot.discord.settings import DiscordSettings
from bot.hearing.companies import Companies
from bot.slack.face import running_slack_face
from bot.slack.manifest import manifest
from bot.slack.people import actor_of
from bot.slack.places import conversation_at as conversation_in_slack
from bot.slack.settings import SlackSettings, Socket
from bot.web.app import serving
from bot.web.socket import ApiSettings
from engine.adapters.docker.host import DockerHost
from engine.adapters.store.store import SqlStore
from engine.api import (
    ActorId,
    AddRequest,
    AgentName,
    Asker,
    Conversation,
    Engine,
    EnvironmentName,
    EventNumber,
    ProjectName,
    Role,
    Settings,
    UseCases,
)
from engine.app.loops.hosts import HostWatch
from engine.bootstrap import running_engine
from tests.conformance.effects import effects_of
from tests.conformance.surface import ANN, BOB, PEOPLE
from tests.conformance.users import USERS
from tests.emulators import slack as emulated_slack
from tests.emulators.discord import Channel, Discord, Guild, Limits, Member, running_discord
from tests.fakes.clock import RunningClock
from tests.ground import Ground

ResultT = TypeVar("ResultT")
Opening: TypeAlias = Callable[[Settings], AbstractAsyncContextManager[Engine]]

DEMO = ProjectName("demo")
FILE_MAX_BYTES = 4_000_000
SOON_S, LOOK_AGAIN_S = 30.0, 0.01
EVENTS_MAX = 10_000


@dataclass(slots=True, kw_only=True)
class Floor:
    """Halyard may be up or down; people are there all the time."""

    settings: Settings
    opening: Opening
    discord: Discord
    guild: Guild
    channel: Channel
    members: dict[str, Member]
    slack: emulated_slack.Slack
    slack_channel: emulated_slack.Channel
    people: dict[str, emulated_slack.Person]
    socket: Path
    _running: AsyncExitStack = field(default_factory=AsyncExitStack)
    _engine: Engine | None = None

    @property
    def engine(self) -> Engine:
        """The one that is up."""
        assert self._engine is not None
        return self._engine

    @property
    def here(self) -> Conversation:
        """The channel of Discord, as Halyard knows it."""
        return conversation_at(self.guild.id, self.channel.id)

    @property
    def here_in_slack(self) -> Conversation:
        """The channel of Slack, as Halyard knows it."""
        return conversation_in_slack(self.slack.world.team_id, self.slack_channel.id)

    @property
    def names(self) -> dict[ActorId, str]:
        """Who somebody is, on whatever face."""
        local = {ActorId(f"local:{user}"): who for who, user in USERS.items()}
        team = self.slack.world.team_id
        slack = {actor_of(team, person.id): who for who, person in self.people.items()}
        return local | slack | {ActorId(f"discord:{m.id}"): who for who, m in self.members.items()}

    async def up(self) -> None:
        """Start Halyard, and return once it hears on all faces."""
        running = AsyncExitStack()
        self._engine = await running.enter_async_context(self.opening(self.settings))
        api = ApiSettings(socket=self.socket, file_max_bytes=FILE_MAX_BYTES)
        companies = Companies(self._engine)
        await running.enter_async_context(serving(self._engine, registry, api, companies.elsewhere))
        self.socket.chmod(0o666)
        discord, clock = self._discord(), self._engine.clock
        face = running_discord_face(self._engine, registry, discord, clock, companies)
        await running.enter_async_context(face)
        in_slack = running_slack_face(self._engine, registry, self._slack(), clock, companies)
        await running.enter_async_context(in_slack)
        self._running = running
        await self.discord.connected()
        await self.discord.until(lambda: self.discord.world.commands.get(self.guild.id))
        await self.slack.connected(2)

    async def down(self) -> None:
        """Stop it in order."""
        await self._running.aclose()
        self._engine = None
        await self.discord.until(lambda: not self.discord.gateway.is_connected)
        await self.slack.until(lambda: not self.slack.sockets.open)

    async def do(self, change: Callable[[UseCases], ResultT]) -> ResultT:
        """Change something behind the faces' backs."""
        return await self.engine.change(change)

    async def until(self, look: Callable[[UseCases], ResultT | None]) -> ResultT:
        """Wait until something that is stored is so, and return it; not all of it makes events."""
        async with asyncio.timeout(SOON_S):
            while not (found := await self.engine.read(look)):  # noqa: ASYNC110 - there is no event
                await asyncio.sleep(LOOK_AGAIN_S)
            return found

    async def head(self) -> EventNumber:
        """Return the newest event."""
        return await self.engine.read(lambda use: use.views.head())

    async def effects(self, session: str = "", after: int = 0) -> list[str]:
        """Return what happened since, in a session or in all, one line each."""
        id_ = await self.engine.read(lambda use: use.sessions.find(session).id) if session else None
        events = await self.engine.events(EventNumber(after), limit=EVENTS_MAX, session=id_)
        return effects_of(events, self.names)

    async def prepare(self, source: str) -> None:
        """Have the project, let the channel be about it, and let bob work on it."""

        def prepare(use: UseCases) -> None:
            use.projects.add(_project(ActorId(f"local:{USERS[ANN]}"), source))
            use.channels.bind(self.here, DEMO)
            use.channels.bind(self.here_in_slack, DEMO)
            by = Asker(ActorId(f"local:{USERS[ANN]}"))
            for actor in (actor for actor, who in self.names.items() if who == BOB):
                for role in (Role.OPERATOR, Role.APPROVER):
                    use.grants.grant(actor, role, DEMO, by=by)

        await self.do(prepare)

    def _discord(self) -> DiscordSettings:
        return DiscordSettings(
            token=self.discord.token,
            api_base=self.discord.api_base,
            gateway_url=self.discord.gateway_url,
            guild=self.guild.id,
            file_max_bytes=FILE_MAX_BYTES,
        )

    def _slack(self) -> SlackSettings:
        return SlackSettings(
            bot_token=self.slack.bot_token,
            way=Socket(app_token=self.slack.app_token),
            api_base=self.slack.api_base,
            file_max_bytes=FILE_MAX_BYTES,
        )


@asynccontextmanager
async def opened_floor(
    settings: Settings, socket: Path, opening: Opening, clock: RunningClock | None = None
) -> AsyncIterator[Floor]:
    """Open a server of Discord, a workspace and a socket; Halyard is up, and down at the end."""
    time = (clock or RunningClock()).now
    app = emulated_slack.App.of(manifest(registry))
    no_rates = emulated_slack.Limits().without_rates()
    async with (
        running_discord(limits=Limits().without_rates(), clock=time) as discord,
        emulated_slack.running_slack(limits=no_rates, clock=time, app=app) as slack,
    ):
        guild = discord.add_guild("Works")
        channel = guild.add_channel("general")
        members = {who: guild.add_member(who) for who in PEOPLE}
        people = {who: slack.add_person(who) for who in PEOPLE}
        admins = {
            ActorId(f"discord:{members[ANN].id}"),
            actor_of(slack.world.team_id, people[ANN].id),
            ActorId(f"local:{USERS[ANN]}"),
        }
        floor = Floor(
            settings=replace(settings, admins=frozenset(admins)),
            opening=opening,
            discord=discord,
            guild=guild,
            channel=channel,
            members=members,
            slack=slack,
            slack_channel=slack.add_channel("general", *people.values()),
            people=people,
            socket=socket,
        )
        await floor.up()
        try:
            yield floor
        finally:
            await floor.down()


def of_rows(clock: RunningClock) -> Opening:
    """Return what opens an engine without loops: sessions stay where they are put."""
    ids = count(1)

    @asynccontextmanager
    async def opening(settings: Settings) -> AsyncIterator[Engine]:
        store = await SqlStore.open(settings.database, clock)
        ground = Ground(store=store, settings=settings, clock=clock, _ids=ids)
        (nowhere,) = settings.hosts
        host = DockerHost(nowhere, store.installation, base_image="none")
        watch = HostWatch(replace(ground.given, hosts={nowhere.name: host}))
        try:
            yield Engine(store, ground.world, ground.given.files, loops=(), checker=watch)
        finally:
            await host.close()
            await store.close()

    return opening


def of_agents(settings: Settings) -> AbstractAsyncContextManager[Engine]:
    """Return the whole engine; what it has on the host outlives it."""
    return running_engine(settings)


def _project(actor: ActorId, source: str) -> AddRequest:
    return AddRequest(
        actor=actor,
        is_local=True,
        name=DEMO,
        source=source,
        ref="",
        credential="",
        agent=AgentName("demo"),
        environment=EnvironmentName("default"),
        host=None,
    )
