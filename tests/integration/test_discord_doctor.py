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
from tests.emulators.discord import Guild


async def looked(room: Room) -> list[Finding]:
    return await Doctor(registry, settings_of(room.discord, room.guild)).look([room.here])


async def looked_before_any_channel(room: Room, guild: Guild | None = None) -> str:
    """Return what is missing where no channel is bound yet, as in the three steps."""
    found = await Doctor(registry, settings_of(room.discord, guild)).look([])
    return "".join(lacking(found))


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
    assert len(found) == 5


async def test_a_wrong_token_is_named(room: Room) -> None:
    room.discord.server._token = "another"  # noqa: S105 - not one of Discord's

    assert "refuses the token" in "".join(lacking(await looked(room)))


async def test_a_missing_intent_is_named(room: Room) -> None:
    async with room.halyard():
        room.discord.world.application_flags = 0
        found = await looked(room)

    assert "Message Content Intent" in "".join(lacking(found))


@pytest.mark.parametrize("name", sorted(TITLES))
async def test_a_missing_permission_is_named(room: Room, name: str) -> None:
    async with room.halyard():
        room.channel.deny(name)
        found = await looked(room)

    assert TITLES[name] in "".join(lacking(found))


@pytest.mark.parametrize("name", sorted(TITLES))
async def test_a_missing_permission_is_named_before_a_channel_is_bound(
    room: Room, name: str
) -> None:
    room.guild.allow_bot(*(set(TITLES) - {name}))

    told = await looked_before_any_channel(room)

    assert f"Server {room.guild.id} (Works) lacks permissions" in told
    assert f"give Halyard's role there {TITLES[name]}." in told


async def test_a_bound_channel_tells_for_its_server_what_is_allowed(room: Room) -> None:
    room.guild.allow_bot(*(set(TITLES) - {"embed_links"}))

    (told,) = [sentence for sentence in lacking(await looked(room)) if "permissions" in sentence]

    assert told.startswith(f"Channel {room.channel.id} of server {room.guild.id} lacks")
    assert told.endswith("give Halyard's role there Embed Links.")


@pytest.mark.parametrize("is_alone", [True, False])
async def test_a_missing_scope_is_named_with_its_server(room: Room, *, is_alone: bool) -> None:
    room.guild.takes_commands = False

    told = await looked_before_any_channel(room, room.guild if is_alone else None)

    assert f"no commands in server {room.guild.id} (Works)" in told
    assert "scope applications.commands is missing" in told
    assert f"client_id={room.discord.application_id}" in told


async def test_a_scope_that_one_of_the_servers_lacks_is_named(room: Room) -> None:
    other = room.discord.add_guild("Other")
    other.takes_commands = False

    told = await looked_before_any_channel(room)

    assert f"server {other.id} (Other)" in told
    assert f"server {room.guild.id} (Works)" not in told


async def test_that_halyard_is_in_no_server_is_named(room: Room) -> None:
    room.discord.world.guilds.clear()

    told = await looked_before_any_channel(room)

    assert "in no server. Invite it" in told


async def test_a_server_of_the_settings_that_halyard_is_not_in_is_named(room: Room) -> None:
    gone = room.discord.add_guild("Other")
    del room.discord.world.guilds[gone.id]

    told = await looked_before_any_channel(room, gone)

    assert f"`discord.guild` is {gone.id}" in told


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
