"""When Discord is told of the commands: only if what it shows is not what it was told of last."""

from typing import Any

from bot.commands import registry, session
from bot.core.registry import Registry
from bot.discord.announce import SEND, Heeding, Tree, fill
from bot.discord.client import make_client
from bot.discord.sync import Announcing
from tests.discord_room import Room, settings_of
from tests.emulators.discord import Guild

FEWER = Registry(session.commands)


async def nothing(*_given: object) -> Any:
    return None


async def begin(room: Room, guild: Guild | None, commands: Registry = registry) -> None:
    """Announce as Halyard does when it connects."""
    settings = settings_of(room.discord, guild)
    async with make_client(settings) as client:
        await client.login(settings.token)
        tree = Tree(client, nothing)
        fill(tree, commands, Heeding(asked=nothing, offered=nothing, sent=nothing), settings.guild)
        await Announcing(room.engine, tree).bring(settings.guild)


def announced(room: Room) -> int:
    """Return how often Discord was told of commands, by whatever way."""
    return sum(
        "/commands" in request.route and request.method != "GET"
        for request in room.discord.requests
    )


def shown(room: Room) -> set[str]:
    return {str(command["name"]) for command in room.discord.world.announced(room.guild).values()}


async def test_commands_are_announced_once_over_two_starts(room: Room) -> None:
    await begin(room, room.guild)
    await begin(room, room.guild)

    assert announced(room) == 1
    assert {"session", "status", SEND} <= shown(room)


async def test_commands_for_all_servers_are_announced_once_over_two_starts(room: Room) -> None:
    await begin(room, None)
    await begin(room, None)

    assert announced(room) == 1
    assert {"session", "status", SEND} <= shown(room)


async def test_commands_that_have_changed_are_announced_once_more(room: Room) -> None:
    await begin(room, room.guild, FEWER)
    await begin(room, room.guild)
    await begin(room, room.guild)

    assert announced(room) == 2
    assert "status" in shown(room)


async def test_commands_that_discord_has_lost_are_announced_again(room: Room) -> None:
    await begin(room, room.guild)
    room.discord.world.commands[room.guild.id].clear()
    await begin(room, room.guild)
    await begin(room, room.guild)

    assert announced(room) == 2
    assert {"session", "status", SEND} <= shown(room)


async def test_a_command_that_somebody_else_has_changed_is_announced_again(room: Room) -> None:
    await begin(room, room.guild)
    command = next(iter(room.discord.world.commands[room.guild.id].values()))
    meant, command["description"] = command["description"], "Something else"
    await begin(room, room.guild)

    there = room.discord.world.commands[room.guild.id].values()
    assert announced(room) == 2
    assert meant in {found["description"] for found in there}
    assert "Something else" not in {found["description"] for found in there}


async def test_commands_for_all_are_taken_back_when_one_server_is_set(room: Room) -> None:
    await begin(room, None)
    await begin(room, room.guild)
    await begin(room, room.guild)

    assert announced(room) == 3
    assert room.discord.world.commands[None] == {}
    assert "status" in shown(room)


async def test_halyard_that_starts_anew_shows_commands_that_were_lost(room: Room) -> None:
    async with room.halyard():
        room.discord.world.commands[room.guild.id].clear()

    async with room.halyard():
        assert "status" in shown(room)
