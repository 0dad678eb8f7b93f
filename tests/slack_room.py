"""A workspace of the emulated Slack with Halyard in it, as people see it; no Docker Engine."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from bot.commands import registry
from bot.core.message import Message as Draft
from bot.slack.face import running_slack_face
from bot.slack.manifest import manifest
from bot.slack.people import actor_of
from bot.slack.places import conversation_at
from bot.slack.settings import SlackSettings, Socket
from bot.slack.voice import Voice
from engine.adapters.store.store import SqlStore
from engine.api import (
    ActorId,
    AddRequest,
    AgentName,
    Conversation,
    Engine,
    EnvironmentName,
    NewDelivery,
    Priority,
    ProjectName,
    StartRequest,
    Task,
    UseCases,
)
from tests.emulators.slack import App, Asked, Channel, Limits, Message, Person, Slack, running_slack
from tests.faces import engine_of
from tests.fakes.clock import RunningClock
from tests.ground import Ground, a_settings

ResultT = TypeVar("ResultT")
SOON_S, POLL_S = 10.0, 0.01
FILE_MAX_BYTES = 1_000_000
SOCKETS = 2
DEMO = ProjectName("demo")
EYES = "eyes"


@dataclass(slots=True, kw_only=True)
class Room:
    """One channel, an admin and somebody who may do nothing."""

    slack: Slack
    channel: Channel
    ann: Person
    eve: Person
    ground: Ground
    store: SqlStore
    engine: Engine

    @property
    def actor(self) -> ActorId:
        """Ann, as Halyard knows her."""
        return actor_of(self.team, self.ann.id)

    @property
    def team(self) -> str:
        """The workspace's id."""
        return self.slack.world.team_id

    @property
    def here(self) -> Conversation:
        """The channel, as Halyard knows it."""
        return conversation_at(self.team, self.channel.id)

    async def do(self, change: Callable[[UseCases], ResultT]) -> ResultT:
        """Change something behind the face's back."""
        return await self.engine.change(change)

    async def read(self, look: Callable[[UseCases], ResultT]) -> ResultT:
        """Look at what is stored."""
        return await self.engine.read(look)

    @asynccontextmanager
    async def halyard(self, **changes: Any) -> AsyncIterator[None]:
        """Let Halyard be there until the end of the block."""
        settings = replace(settings_of(self.slack), **changes)
        async with running_slack_face(self.engine, registry, settings, self.ground.clock):
            if isinstance(settings.way, Socket):
                await self.slack.connected(SOCKETS)
            yield
        await self.slack.until(lambda: not self.slack.sockets.open)

    async def reopen(self) -> None:
        """Have Halyard know nothing but what is stored, as after a restart."""
        await self.store.close()
        self.store = await SqlStore.open(self.ground.settings.database, self.ground.clock)
        self.ground = replace(self.ground, store=self.store)
        self.engine = engine_of(self.ground)

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

    async def start(self, task: str = "Begin") -> Message:
        """Have a session, and return what its thread hangs on; its task waits: there is no host."""
        request = StartRequest(actor=self.actor, conversation=self.here, project=DEMO, task=task)
        session = await self.do(lambda use: use.sessions.start(request))

        def thread(use: UseCases) -> str:
            return use.sessions.find(session.name).conversation.thread

        stamp = await self.until(thread)
        return self.channel.messages[stamp]

    async def post(self, message: Draft) -> None:
        """Put a message on its way to the channel."""
        draft = Voice().draft(message)
        new = NewDelivery(conversation=self.here, draft=draft, priority=Priority.REPORT)
        await self.do(lambda use: use.deliveries.add(new))

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

    async def signed(self, message: Message, timeout_s: float = SOON_S) -> None:
        """Wait until it is shown that a message was taken."""
        await self.slack.until(lambda: EYES in self.now(message).reactions, timeout_s)

    async def said(self, text: str, under: Message | None = None, **how: Any) -> Message:
        """Let Ann say something, and wait until that was taken."""
        message = await self.slack.say(self.ann, self.channel, text, under=under, **how)
        await self.signed(message)
        return message

    async def run(self, typed: str, who: Person | None = None) -> Asked:
        """Let Ann, or somebody, type a command in the channel."""
        return await self.slack.run(who or self.ann, self.channel, f"/hal {typed}")

    async def whispered(
        self, text: str, who: Person | None = None, under: Message | None = None
    ) -> Message:
        """Wait until Ann, or somebody, and nobody else, can read this; return the message."""
        seen_by = who or self.ann

        def look() -> Message | None:
            there = self.slack.messages(self.channel, under=under, seen_by=seen_by)
            own = [m for m in there if m.seen_only_by == seen_by.id]
            return next((m for m in own if text in m.shown), None)

        found = await self.slack.until(look)
        assert found is not None
        return found

    async def shown(
        self, text: str, under: Message | None = None, *, seen_by: Person | None = None
    ) -> Message:
        """Wait until somebody, or everybody, can read this; return the message."""

        def look() -> Message | None:
            there = self.slack.messages(self.channel, under=under, seen_by=seen_by)
            return next((m for m in there if m.is_bot and text in m.shown), None)

        found = await self.slack.until(look)
        assert found is not None
        return found

    def ages(self, message: Message) -> None:
        """Have a message be so old that history shows it."""
        there = self.slack.world.channels[message.channel_id].messages
        there[message.ts] = replace(message, made_at=message.made_at - timedelta(hours=1))

    def now(self, message: Message) -> Message:
        """Return a message as it is now."""
        return self.slack.world.channels[message.channel_id].messages[message.ts]


def settings_of(slack: Slack) -> SlackSettings:
    """Return settings that lead to an emulated Slack."""
    return SlackSettings(
        bot_token=slack.bot_token,
        way=Socket(app_token=slack.app_token),
        api_base=slack.api_base,
        file_max_bytes=FILE_MAX_BYTES,
    )


@asynccontextmanager
async def opened_room(
    folder: Path,
    limits: Limits | None = None,
    *,
    validate: bool = True,
    may_have_problems: bool = False,
) -> AsyncIterator[Room]:
    """Open a workspace with a store behind it; Halyard is not there yet.

    Slack's limits of how often hold only if they are given.
    """
    app = App.of(manifest(registry))
    async with running_slack(
        limits=limits or Limits().without_rates(),
        app=app,
        validate=validate,
        may_have_problems=may_have_problems,
    ) as slack:
        ann, eve = slack.add_person("ann"), slack.add_person("eve")
        channel = slack.add_channel("general", ann, eve)
        team = slack.world.team_id
        settings = replace(a_settings(folder), admins=frozenset({actor_of(team, ann.id)}))
        clock = RunningClock()
        store = await SqlStore.open(settings.database, clock)
        ground = Ground(store=store, settings=settings, clock=clock)
        room = Room(
            slack=slack,
            channel=channel,
            ann=ann,
            eve=eve,
            ground=ground,
            store=store,
            engine=engine_of(ground),
        )
        try:
            yield room
        finally:
            await room.store.close()
