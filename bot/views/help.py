"""The commands themselves, as messages."""

from collections.abc import Iterable
from typing import Any

from bot.core.command import Command
from bot.core.message import Message, Mono, Table, text
from bot.core.option import Option
from engine.api import Permission


def overview(commands: Iterable[Command[Any]]) -> Message:
    """All commands, one a row."""
    listed = tuple(commands)
    rows = tuple((usage(command), command.doc) for command in listed)
    return Message(
        title="Commands",
        blocks=(
            Table(("command", "what it does"), rows),
            text("More about one: ", Mono("help COMMAND")),
        ),
        data=[{"path": command.path, "doc": command.doc} for command in listed],
    )


def shown(command: Command[Any]) -> Message:
    """One command with its options."""
    rows = tuple(_row(option) for option in command.options)
    options = (Table(("option", "what it is", "values", "if left out"), rows),) if rows else ()
    return Message(
        title=usage(command),
        blocks=(text(f"{command.doc}. {_takes(command.permission)}"), *options),
        data={
            "path": command.path,
            "doc": command.doc,
            "permission": command.permission,
            "options": [
                {"name": o.name, "doc": o.doc, "required": o.required, "choices": o.choices}
                for o in command.options
            ],
        },
    )


def usage(command: Command[Any]) -> str:
    """Return how a command is typed: `session say SESSION TEXT [now=no]`."""
    required = [option.name.upper() for option in command.options if option.required]
    optional = [f"[{o.name}={o.default}]" for o in command.options if not o.required]
    return " ".join([command.path, *required, *optional])


def _row(option: Option) -> tuple[str, ...]:
    values = ", ".join(option.choices) or option.wanted
    return (option.name, option.doc, values, _left_out(option))


def _left_out(option: Option) -> str:
    return "it is required" if option.required else option.default or "-"


def _takes(permission: Permission | None) -> str:
    return f"It takes the permission {permission}." if permission else "Anybody may."
