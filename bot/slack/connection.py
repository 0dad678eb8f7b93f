"""One app's life: from the token to the end of its connection."""

import asyncio
from dataclasses import dataclass

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.registry import Registry
from bot.delivery.pump import Pump
from bot.hearing.asking import Asking
from bot.hearing.companies import Companies
from bot.hearing.complete import Completion
from bot.hearing.cursors import Cursors
from bot.hearing.downloads import Downloads
from bot.hearing.hearing import Hearing
from bot.hearing.messages import Messages
from bot.hearing.missed import Missed
from bot.hearing.turns import Turns
from bot.hearing.work import Work
from bot.notify.notify import Notify
from bot.slack.cards import Cards
from bot.slack.chat import SlackChat
from bot.slack.client import Me, make_app, make_session, make_web, who_am_i
from bot.slack.downloads import Fetching
from bot.slack.hear import Interactions
from bot.slack.home import Home
from bot.slack.listener import Listener
from bot.slack.members import Members
from bot.slack.past import SlackPast
from bot.slack.people import PLATFORM
from bot.slack.places import cursor_name
from bot.slack.settings import Http, SlackSettings
from bot.slack.sockets import by_requests, by_sockets
from bot.slack.uploads import Uploads
from bot.slack.voice import Voice
from bot.slack.whispers import Whispers
from bot.slack.windows import Windows
from bot.slack.words import Reader
from engine.api import Clock, Engine, Received


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What every connection works with."""

    engine: Engine
    registry: Registry
    settings: SlackSettings
    clock: Clock
    companies: Companies
    """The people of the other platforms, and of this one for those."""


async def live(given: Given) -> None:
    """Connect, and hear, answer and post until the connection cannot be kept.

    Raises:
        Exception: why it ended, perhaps in a group; a network that fails for a while is no reason.
    """
    async with make_session() as session:
        web = make_web(given.settings, session)
        me = await who_am_i(web, given.settings)
        async with asyncio.TaskGroup() as tasks:
            await _Life(given, web, session, me, tasks).begin()


class _Life:
    """All that belongs to one connection."""

    def __init__(
        self,
        given: Given,
        web: AsyncWebClient,
        session: aiohttp.ClientSession,
        me: Me,
        tasks: asyncio.TaskGroup,
    ) -> None:
        engine, registry, clock = given.engine, given.registry, given.clock
        self._given, self._web, self._session, self._me = given, web, session, me
        self._tasks, self._work = tasks, Work(tasks)
        self._reader = Reader(me, registry)
        self._past = SlackPast(web, self._reader, clock)
        self._whispers = Whispers(web, session)
        self._members = Members(web, me, clock)
        self._cursors = Cursors(engine, cursor_name, self._past.cursor_at)
        self._asking = Asking(engine, registry)
        self._pump = Pump(engine, self._chat(), clock)
        fetching = Fetching(session, given.settings)
        self._downloads = Downloads(engine, self._asking, fetching, given.settings.file_max_bytes)
        self._hearing = Hearing(
            engine,
            registry,
            Voice(),
            clock,
            wake=self._pump.wake,
            bring=self._downloads.bring,
            elsewhere=given.companies.elsewhere,
        )
        self._messages = self._made_messages()
        self._missed = Missed.on(self._past, engine, self._messages, self._cursors, clock)

    async def begin(self) -> None:
        """Begin all of it; what a crash has left is looked up before anything new is heard."""
        left = await self._hearing.left()
        # Who is heard before it is known which groups they are in would be refused.
        await self._members.look()
        app = make_app(self._given.settings, self._session, self._me, self._listener().heed)
        self._tasks.create_task(self._pump.run())
        self._tasks.create_task(Notify(self._given.engine, Voice(), self._pump.wake).run())
        self._tasks.create_task(self._members.run())
        self._tasks.create_task(self._given.companies.join(self._members))
        self._missed.begin(self._tasks)
        self._work.begin(self._hearing.settle, left, _was_acknowledged)
        self._tasks.create_task(self._hearing.sweep(_was_acknowledged))
        way = self._given.settings.way
        if isinstance(way, Http):
            self._tasks.create_task(by_requests(app, way, self._connected))
        else:
            self._tasks.create_task(by_sockets(app, way, self._connected))

    async def _connected(self) -> None:
        """Read what was said and changed before: the connection is new."""
        self._missed.wake()
        await self._given.engine.change(lambda use: use.channels.connected(PLATFORM))

    def _chat(self) -> SlackChat:
        files = self._given.engine.files
        return SlackChat(
            web=self._web,
            whispers=self._whispers,
            uploads=Uploads(self._web, self._session, files),
            past=self._past,
            cards=Cards(self._given.clock),
        )

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
        windows = Windows(self._web, self._whispers)
        return Listener(
            me=self._me,
            work=self._work,
            reader=self._reader,
            interactions=self._interactions(windows),
            messages=self._messages,
            members=self._members,
            past=self._past,
            home=Home(
                web=self._web,
                me=self._me,
                engine=self._given.engine,
                registry=self._given.registry,
                members=self._members,
                elsewhere=self._given.companies.elsewhere,
            ),
            windows=windows,
        )

    def _interactions(self, windows: Windows) -> Interactions:
        engine, registry = self._given.engine, self._given.registry
        return Interactions(
            me=self._me,
            registry=registry,
            hearing=self._hearing,
            asking=self._asking,
            completion=Completion(engine, registry),
            members=self._members,
            cursors=self._cursors,
            clock=self._given.clock,
            windows=windows,
            work=self._work,
        )


async def _was_acknowledged(_received: Received) -> bool:
    """Whether Slack was told that something was heard, by whoever was cut off.

    It is kept before it is acknowledged, and Slack cannot be asked whether that arrived: so it
    counts as acknowledged.
    """
    return True
