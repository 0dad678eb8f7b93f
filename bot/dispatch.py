"""The one way from a call to an answer, whatever face it came from."""

import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias
from uuid import uuid4

import structlog

from bot.core.answer import Answer, Outcome
from bot.core.call import Call
from bot.core.context import Context
from bot.core.message import Message
from bot.core.registry import Registry
from bot.core.run import require, run
from bot.views import errors
from engine.api import (
    ActorId,
    Asker,
    Conversation,
    Engine,
    GroupId,
    InboxKey,
    Refused,
    Reply,
    Said,
    Unavailable,
    UseCases,
)

log = structlog.get_logger()

SPEAKER = "speaker"
"""Key of an origin: what the platform calls who said it, as it shows them to people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A call, with who made it and where."""

    key: str
    """The thing said; from the same actor the same key is the same thing."""
    actor: ActorId
    conversation: Conversation
    is_local: bool
    call: Call
    origin: Mapping[str, str] = field(default_factory=dict)
    """What the face needs to answer there."""
    groups: frozenset[GroupId] = frozenset()
    """Those that the platform says the actor is in as they make the call."""
    elsewhere: frozenset[GroupId] = frozenset()
    """Those that their other accounts are in as it is done; nothing of it is kept."""

    @property
    def asker(self) -> Asker:
        """Who made it, for the rules of access."""
        return Asker(self.actor, self.groups | self.elsewhere)

    failed: Refused | None = None
    """Why what was said could not be read as a call; it is the answer then."""


Elsewhere: TypeAlias = Callable[[ActorId], Awaitable[frozenset[GroupId]]]
"""Returns the groups that the other accounts of somebody are in now; none if nobody tells."""


async def nowhere(_actor: ActorId) -> frozenset[GroupId]:
    """Return no groups: there is no other platform."""
    return frozenset()


Then: TypeAlias = Callable[[UseCases, Answer], None]
"""What is to happen with an answer, in the same transaction as all that led to it."""


def _nothing(_use: UseCases, _answer: Answer) -> None:
    """Leave the answer to who asked for it."""


async def answer(
    engine: Engine,
    registry: Registry,
    heard: Heard,
    then: Then = _nothing,
    *,
    is_first: bool = False,
) -> Answer:
    """Do what was heard, once, and answer the same however often it is heard.

    `is_first` does it before all that waits to be written.
    """
    failed = heard.failed or await _look(engine, registry, heard)

    def reply(use: UseCases) -> Reply:
        answered = _answer(registry, heard, use, failed=failed)
        then(use, answered)
        return Reply(answered.encode(), answered.outcome)

    performed = await engine.perform(said_of(heard), reply, is_first=is_first)
    return Answer.decode(performed.answer)


def said_of(heard: Heard) -> Said:
    """Return what was heard, as the engine keeps it."""
    return Said(
        # With the actor in it, nobody gets another's answer by guessing a key.
        key=InboxKey(f"{heard.actor}/{heard.key}"),
        actor=heard.actor,
        surface=heard.conversation.platform,
        path=heard.call.path,
        values=heard.call.values,
        groups=heard.groups,
        origin=heard.origin,
    )


def dispatch(registry: Registry, call: Call, context: Context) -> tuple[Message, Outcome]:
    """Find, authorize and run a command. Never raises: a failure is a message too.

    Runs inside `engine.perform`, so its effects, its answer and the inbox row commit together; what
    fails has no effects.
    """
    try:
        with context.engine.undo_on_error():
            return run(registry, call, context), Outcome.DONE
    except Exception as error:  # noqa: BLE001 - the last place that can catch a bug
        return _failure(error, path=call.path if call.path in registry else "?")


async def _look(engine: Engine, registry: Registry, heard: Heard) -> Exception | None:
    """Look outside where the command wants that; return what failed, to be the answer."""
    if heard.call.path not in registry:
        return None
    command = registry.find(heard.call.path)
    if command.look is None:
        return None
    try:
        await engine.read(lambda use: require(use, heard.asker, command, heard.call.values))
        await command.look(engine, command.bind(heard.call.values))
    except Exception as error:  # noqa: BLE001 - told as `dispatch` tells its own
        return error
    return None


def _answer(registry: Registry, heard: Heard, use: UseCases, *, failed: Exception | None) -> Answer:
    head = use.views.head()
    context = Context(
        asker=use.access.known(heard.asker),
        conversation=heard.conversation,
        engine=use,
        is_local=heard.is_local,
        speaker=heard.origin.get(SPEAKER, ""),
    )
    if failed is None:
        message, outcome = dispatch(registry, heard.call, context)
    else:
        message, outcome = _failure(failed, path=heard.call.path)
    return Answer(message, outcome, head)


def _failure(error: Exception, *, path: str) -> tuple[Message, Outcome]:
    match error:
        case Refused():
            return errors.refused(error), Outcome.REFUSED
        case Unavailable():
            log.warning("command_unavailable", path=path, error=str(error))
            return errors.unavailable(error), Outcome.UNAVAILABLE
        case _:
            incident = uuid4().hex[:8]
            log.error("command_failed", path=path, incident=incident, **place_of(error))
            return errors.broken(incident), Outcome.BROKEN


def place_of(error: Exception) -> dict[str, object]:
    """Where it broke, without the error's own text, which may hold a prompt or a secret."""
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    return {"error": type(error).__qualname__, "where": where}
