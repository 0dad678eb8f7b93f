"""A workspace of the emulated Slack, with Halyard in it in a process of its own."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.commands import registry
from bot.slack.manifest import manifest
from bot.slack.sockets import SOCKETS
from tests.demo_chat.chat import ANN, merged
from tests.demo_chat.running import bind
from tests.demo_chat.slack import chat_in
from tests.emulators.slack import App, Channel, Limits, Message, Person, Slack, running_slack
from tests.emulators.slack.limits import RATES
from tests.halyard import PROGRAM, Halyard, a_repository, halyard_alone

CHANNELS = 4
"""About one project: Slack takes about one message a second in each."""
CONNECT = "apps.connections.open"
LIMITS = Limits(rates={method: rates for method, rates in RATES.items() if method != CONNECT})
"""Slack's own, but nobody waits a minute for the second socket."""
CONNECTED_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """Who is there, and where they talk."""

    slack: Slack
    ann: Person
    """Who may do everything."""
    channels: Sequence[Channel]
    """All about one project."""
    halyard: Halyard

    def roots(self) -> Sequence[Message]:
        """Return what threads hang on, of those in which Halyard has said something."""
        return [
            message
            for channel in self.channels
            for message in self.slack.messages(channel)
            if message.is_bot and channel.replies(message.ts)
        ]


@asynccontextmanager
async def opened_town(folder: Path, program: str = PROGRAM) -> AsyncIterator[Town]:
    """Open a workspace, start Halyard in it, and bind its channels to a project.

    Nothing is validated; `program` is what runs as Halyard.
    """
    app = App.of(manifest(registry))
    async with running_slack(limits=LIMITS, app=app, validate=False) as slack:
        ann = slack.add_person(ANN)
        channels = [slack.add_channel(f"web-{number}", ann) for number in range(CHANNELS)]
        chats = [chat_in(slack, ann, channel) for channel in channels]
        sections = await asyncio.to_thread(merged, chats[:1], folder)
        async with halyard_alone(folder / "home", program, **sections) as halyard:
            await bind(halyard, chats, await asyncio.to_thread(a_repository, folder))
            await slack.connected(SOCKETS, CONNECTED_S)
            yield Town(slack=slack, ann=ann, channels=channels, halyard=halyard)
