"""The rule of every call: it exists, it is allowed, it is well-formed, it is run."""

from collections.abc import Mapping
from typing import Any

from bot.core.call import Call
from bot.core.command import Command
from bot.core.context import Context
from bot.core.message import Message
from bot.core.registry import Registry
from bot.core.targets import targets_of
from engine.api import Asker, UseCases


def run(registry: Registry, call: Call, context: Context) -> Message:
    """Find, authorize and run a command.

    Raises:
        Refused: there is none of this path, its values are wrong, or it may not or cannot be done.
    """
    command = registry.find(call.path)
    require(context.engine, context.asker, command, call.values)
    return command.run(context, call.values)


def require(use: UseCases, asker: Asker, command: Command[Any], values: Mapping[str, str]) -> None:
    """Return if the asker may have the command done with these values.

    Raises:
        NotFound: they may not see what a value names.
        NotAllowed: they lack the permission there.
    """
    if command.permission is not None:
        use.access.require(asker, command.permission, targets_of(command, values))
