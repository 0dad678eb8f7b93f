"""What people see of a message of Slack, as it is drafted or as the platform shows it."""

import json
from collections.abc import Sequence
from typing import Any

from tests.chaos_chat.books import Look
from tests.emulators.slack import Message
from tests.emulators.slack.values import elements_of, texts_of


def look_of(message: Message) -> Look:
    """Return how a message looks."""
    return _look(message.text, message.blocks)


def look_in(draft: str) -> Look:
    """Return how a draft is to look."""
    plain = json.loads(draft)
    return _look(plain["text"], plain["blocks"])


def _look(text: str, blocks: Sequence[Any]) -> Look:
    buttons = [e for _, e in elements_of(blocks) if e["type"] == "button"]
    return Look(
        words=(text, *texts_of(list(blocks))),
        buttons=tuple(str(button.get("value", "")) for button in buttons),
    )
