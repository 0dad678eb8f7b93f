"""The words of a command line, as a call."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from bot.core.command import Command
from bot.core.option import Option
from bot.core.words import placed, split_named
from engine.api import InvalidInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What is said to the program, rather than to the service."""

    config: Path | None = None
    json: bool = False
    key: str = ""
    """Names the call, so that making it again does it once; a fresh one if empty."""
    force: bool = False


_WISHES = frozenset(field.name for field in fields(Wishes))
RESERVED = _WISHES | {"help", "words"}
"""Names of the program's own, which no option of a command may have."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A command, and the values typed for it."""

    command: Command[Any]
    values: Mapping[str, str]


def wish_parser() -> argparse.ArgumentParser:
    """Return what reads the wishes; those that are not said leave no trace."""
    parser = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    parser.add_argument("--config", type=Path, metavar="FILE", help="read this halyard.yaml")
    parser.add_argument("--json", action="store_true", help="print for programs")
    parser.add_argument("--key", help="name the call; the same key again does it once")
    parser.add_argument("--force", action="store_true", help="overwrite a file that is there")
    return parser


def wishes_of(given: argparse.Namespace, before: Wishes | None = None) -> Wishes:
    """Return what was wished for, on top of what was wished `before`."""
    said = {name: value for name, value in vars(given).items() if name in _WISHES}
    return replace(before or Wishes(), **said)


def parser_of(command: Command[Any]) -> argparse.ArgumentParser:
    """Return what reads the words behind a command's path."""
    parser = argparse.ArgumentParser(
        prog=f"halyard {command.path}",
        usage=f"halyard {_usage(command)}",
        description=f"{command.doc}.",
        epilog="Every option can also be given as name=value.",
        parents=[wish_parser()],
        allow_abbrev=False,
    )
    for option in command.options:
        parser.add_argument(
            f"--{option.name}",
            metavar=option.name.upper(),
            default=argparse.SUPPRESS,
            help=_help(option),
        )
    parser.add_argument("words", nargs="*", help=argparse.SUPPRESS)
    return parser


def values_of(command: Command[Any], given: argparse.Namespace) -> dict[str, str]:
    """Join what was given as `--name value`, as `name=value` and by place alone.

    What is left at the end belongs to the last text, so that a task needs no quotes.

    Raises:
        InvalidInput: a value is given twice, or one too many.
    """
    names = {option.name for option in command.options}
    values = {name: value for name, value in vars(given).items() if name in names}
    loose: list[str] = []
    for word in given.words:
        name, value = split_named(word, names)
        if not name:
            loose.append(value)
        elif name in values:
            raise InvalidInput(f"{name} is given twice.")
        else:
            values[name] = value
    return values | placed(command, values, loose)


def _usage(command: Command[Any]) -> str:
    places = " ".join(option.name.upper() for option in command.positionals if option.required)
    return f"{command.path} {places} [name=value ...] [--json]".replace("  ", " ")


def _help(option: Option) -> str:
    parts = [option.doc]
    if option.choices:
        parts.append(f"one of: {', '.join(option.choices)}")
    parts.append("required" if option.required else f"default: {option.default or 'none'}")
    # argparse reads % as the start of a format.
    return "; ".join(parts).replace("%", "%%")
