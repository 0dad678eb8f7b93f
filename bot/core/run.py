"""The rule of every call: it exists, it is allowed, it is well-formed, it is run."""

from bot.core.call import Call
from bot.core.context import Context
from bot.core.message import Message
from bot.core.registry import Registry
from bot.core.targets import targets_of


def run(registry: Registry, call: Call, context: Context) -> Message:
    """Find, authorize and run a command.

    Raises:
        Refused: there is none of this path, its values are wrong, or it may not or cannot be done.
    """
    command = registry.find(call.path)
    targets = targets_of(command, call.values)
    context.engine.access.require(context.asker, command.permission, targets)
    return command.run(context, call.values)
