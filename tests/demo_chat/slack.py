"""Slack, for a demo."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from bot.commands import registry
from bot.slack.manifest import COMMAND, manifest
from bot.slack.people import actor_of
from tests.demo_chat.chat import ANN, BOB, CHANNEL, Chat
from tests.emulators.slack import App, Channel, Person, Slack, running_slack


@asynccontextmanager
async def slack_chat() -> AsyncIterator[Chat]:
    """Open a workspace with one channel, and Halyard's app in it."""
    app = App.of(manifest(registry))
    async with running_slack(app=app, may_have_problems=True) as slack:
        ann, bob = slack.add_person(ANN), slack.add_person(BOB)
        yield chat_in(slack, ann, slack.add_channel(CHANNEL, ann, bob))


def chat_in(slack: Slack, admin: Person, channel: Channel) -> Chat:
    """Return one channel of a workspace, with somebody in it who may do all."""
    team = slack.world.team_id
    return Chat(
        name="Slack",
        page=slack.base,
        channel=f"slack:{team}/{channel.id}",
        admin=actor_of(team, admin.id),
        section="slack",
        settings={"workspace": team, "api_base": slack.api_base},
        secrets={"bot_token": slack.bot_token, "app_token": slack.app_token},
        typed=_typed,
        # Slack gives out one address a minute: the second socket comes while people type.
        connected=slack.connected,
    )


def _typed(path: str, values: Mapping[str, str]) -> str:
    return f"{COMMAND} {path} {' '.join(f'{name}={value}' for name, value in values.items())}"
