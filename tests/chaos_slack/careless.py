"""A `halyard` that is careless in Slack: a program that shows that the count can fail.

It acknowledges some commands that it does not keep, does some messages twice, posts some messages
twice, and tells of every second turn only; of nothing else in it is anything changed.
"""

import itertools
import sys
from collections.abc import Sequence
from dataclasses import replace

from bot.hearing.messages import Messages
from bot.hearing.utterance import Utterance
from bot.notify.step import Step
from bot.slack.chat import SlackChat
from bot.slack.hear import Interactions
from bot.slack.origin import Asked
from engine.api import Errand, Event, EventKind
from tests.chaos_chat.reporting import run

ONE_IN = 5
_numbers, _turns = itertools.count(1), itertools.count(1)
_command, _hear, _send = Interactions.command, Messages.hear, SlackChat.send
_tell = Step.tell


def _is_careless() -> bool:
    return next(_numbers) % ONE_IN == 0


async def forgetful(face: Interactions, asked: Asked, text: str, trigger: str) -> None:
    """Keep a command, mostly."""
    if not _is_careless():
        await _command(face, asked, text, trigger)


async def eager(messages: Messages, said: Utterance) -> None:
    """Hear a message, at times as if it were two."""
    await _hear(messages, said)
    if _is_careless():
        await _hear(messages, replace(said, mark=replace(said.mark, key=f"{said.mark.key}/again")))


async def chatty(chat: SlackChat, errand: Errand) -> str:
    """Send a message, at times twice."""
    if _is_careless():
        await _send(chat, errand)
    return await _send(chat, errand)


def silent(step: Step, events: Sequence[Event]) -> None:
    """Tell of what happened, but of every second turn."""
    _tell(step, [e for e in events if e.kind is not EventKind.TURN or next(_turns) % 2])


if __name__ == "__main__":
    setattr(Interactions, "command", forgetful)  # noqa: B010 - it is replaced
    setattr(Messages, "hear", eager)  # noqa: B010
    setattr(SlackChat, "send", chatty)  # noqa: B010
    setattr(Step, "tell", silent)  # noqa: B010
    sys.exit(run())
