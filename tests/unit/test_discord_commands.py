"""The commands of the registry, within what Discord takes."""

from collections.abc import Iterator
from typing import Any

import discord
import pytest

from bot.commands import registry
from bot.core.command import Command
from bot.core.option import Attachment, Attachments
from bot.discord.announce import SEND, Heeding, Tree, fill
from bot.hearing.complete import matching

NAME_MAX_CHARS = 32
TEXT_MAX_CHARS = 100
TOTAL_MAX_CHARS = 8000
OPTIONS_MAX = 25
COMMANDS_MAX = 100
COMMANDS = list(registry)


async def nothing(*_given: object) -> Any:
    return None


async def payload() -> list[dict[str, Any]]:
    async with discord.Client(intents=discord.Intents.none()) as client:
        tree = Tree(client, nothing)
        heeding = Heeding(asked=nothing, offered=nothing, sent=nothing)
        fill(tree, registry, heeding, None)
        return [dict(command.to_dict(tree)) for command in tree.get_commands()]


def all_in(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield part
    for inner in part.get("options", []):
        yield from all_in(inner)


async def test_every_command_is_announced_once() -> None:
    announced = [
        f"{top['name']} {verb['name']}" if verb.get("type") == 1 else top["name"]
        for top in await payload()
        for verb in (top.get("options") or [{}])
        if verb.get("type") == 1 or verb is (top.get("options") or [{}])[0] or not verb
    ]

    assert sorted({*announced} - {SEND}) == sorted(command.path for command in COMMANDS)


async def test_names_and_texts_are_as_long_as_discord_takes() -> None:
    parts = [part for top in await payload() for part in all_in(top)]

    assert all(1 <= len(part["name"]) <= NAME_MAX_CHARS for part in parts)
    assert all(
        1 <= len(part["description"]) <= TEXT_MAX_CHARS for part in parts if part["name"] != SEND
    )


async def test_there_are_no_more_of_anything_than_discord_takes() -> None:
    tops = await payload()

    assert len(tops) <= COMMANDS_MAX
    for part in (part for top in tops for part in all_in(top)):
        assert len(part.get("options", [])) <= OPTIONS_MAX, part["name"]
        assert len(part.get("choices", [])) <= OPTIONS_MAX, part["name"]


async def test_a_command_is_no_longer_in_all_than_discord_takes() -> None:
    for top in await payload():
        texts = [part["name"] + part.get("description", "") for part in all_in(top)]
        choices = [c["name"] + str(c["value"]) for p in all_in(top) for c in p.get("choices", [])]

        assert len("".join(texts + choices)) <= TOTAL_MAX_CHARS, top["name"]


async def test_what_is_required_comes_first() -> None:
    for part in (part for top in await payload() for part in all_in(top)):
        required = [option.get("required", False) for option in part.get("options", [])]

        assert required == sorted(required, reverse=True), part["name"]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.path)
async def test_options_have_the_types_of_discord(command: Command[Any]) -> None:
    found = {
        option["name"]: option
        for top in await payload()
        for verb in all_in(top)
        if command.path in {verb["name"], f"{top['name']} {verb['name']}"}
        for option in verb.get("options", [])
    }
    for option in command.options:
        shown = found[option.name]
        files = {Attachment: 11, Attachments: 11}
        assert shown["type"] == files.get(option.type, {bool: 5, int: 4}.get(option.type, 3))
        assert bool(shown.get("autocomplete")) is bool(option.completes)
        if option.between is not None:
            assert shown["min_value"] == option.between.lowest


def test_what_begins_so_is_offered_before_what_only_holds_it() -> None:
    names = ["undone", "done", "do", "other"]

    assert matching(names, "Do") == ["done", "do", "undone"]


def test_no_more_is_offered_than_discord_takes() -> None:
    assert len(matching([f"name-{n}" for n in range(100)], "")) == 25
