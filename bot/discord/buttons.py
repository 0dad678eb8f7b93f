"""Buttons as Discord takes them."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.core.call import Call
from bot.core.inert import one_line
from bot.core.message import Message
from bot.drawing.board import Board, Key, Weight, board
from bot.drawing.speech import buttons_in

LABEL_MAX_CHARS = 80
PRIMARY, SECONDARY, SUCCESS, DANGER = 1, 2, 3, 4
STYLES: Mapping[Weight, int] = {
    Weight.PLAIN: SECONDARY,
    Weight.NEXT: PRIMARY,
    Weight.GOOD: SUCCESS,
    Weight.DANGER: DANGER,
}


def board_of(message: Message) -> Board:
    """Lay out the buttons of a message."""
    return board(buttons_in(message), label_max_chars=LABEL_MAX_CHARS)


def rows_of(layout: Board) -> list[dict[str, Any]]:
    """Return rows of buttons as Discord takes them."""
    return [_row(keys) for keys in layout.rows]


def typed(call: Call) -> str:
    """Return a call as it is typed in Discord."""
    return one_line(" ".join([f"/{call.path}", *(f"{n}:{v}" for n, v in call.values.items())]))


def _row(keys: Sequence[Key]) -> dict[str, Any]:
    return {"type": 1, "components": [_component(key) for key in keys]}


def _component(key: Key) -> dict[str, Any]:
    return {
        "type": 2,
        "style": STYLES[key.weight],
        "label": key.label,
        "custom_id": key.value,
    }
