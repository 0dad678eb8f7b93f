"""One session on Discord and in Slack."""

from collections.abc import AsyncIterator

import pytest

from bot.core.answer import Outcome
from engine.api import UseCases
from tests.conformance.floor import Floor, of_rows, opened_floor
from tests.conformance.on_discord import OnDiscord
from tests.conformance.on_slack import OnSlack
from tests.conformance.surface import ANN
from tests.emulators.slack import Message
from tests.faces import short_folder
from tests.fakes.clock import RunningClock
from tests.ground import a_settings

SOURCE = "https://git.example.org/demo.git"


@pytest.fixture
async def floor() -> AsyncIterator[Floor]:
    """A channel of each, about one project; no host, so that tasks wait."""
    clock = RunningClock()
    with short_folder() as folder:
        settings = a_settings(folder)
        async with opened_floor(settings, folder / "api.sock", of_rows(clock), clock) as floor:
            await floor.prepare(SOURCE)
            yield floor


@pytest.fixture
def discord(floor: Floor) -> OnDiscord:
    return OnDiscord(floor)


@pytest.fixture
def slack(floor: Floor) -> OnSlack:
    return OnSlack(floor)


async def root_in_slack(floor: Floor) -> Message:
    def thread(use: UseCases) -> str:
        mirrors = use.shares.of(use.sessions.find("demo-1").id)
        return mirrors[0].conversation.thread if mirrors else ""

    return floor.slack_channel.messages[await floor.until(thread)]


async def shown_in_slack(floor: Floor, root: Message, words: str) -> Message:
    """Wait until all can read this in the thread; return the message."""

    def look() -> Message | None:
        there = floor.slack.messages(floor.slack_channel, under=root)
        return next((m for m in there if m.is_bot and words in m.shown), None)

    found = await floor.slack.until(look)
    assert found is not None
    return found


async def test_a_channel_of_slack_is_mentioned_in_slack(floor: Floor, discord: OnDiscord) -> None:
    await discord.start(ANN, "Begin")
    channel = floor.slack_channel
    line = f"/hal session share demo-1 <#{channel.id}>"

    await floor.slack.run(floor.people[ANN], channel, line)

    await shown_in_slack(floor, await root_in_slack(floor), "demo-1 is queued")


async def test_a_channel_of_discord_is_mentioned_on_discord(
    floor: Floor, discord: OnDiscord, slack: OnSlack
) -> None:
    session = await slack.start(ANN, "Begin")
    values = {"session": session, "to": f"<#{floor.channel.id}>"}

    told = await discord.run(ANN, "session share", values)

    assert told.answer.outcome is Outcome.DONE, told.answer
    await floor.discord.until(lambda: floor.discord.threads(floor.channel))
