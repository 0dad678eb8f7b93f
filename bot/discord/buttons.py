"""Buttons, within what one message of Discord can hold."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.core.call import Call
from bot.core.inert import one_line
from bot.core.message import Button, Buttons
from bot.discord.markup import width

ROWS_MAX = 5
ROW_MAX = 5
LABEL_MAX_CHARS = 80
PRIMARY, SECONDARY, SUCCESS, DANGER = 1, 2, 3, 4
STYLES: Mapping[str, int] = {
    "allow": SUCCESS,
    "deny": DANGER,
    "drop": DANGER,
    "kill": DANGER,
    "push": PRIMARY,
    "remove": DANGER,
    "restart": PRIMARY,
    "revoke": DANGER,
    "show": PRIMARY,
    "stop": DANGER,
}
"""What a command does -> how its button looks; any other is secondary."""


@dataclass(frozen=True, slots=True)
class Board:
    """Rows of buttons as Discord takes them, and those for which it has no room."""

    rows: list[dict[str, Any]]
    left_out: tuple[Button, ...]
    is_cut: bool
    """Whether a label is shown shortened."""


def board(blocks: Iterable[Buttons]) -> Board:
    """Lay out buttons: the same call once, a row for each block as long as there are rows."""
    rows, left_out = _sorted_out(blocks)
    if len(rows) > ROWS_MAX:
        rows = _chunks([button for row in rows for button in row])
    kept, spare = rows[:ROWS_MAX], rows[ROWS_MAX:]
    labels = _labels([button for row in kept for button in row])
    return Board(
        rows=[_row(row, labels) for row in kept],
        left_out=(*left_out, *(button for row in spare for button in row)),
        is_cut=any(_short(label) != label for label in labels.values()),
    )


def typed(call: Call) -> str:
    """Return a call as it is typed in Discord."""
    return one_line(" ".join([f"/{call.path}", *(f"{n}:{v}" for n, v in call.values.items())]))


def _sorted_out(blocks: Iterable[Buttons]) -> tuple[list[list[Button]], list[Button]]:
    """Rows of buttons that Discord can carry, each call once, and the buttons that it cannot."""
    rows: list[list[Button]] = []
    left_out: list[Button] = []
    known: set[str] = set()
    for block in blocks:
        fresh: list[Button] = []
        for button in block.items:
            id_ = _id(button.call)
            if not id_:
                left_out.append(button)
            elif id_ not in known:
                fresh.append(button)
            known.add(id_)
        rows += _chunks(fresh)
    return rows, left_out


def _id(call: Call) -> str:
    """Return what the button carries, or nothing if that is more than it can."""
    try:
        return call.encode()
    except ValueError:
        return ""


def _chunks(buttons: Sequence[Button]) -> list[list[Button]]:
    return [list(buttons[at : at + ROW_MAX]) for at in range(0, len(buttons), ROW_MAX)]


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


def _short(label: str) -> str:
    """Return a label with dots in the middle: what tells it from others stands at its end."""
    if width(label) <= LABEL_MAX_CHARS:
        return label
    kept = LABEL_MAX_CHARS // 4 - 1  # each may count twice
    return f"{label[:kept]}…{label[-kept:]}"


def _row(buttons: Sequence[Button], labels: Mapping[str, str]) -> dict[str, Any]:
    return {"type": 1, "components": [_component(b, labels[b.call.encode()]) for b in buttons]}


def _component(button: Button, label: str) -> dict[str, Any]:
    verb = button.call.path.rpartition(" ")[2]
    return {
        "type": 2,
        "style": STYLES.get(verb, SECONDARY),
        "label": _short(label),
        "custom_id": button.call.encode(),
    }
