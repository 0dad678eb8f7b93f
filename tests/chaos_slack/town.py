"""A workspace of the emulated Slack with people in it, and Halyard in a process of its own."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.commands import registry
from bot.slack.manifest import manifest
from bot.slack.people import actor_of
from tests.chaos_chat.town import PROJECTS, a_source, add_project, let_operate
from tests.emulators.slack import App, Channel, Limits, Message, Person, Slack, running_slack
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
class Town:
    """Who is there, and where they talk."""

    slack: Slack
    channels: Mapping[str, Sequence[Channel]]
    """Project -> the channels that are about it."""
    able: tuple[Person, ...]
    """People who may do everything that they ask for here."""
    unable: Person
    """Somebody who may do nothing."""
    halyard: Halyard

    @property
    def team(self) -> str:
        """The workspace's id."""
        return self.slack.world.team_id


@asynccontextmanager
async def opened_town(folder: Path, seed: int, program: str = PROGRAM) -> AsyncIterator[Town]:
    """Open a workspace, start `program` as Halyard in it, and bind channels to each project."""
    app = App.of(manifest(registry))
    async with running_slack(limits=LIMITS, app=app, seed=seed) as slack:
        ann, bob, cid, eve = map(slack.add_person, ("ann", "bob", "cid", "eve"))
        crew = slack.add_usergroup("crew", cid)
        team = slack.world.team_id
        sections = await asyncio.to_thread(_sections, folder, slack, admin=ann)
        async with halyard_alone(folder / "home", program, **sections) as halyard:
            everybody = (ann, bob, cid, eve)
            town = Town(
                slack=slack,
                channels={
                    name: [slack.add_channel(f"{name}-{n}", *everybody) for n in range(CHANNELS)]
                    for name in PROJECTS
                },
                able=(ann, bob, cid),
                unable=eve,
                halyard=halyard,
            )
            source = await a_source(folder)
            for name, channels in town.channels.items():
                places = [f"slack:{team}/{channel.id}" for channel in channels]
                await add_project(halyard, source, name, *places)
            await let_operate(halyard, actor_of(team, bob.id), f"slack-group:{team}:{crew.id}")
            await slack.connected(SOCKETS, timeout_s=30)
            yield town


def _sections(folder: Path, slack: Slack, *, admin: Person) -> Mapping[str, object]:
    secrets = {"slack-bot": slack.bot_token, "slack-app": slack.app_token}
    for name, secret in secrets.items():
        (folder / name).write_text(secret)
    return {
        "admins": [actor_of(slack.world.team_id, admin.id)],
        "credentials": {name: {"file": str(folder / name)} for name in secrets},
        "slack": {
            "bot_token": "slack-bot",
            "app_token": "slack-app",
            "workspace": slack.world.team_id,
            "api_base": slack.api_base,
        },
    }
