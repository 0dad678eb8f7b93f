"""A `halyard` that is careless in Slack: a program that shows that the count can fail.

It acknowledges some commands that it does not keep, does some messages twice, and posts some
messages twice; of nothing else in it is anything changed.
"""

import itertools
import sys
from dataclasses import replace

from bot.cli.main import main
from bot.hearing.messages import Messages
from bot.hearing.utterance import Utterance
from bot.slack.chat import SlackChat
from bot.slack.hear import Interactions
from bot.slack.origin import Asked
from engine.api import Errand

ONE_IN = 5
_numbers = itertools.count(1)
_command, _hear, _send = Interactions.command, Messages.hear, SlackChat.send


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


if __name__ == "__main__":
    setattr(Interactions, "command", forgetful)  # noqa: B010 - it is replaced
    setattr(Messages, "hear", eager)  # noqa: B010
    setattr(SlackChat, "send", chatty)  # noqa: B010
    sys.exit(main())
