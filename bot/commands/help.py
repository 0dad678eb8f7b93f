"""The command that tells of commands."""

from dataclasses import dataclass
from typing import Annotated

from bot.core.context import Context
from bot.core.message import Message
from bot.core.option import Complete, Doc
from bot.core.registry import Registry
from bot.views import help as views


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """Options of `help`."""

    command: Annotated[
        str, Doc("Which command, such as session start; all if left out"), Complete("commands")
    ] = ""


def with_help(registry: Registry) -> Registry:
    """Return `registry` with a command that tells of all its commands."""

    @registry.command("help", Help, doc="Show the commands, or one of them", permission=None)
    def help_(_context: Context, args: Help) -> Message:
        return about(registry, args.command)

    return registry


def about(registry: Registry, path: str) -> Message:
    """Return what there is to know of one command, or of all if `path` is empty.

    Raises:
        NotFound: there is no such command.
    """
    return views.shown(registry.find(path)) if path else views.overview(registry)
