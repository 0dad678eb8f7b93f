"""Whose messages on Discord are read, as the library has them."""

import discord
import pytest

from bot.discord.words import Reader
from tests.emulators.bot import Office, office


async def heard(it: Office, text: str) -> discord.Message:
    """Return a message as the library tells of it."""
    await it.server.until(lambda: [m for m in it.bot.heard if m.content == text])
    return it.bot.heard[-1]


async def test_what_a_person_says_is_read() -> None:
    async with office() as it:
        await it.server.say(it.ann, it.channel, "Hello")
        said = Reader(it.bot).read(await heard(it, "Hello"))

    assert said is not None
    assert (said.text, said.actor) == ("Hello", f"discord:{it.ann.id}")


async def test_what_a_bot_says_is_not_read() -> None:
    async with office() as it:
        robot = it.guild.add_member("robot", is_bot=True)
        await it.server.say(robot, it.channel, "Hello")
        said = Reader(it.bot).read(await heard(it, "Hello"))

    assert said is None


@pytest.mark.parametrize("is_bot", [True, False])
async def test_what_a_webhook_says_is_not_read_however_it_is_marked(*, is_bot: bool) -> None:
    async with office() as it:
        await it.server.say_by_webhook("deploys", it.channel, "Hello", is_bot=is_bot)
        said = Reader(it.bot).read(await heard(it, "Hello"))

    assert said is None
