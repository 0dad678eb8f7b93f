"""A workspace of the emulated Slack with people in it, and Halyard in a process of its own."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from bot.commands import registry
from bot.slack.manifest import manifest
from bot.slack.people import actor_of
from tests.chaos_chat.town import PROJECTS, add_projects, bind, let_operate
from tests.emulators.slack import (
    App,
    Channel,
    Limits,
    Message,
    Person,
    Slack,
    Usergroup,
    running_slack,
)
from tests.emulators.slack.limits import RATES
from tests.halyard import PROGRAM, Halyard, halyard_alone

CHANNELS = 4
"""About each project: Slack takes about one message a second in each."""
LIMITS = Limits(
    history_delay_s=0.5,
    metadata_delay_s=1.0,
    event_retries_s=(0.0, 5.0, 15.0),
    # Halyard comes up far more often than Slack lets anybody connect and read.
    rates={method: rates for method, rates in RATES.items() if method.startswith("chat.")},
)
SOCKETS = 2


@dataclass(frozen=True, slots=True)
class Spot:
    """Where people talk: a channel, or a thread in it."""

    channel: Channel
    root: Message | None = None

    @property
    def name(self) -> str:
        """What Halyard knows it by."""
        return self.root.ts if self.root else self.channel.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Who is there, and where they talk."""

    slack: Slack
    channels: Mapping[str, Sequence[Channel]]
    """Project -> the channels that are about it."""
    able: tuple[Person, ...]
    """People who may do everything that they ask for here."""
    unable: Person
    """Somebody who may do nothing."""
    group: Usergroup
    """Of one of those who may do things, who may as its member."""

    @property
    def team(self) -> str:
        """The workspace's id."""
        return self.slack.world.team_id

    @property
    def names(self) -> Mapping[str, Sequence[str]]:
        """Project -> the channels that are about it, by the names that commands take."""
        return {
            project: [f"slack:{self.team}/{channel.id}" for channel in channels]
            for project, channels in self.channels.items()
        }

    def sections(self, folder: Path) -> Mapping[str, Any]:
        """Return the settings by which Halyard gets here; `folder` is for secrets."""
        secrets = {"slack-bot": self.slack.bot_token, "slack-app": self.slack.app_token}
        for name, secret in secrets.items():
            (folder / name).write_text(secret)
        return {
            "admins": [actor_of(self.team, self.able[0].id)],
            "credentials": {name: {"file": str(folder / name)} for name in secrets},
            "slack": {
                "bot_token": "slack-bot",
                "app_token": "slack-app",
                "workspace": self.team,
                "api_base": self.slack.api_base,
            },
        }

    async def furnish(self, halyard: Halyard) -> None:
        """Bind the channels, let people do things, and wait until Halyard is there."""
        await bind(halyard, self.names)
        bob = actor_of(self.team, self.able[1].id)
        await let_operate(halyard, bob, f"slack-group:{self.team}:{self.group.id}")
        await self.slack.connected(SOCKETS, timeout_s=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Town(Crowd):
    """A crowd with a Halyard of its own."""

    halyard: Halyard


def an_app() -> App:
    """Return what Slack is told of Halyard."""
    return App.of(manifest(registry))


@asynccontextmanager
async def opened_town(folder: Path, seed: int, program: str = PROGRAM) -> AsyncIterator[Town]:
    """Open a workspace, start `program` as Halyard in it, and bind channels to each project."""
    async with running_slack(limits=LIMITS, app=an_app(), seed=seed) as slack:
        crowd = a_crowd(slack)
        sections = await asyncio.to_thread(crowd.sections, folder)
        async with halyard_alone(folder / "home", program, **sections) as halyard:
            await add_projects(halyard, folder)
            await crowd.furnish(halyard)
            yield Town(**{f.name: getattr(crowd, f.name) for f in fields(crowd)}, halyard=halyard)


def a_crowd(slack: Slack) -> Crowd:
    """Let there be people and channels in the workspace."""
    ann, bob, cid, eve = everybody = [slack.add_person(n) for n in ("ann", "bob", "cid", "eve")]
    return Crowd(
        slack=slack,
        channels={
            name: [slack.add_channel(f"{name}-{n}", *everybody) for n in range(CHANNELS)]
            for name in PROJECTS
        },
        able=(ann, bob, cid),
        unable=eve,
        group=slack.add_usergroup("crew", cid),
    )
