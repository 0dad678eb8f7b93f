"""What Discord demands of commands, and how it writes them back."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from tests.emulators.discord.errors import FormErrors
from tests.emulators.discord.values import Json

CHAT, USER, MESSAGE = 1, 2, 3
SUBCOMMAND, GROUP = 1, 2
TOTAL_CHARS = 8000
NAME = re.compile(r"[-_'\w]{1,32}")
"""Of chat commands and options: letters of any script and digits, lower case where there is one."""


def check_commands(commands: Sequence[Json], most_chat: int) -> FormErrors:
    """Name what is wrong with all the commands of one scope."""
    errors: FormErrors = {}
    for type_, most in ((CHAT, most_chat), (USER, 15), (MESSAGE, 15)):
        names = [command["name"] for command in commands if _type(command) == type_]
        if len(names) > most:
            errors["_"] = f"Maximum number of application commands reached ({most})."
        if len(set(names)) < len(names):
            errors["_"] = "Application command names must be unique"
    for index, command in enumerate(commands):
        errors |= {f"{index}.{path}": text for path, text in check_command(command)}
    return errors


def check_command(command: Json) -> Iterator[tuple[str, str]]:
    """Name what is wrong with one command."""
    if _type(command) == CHAT:
        yield from _check_named(command)
        yield from _check_options(command)
        if _chars(command) > TOTAL_CHARS:
            yield "_", f"The command is longer than {TOTAL_CHARS} characters in all."
    elif command.get("description") or command.get("options"):
        yield "description", "A context menu command has neither description nor options."


def _type(command: Json) -> int:
    return int(command.get("type") or CHAT)


def _check_named(part: Json) -> Iterator[tuple[str, str]]:
    name = part.get("name") or ""
    if not NAME.fullmatch(name) or name != name.lower():
        yield "name", "Must be 1-32 lower case letters, digits, - and _."
    if not 1 <= len(part.get("description") or "") <= 100:
        yield "description", "Must be between 1 and 100 in length."


def _check_options(part: Json) -> Iterator[tuple[str, str]]:
    options = part.get("options") or []
    if len(options) > 25:
        yield "options", "Must be 25 or fewer in length."
    if len({option["name"] for option in options}) < len(options):
        yield "options", "Option names must be unique."
    required = [bool(option.get("required")) for option in options]
    if required != sorted(required, reverse=True):
        yield "options", "Required options must be placed before non-required options."
    for index, option in enumerate(options):
        found = (*_check_named(option), *_check_choices(option), *_check_options(option))
        yield from ((f"options.{index}.{path}", text) for path, text in found)


def _check_choices(option: Json) -> Iterator[tuple[str, str]]:
    choices = option.get("choices") or []
    if len(choices) > 25:
        yield "choices", "Must be 25 or fewer in length."
    if choices and option.get("autocomplete"):
        yield "autocomplete", "An option with choices has no autocomplete."
    for index, choice in enumerate(choices):
        if not 1 <= len(choice["name"]) <= 100 or len(str(choice["value"])) > 100:
            yield f"choices.{index}", "Must be between 1 and 100 in length."


def _chars(part: Json) -> int:
    """Characters of names, descriptions and values in all."""
    own = len(part.get("name") or "") + len(part.get("description") or "")
    choices = sum(len(c["name"]) + len(str(c["value"])) for c in part.get("choices") or ())
    return own + choices + sum(_chars(option) for option in part.get("options") or ())


def shown_command(command: Json, id_: int, application_id: int, guild_id: int | None) -> Json:
    """The command as Discord writes it back."""
    type_ = _type(command)
    shown: Json = {
        "id": str(id_),
        "application_id": str(application_id),
        "version": str(id_),
        "type": type_,
        "name": command["name"],
        "description": command.get("description") or "",
        "default_member_permissions": _as_text(command.get("default_member_permissions")),
        "nsfw": bool(command.get("nsfw")),
        "contexts": command.get("contexts"),
        "integration_types": command.get("integration_types") or [0],
        "name_localizations": command.get("name_localizations"),
        "description_localizations": command.get("description_localizations"),
    }
    if command.get("options"):
        shown["options"] = [_shown_option(option) for option in command["options"]]
    if guild_id is not None:
        shown["guild_id"] = str(guild_id)
    return shown


def _shown_option(option: Json) -> Json:
    shown = {name: value for name, value in option.items() if value not in (None, [], False)}
    if "options" in shown:
        shown["options"] = [_shown_option(inner) for inner in shown["options"]]
    return shown


def _as_text(value: Any) -> str | None:
    return None if value is None else str(value)
