"""Facts about announcing commands, each held by the unmodified discord.py (chat.md, 3)."""

from typing import Any

import discord
import pytest
from discord import app_commands
from discord.http import Route

from tests.emulators.bot import Bot, Office, office
from tests.emulators.discord import CannotBeDone, Limits
from tests.fakes.clock import FakeClock

Json = dict[str, Any]


def command(name: str = "go", **more: Any) -> Json:
    return {"name": name, "description": "d", "type": 1, **more}


def option(name: str = "a", **more: Any) -> Json:
    return {"name": name, "description": "d", "type": 3, **more}


def choices(number: int, length: int = 1) -> list[Json]:
    return [{"name": f"{n}", "value": f"{n}".rjust(length, "x")} for n in range(number)]


def options(number: int, **more: Any) -> list[Json]:
    return [option(f"o{n}", **more) for n in range(number)]


async def announce(it: Office, commands: list[Json]) -> list[Json]:
    application_id = it.server.application_id
    route = Route("PUT", "/applications/{application_id}/commands", application_id=application_id)
    told: list[Json] = await it.bot.http.request(route, json=commands)
    return told


LONG = [option(f"o{n}", description="d" * 100, choices=choices(25, 95)) for n in range(4)]
REFUSED = {
    "101-commands": [command(f"c{n}") for n in range(101)],
    "16-user-commands": [{"name": f"c{n}", "type": 2} for n in range(16)],
    "16-message-commands": [{"name": f"c{n}", "type": 3} for n in range(16)],
    "the-same-name-twice": [command(), command()],
    "26-options": [command(options=options(26))],
    "26-choices": [command(options=[option(choices=choices(26))])],
    "an-upper-case-name": [command("Go")],
    "a-name-with-a-blank": [command("go on")],
    "a-name-of-33": [command("n" * 33)],
    "no-description": [command(description="")],
    "a-description-of-101": [command(description="d" * 101)],
    "an-option-without-a-description": [command(options=[option(description="")])],
    "required-after-optional": [command(options=[option("a"), option("b", required=True)])],
    "a-choice-of-101": [command(options=[option(choices=choices(1, 101))])],
    "choices-and-autocomplete": [command(options=[option(choices=choices(1), autocomplete=True)])],
    "more-than-8000-characters": [command(options=LONG)],
    "a-described-message-command": [{"name": "Send", "type": 3, "description": "d"}],
}
TAKEN = {
    "100-commands": [command(f"c{n}") for n in range(100)],
    "15-of-each-menu": [
        {"name": f"Command {n}", "type": type_} for n in range(15) for type_ in (2, 3)
    ],
    "25-options": [command(options=options(25))],
    "25-choices": [command(options=[option(choices=choices(25))])],
    "a-name-of-32": [command("n" * 32)],
    "required-first": [command(options=[option("a", required=True), option("b")])],
    "a-name-of-another-script": [command("начать")],
}


@pytest.mark.parametrize("name", REFUSED)
async def test_commands_over_a_limit_are_refused_with_50035(name: str) -> None:
    async with office(may_have_problems=True) as it:
        with pytest.raises(discord.HTTPException) as error:
            await announce(it, REFUSED[name])

        assert error.value.code == 50035
        assert it.server.world.commands[None] == {}


@pytest.mark.parametrize("name", TAKEN)
async def test_commands_at_a_limit_are_taken(name: str) -> None:
    async with office() as it:
        told = await announce(it, TAKEN[name])

        assert len(told) == len(TAKEN[name])


async def test_an_overwrite_replaces_all_and_what_stays_keeps_its_id() -> None:
    async with office() as it:
        first = await announce(it, [command("a"), command("b")])
        second = await announce(it, [command("b", description="new"), command("c")])
        fetched = await it.bot.tree.fetch_commands()

        assert second[0]["id"] == first[1]["id"]
        assert [(each.name, each.description) for each in fetched] == [("b", "new"), ("c", "d")]


async def test_a_post_is_an_upsert() -> None:
    async with office() as it:
        application_id = it.server.application_id
        path = "/applications/{application_id}/commands"
        route = Route("POST", path, application_id=application_id)
        first = await it.bot.http.request(route, json=command())
        again = await it.bot.http.request(route, json=command(description="new"))

        assert first["id"] == again["id"]
        assert [request.status for request in it.server.requests[-2:]] == [201, 200]


async def test_a_command_of_a_guild_is_seen_there_only_and_before_a_global_one() -> None:
    def teach(bot: Bot) -> None:
        @bot.tree.command(description="global")
        async def hello(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("global")

    async with office(teach=teach) as it:
        other = it.server.add_guild("Other").add_channel("web")
        guild = discord.Object(it.guild.id)

        @it.bot.tree.command(name="hello", description="here", guild=guild)
        async def here(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("here")

        await it.bot.tree.sync(guild=guild)
        bob = other.guild.add_member("bob")
        first = await it.server.run(it.ann, it.channel, "hello")
        second = await it.server.run(bob, other, "hello")

        assert (await first.answered()).content == "here"
        assert (await second.answered()).content == "global"


async def test_what_discord_py_announces_fits_the_contract_and_comes_back() -> None:
    def teach(bot: Bot) -> None:
        group = app_commands.Group(name="session", description="Sessions")

        @group.command(description="Start one")
        @app_commands.describe(task="What to do")
        @app_commands.choices(how=[app_commands.Choice(name="Once", value="once")])
        async def start(
            interaction: discord.Interaction,
            task: app_commands.Range[str, 1, 200],
            how: str = "once",
        ) -> None:
            await interaction.response.send_message(task)

        bot.tree.add_command(group)

    async with office(teach=teach) as it:
        fetched = await it.bot.tree.fetch_commands()
        start = fetched[0].options[0]

        assert isinstance(start, app_commands.AppCommandGroup)
        assert [each.name for each in start.options] == ["task", "how"]


async def test_the_number_of_commands_is_a_parameter() -> None:
    async with office(Limits(commands_per_scope=1), may_have_problems=True) as it:
        with pytest.raises(discord.HTTPException):
            await announce(it, [command("a"), command("b")])


async def test_only_so_many_commands_are_new_in_a_day() -> None:
    clock = FakeClock()
    async with office(Limits(command_creates_per_day=3), clock=clock.now) as it:
        await announce(it, [command("a"), command("b")])
        await announce(it, [command("a"), command("b", description="new")])
        with pytest.raises(discord.HTTPException) as error:
            await announce(it, [command("c"), command("d")])
        clock.move(86_401)
        told = await announce(it, [command("c"), command("d")])

        assert error.value.code == 30034
        assert len(told) == 2


async def test_a_guild_that_invited_without_the_scope_takes_no_commands() -> None:
    async with office() as it:
        it.guild.takes_commands = False
        await announce(it, [command()])
        with pytest.raises(discord.Forbidden) as error:
            await it.bot.tree.sync(guild=discord.Object(it.guild.id))

        assert error.value.code == 50001
        with pytest.raises(CannotBeDone):
            await it.server.run(it.ann, it.channel, "go")
