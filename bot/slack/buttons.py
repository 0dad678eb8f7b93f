"""Buttons as Slack takes them."""

from collections.abc import Mapping
from typing import Any

from bot.core import typed as chat
from bot.core.call import Call
from bot.core.inert import one_line
from bot.core.message import Message
from bot.drawing.board import Board, Key, Weight, board
from bot.drawing.speech import buttons_in
from bot.slack.markup import Element, plain_text
from bot.slack.press import action_id

LABEL_MAX_CHARS = 75
STYLES: Mapping[Weight, Mapping[str, str]] = {
    Weight.PLAIN: {},
    Weight.NEXT: {},
    Weight.GOOD: {"style": "primary"},
    Weight.DANGER: {"style": "danger"},
}
"""Slack has two colours; one that stood on most buttons would say nothing."""


def board_of(message: Message) -> Board:
    """Lay out the buttons of a message."""
    return board(buttons_in(message), label_max_chars=LABEL_MAX_CHARS)


def rows_of(layout: Board) -> list[Element]:
    """Return rows of buttons as Slack takes them."""
    rows: list[Element] = []
    number = 0
    for keys in layout.rows:
        numbered = [_button(key, number + at) for at, key in enumerate(keys)]
        rows.append({"type": "actions", "elements": numbered})
        number += len(keys)
    return rows


def typed(call: Call) -> str:
    """Return a call as it is typed in Slack: threads know no slash commands."""
    return one_line(f"!{chat.typed(call)}")


def _button(key: Key, number: int) -> dict[str, Any]:
    return {
        "type": "button",
        "action_id": action_id(number),
        "text": plain_text(key.label),
        "value": key.value,
        **STYLES[key.weight],
    }
