"""Commands about calls that were made before."""

from dataclasses import dataclass
from typing import Annotated

from bot.core.answer import Answer, Outcome
from bot.core.call import Call
from bot.core.context import Context
from bot.core.message import Message
from bot.core.option import NO_FILE, Between, Doc
from bot.core.registry import Registry
from bot.core.run import require, run
from engine.api import Conflict, NotFound, Received

NUMBER_MAX = 2**53 - 1
"""The highest whole number that every platform can carry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class One:
    """Options of commands that take a call and nothing else."""

    call: Annotated[int, Doc("Number of the call, as its button knows it"), Between(1, NUMBER_MAX)]


def with_calls(registry: Registry) -> Registry:
    """Return `registry` with commands about calls of all its commands."""

    @registry.command(
        "call show",
        One,
        doc="Show the answer to something you asked for",
        # What was refused for want of a role must be readable without one.
        permission=None,
    )
    def show(context: Context, args: One) -> Message:
        received = _own(context, args.call)
        if received.answer is None:
            raise Conflict(f"{received.path} is still being done; ask again in a moment.")
        if received.outcome == Outcome.DONE and received.path in registry:
            # What could be seen then may be hidden by now.
            command = registry.find(received.path)
            require(context.engine, context.asker, command, received.values)
        return Answer.decode(received.answer).message

    @registry.command(
        "call run",
        One,
        doc="Do what you asked for when it could not be done",
        # What it runs asks for its own.
        permission=None,
    )
    def run_(context: Context, args: One) -> Message:
        received = _own(context, args.call)
        if received.outcome != Outcome.LEFT:
            raise Conflict(f"{received.path} was run already.")
        if registry.find(received.path).look is not None:
            raise Conflict(f"{received.path} has to look outside first; ask for it anew.")
        if any(NO_FILE in value for value in received.values.values()):
            raise Conflict(f"{received.path} came with a file; send it again with the file.")
        message = run(registry, Call(received.path, received.values), context)
        answered = Answer(message, Outcome.DONE, context.engine.views.head())
        context.engine.said.done(received.key, answer=answered.encode(), outcome=answered.outcome)
        return message

    return registry


def _own(context: Context, number: int) -> Received:
    """Return what has this number, if it is the asker's own.

    Raises:
        NotFound: nothing has it, or it was said by somebody else: nobody learns which.
    """
    received = context.engine.said.numbered(number)
    if received is None or not context.asker.is_also(received.actor):
        raise NotFound(f"You made no call {number}.")
    return received
