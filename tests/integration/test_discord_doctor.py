"""What `halyard doctor` and `halyard discord invite` say."""

from urllib.parse import parse_qs, urlsplit

import discord
import pytest

from bot.commands import registry
from bot.discord.client import make_client
from bot.discord.doctor import Doctor, invite
from bot.discord.permissions import TITLES, needed
from bot.hearing.finding import Finding
from tests.discord_room import Room, settings_of


async def looked(room: Room) -> list[Finding]:
    return await Doctor(registry, settings_of(room.discord, room.guild)).look([room.here])


def lacking(found: list[Finding]) -> list[str]:
    return [finding.sentence for finding in found if not finding.is_fine]


async def test_the_invitation_asks_for_exactly_what_is_needed(room: Room) -> None:
    link = await invite(settings_of(room.discord, room.guild))

    asked = parse_qs(urlsplit(link).query)
    assert asked["client_id"] == [str(room.discord.application_id)]
    assert set(asked["scope"][0].split()) == {"bot", "applications.commands"}
    assert asked["permissions"] == [str(needed().value)]


async def test_nothing_is_missing_where_all_is_there(room: Room) -> None:
    async with room.halyard():
        found = await looked(room)

    assert lacking(found) == []
    assert len(found) == 4


async def test_a_wrong_token_is_named(room: Room) -> None:
    room.discord.server._token = "another"  # noqa: S105 - not one of Discord's

    assert "refuses the token" in "".join(lacking(await looked(room)))


async def test_a_missing_intent_is_named(room: Room) -> None:
    async with room.halyard():
        room.discord.world.application_flags = 0
        found = await looked(room)

    assert "Message Content Intent" in "".join(lacking(found))


@pytest.mark.parametrize("name", sorted(set(TITLES) - {"view_channel"}))
async def test_a_missing_permission_is_named(room: Room, name: str) -> None:
    async with room.halyard():
        room.channel.deny(name)
        found = await looked(room)

    assert TITLES[name] in "".join(lacking(found))


async def test_commands_that_discord_does_not_show_are_named(room: Room) -> None:
    found = await looked(room)

    assert "session" in "".join(lacking(found))


async def test_a_channel_that_is_gone_is_named(room: Room) -> None:
    async with room.halyard():
        room.channel.remove()
        found = await looked(room)

    assert f"Channel {room.channel.id}" in "".join(lacking(found))


async def test_only_the_content_of_messages_is_a_privileged_intent(room: Room) -> None:
    async with make_client(settings_of(room.discord, room.guild)) as client:
        intents = client.intents

    assert intents.message_content
    assert not intents.members
    assert not intents.presences
    assert isinstance(client, discord.Client)
