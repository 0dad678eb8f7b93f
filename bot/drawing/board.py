"""Buttons in rows, within what one message can hold."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.core.call import Call
from bot.core.inert import one_line
from bot.core.message import Button, Buttons
from bot.drawing.split import utf16_width

ROWS_MAX = 5
ROW_MAX = 5


class Weight(StrEnum):
    """What pressing a button means; each face has its own colour for it."""

    PLAIN = "plain"
    NEXT = "next"
    GOOD = "good"
    DANGER = "danger"


WEIGHTS: Mapping[str, Weight] = {
    "allow": Weight.GOOD,
    "deny": Weight.DANGER,
    "drop": Weight.DANGER,
    "kill": Weight.DANGER,
    "push": Weight.NEXT,
    "remove": Weight.DANGER,
    "restart": Weight.NEXT,
    "revoke": Weight.DANGER,
    "show": Weight.NEXT,
    "stop": Weight.DANGER,
}
"""What a command does -> what pressing its button means; any other is plain."""


@dataclass(frozen=True, slots=True)
class Key:
    """A button as it is shown."""

    label: str
    value: str
    """The call, encoded."""
    weight: Weight


@dataclass(frozen=True, slots=True)
class Board:
    """Rows of buttons, and those for which there is no room."""

    rows: tuple[tuple[Key, ...], ...]
    left_out: tuple[Button, ...]
    is_cut: bool
    """Whether a label is shown shortened."""


def board(blocks: Iterable[Buttons], *, label_max_chars: int) -> Board:
    """Lay out buttons: the same call once, a row for each block as long as there are rows."""
    rows, left_out = _sorted_out(blocks)
    if len(rows) > ROWS_MAX:
        rows = _chunks([button for row in rows for button in row])
    kept, spare = rows[:ROWS_MAX], rows[ROWS_MAX:]
    labels = _labels([button for row in kept for button in row])
    shown = {value: _short(label, label_max_chars) for value, label in labels.items()}
    return Board(
        rows=tuple(tuple(_key(button, shown) for button in row) for row in kept),
        left_out=(*left_out, *(button for row in spare for button in row)),
        is_cut=shown != labels,
    )


def _sorted_out(blocks: Iterable[Buttons]) -> tuple[list[list[Button]], list[Button]]:
    """Rows of buttons that a message can carry, each call once, and the buttons that it cannot."""
    rows: list[list[Button]] = []
    left_out: list[Button] = []
    known: set[str] = set()
    for block in blocks:
        fresh: list[Button] = []
        for button in block.items:
            value = _value(button.call)
            if not value:
                left_out.append(button)
            elif value not in known:
                fresh.append(button)
            known.add(value)
        rows += _chunks(fresh)
    return rows, left_out


def _value(call: Call) -> str:
    """Return what the button carries, or nothing if that is more than it can."""
    try:
        return call.encode()
    except ValueError:
        return ""


def _chunks(buttons: Sequence[Button]) -> list[list[Button]]:
    return [list(buttons[at : at + ROW_MAX]) for at in range(0, len(buttons), ROW_MAX)]


def _key(button: Button, labels: Mapping[str, str]) -> Key:
    value = button.call.encode()
    verb = button.call.path.rpartition(" ")[2]
    return Key(labels[value], value, WEIGHTS.get(verb, Weight.PLAIN))


def _labels(buttons: Sequence[Button]) -> Mapping[str, str]:
    """What a button carries -> its label, with what tells calls apart that have the same."""
    same: dict[str, list[Call]] = {}
    for button in buttons:
        same.setdefault(_label(button), []).append(button.call)
    return {
        call.encode(): " · ".join(filter(None, (label, _difference(call, calls))))
        for label, calls in same.items()
        for call in calls
    }


def _difference(call: Call, calls: Sequence[Call]) -> str:
    """Return what only this one of `calls` has; nothing if that is having nothing."""
    told = [_told(other, calls) for other in calls]
    mine = _told(call, calls)
    return mine if told.count(mine) == 1 else one_line(" ".join([call.path, *call.values.values()]))


def _told(call: Call, calls: Sequence[Call]) -> str:
    differ = (n for n in call.values if len({other.values.get(n) for other in calls}) > 1)
    return one_line(" ".join(call.values[name] for name in differ))


def _label(button: Button) -> str:
    return one_line(button.label).strip() or button.call.path


def _short(label: str, max_chars: int) -> str:
    """Return a label with dots in the middle: what tells it from others stands at its end."""
    if utf16_width(label) <= max_chars:
        return label
    kept = max_chars // 4 - 1  # each may count twice
    return f"{label[:kept]}…{label[-kept:]}"
