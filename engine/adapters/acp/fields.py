"""Read fields of JSON that anybody may have written: what is not as expected is empty."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

from engine.domain.approval import Choice
from engine.domain.values import Json

Object: TypeAlias = Mapping[str, Json]

COUNT_MAX = 2**53
"""What JSON numbers hold exactly everywhere."""
DEPTH_MAX = 100
"""How deep a message may be nested; deeper ones are kept as text."""
MICRO = 1_000_000
ID_MAX_CHARS = 200
"""Ids that agents choose are stored to the letter; with a longer one nothing is done."""
FILE_KINDS = frozenset({"edit", "read", "delete"})
"""Tools that are about a file, whatever else they are told."""
PATH_KEYS = ("filepath", "file_path", "path")
COMMAND_KEYS = ("command", "cmd")
"""Where agents put what a tool call is about, in `rawInput`."""


def mapping(value: Object, key: str) -> Object:
    """Return the object at `key`, or an empty one."""
    found = value.get(key)
    # A dict and not any Mapping: the abstract check alone would cost a third of the reading.
    return found if isinstance(found, dict) else {}


def mappings(value: Object, key: str) -> Sequence[Object]:
    """Return the objects in the list at `key`."""
    found = value.get(key)
    if not isinstance(found, list):
        return []
    return [item for item in found if isinstance(item, dict)]


def text(value: Object, key: str) -> str:
    """Return the string at `key`, or an empty one."""
    found = value.get(key)
    return found if isinstance(found, str) else ""


def count(value: Object, key: str) -> int:
    """Return the number at `key`, kept between 0 and what can be stored."""
    found = value.get(key)
    if isinstance(found, bool) or not isinstance(found, int):
        return 0
    return max(0, min(found, COUNT_MAX))


def microusd(cost: Object) -> int | None:
    """Return an amount of US dollars in whole micro-USD, or none if there is none."""
    amount = cost.get("amount")
    if isinstance(amount, bool) or not isinstance(amount, int | float):
        return None
    if cost.get("currency") != "USD" or not 0 <= amount < COUNT_MAX / MICRO:
        return None
    return int(Decimal(str(amount)) * MICRO)


def error_text(error: Json) -> str:
    """Return what a JSON-RPC error says; empty if there is none."""
    if error is None:
        return ""
    if not isinstance(error, Mapping):
        return "The agent answered with an error."
    return text(error, "message") or "The agent answered with an error."


def subject(call: Object) -> str:
    """Return the exact path, command or input of a tool call, or nothing if it names none.

    Nothing that the call would do may be missing from it, but what is written to a file.
    """
    raw = mapping(call, "rawInput")
    if text(call, "kind") in FILE_KINDS:
        return _only([*_at(raw, PATH_KEYS), *_places(call)])
    if raw.keys() <= {*COMMAND_KEYS, "description"}:
        return _only(_at(raw, COMMAND_KEYS))
    return json.dumps(raw, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _at(raw: Object, keys: Sequence[str]) -> Sequence[str]:
    return [_words(raw[key]) for key in keys if key in raw]


def _places(call: Object) -> Sequence[str]:
    return [text(place, "path") for place in mappings(call, "locations")]


def _words(value: Json) -> str:
    """Return a string, or the words of a list, kept apart; nothing if it is neither."""
    if isinstance(value, list) and all(isinstance(word, str) for word in value):
        return "\x1f".join(value)
    return value if isinstance(value, str) else ""


def _only(found: Sequence[str]) -> str:
    return found[0] if len(set(found)) == 1 else ""


def choices(params: Object) -> Sequence[Choice]:
    """Return the answers that a permission request offers."""
    return [
        Choice(text(option, "optionId"), text(option, "kind"), text(option, "name"))
        for option in mappings(params, "options")
        if 0 < len(text(option, "optionId")) <= ID_MAX_CHARS
    ]


def is_too_deep(message: Object, line: bytes) -> bool:
    """Whether `message`, read from `line`, is nested deeper than those who walk it can bear."""
    if line.count(b"{") + line.count(b"[") <= DEPTH_MAX:
        return False
    level: list[Json] = [message]
    for _ in range(DEPTH_MAX):
        level = [inner for value in level for inner in _inside(value)]
        if not level:
            return False
    return True


def _inside(value: Json) -> Sequence[Json]:
    if isinstance(value, Mapping):
        return list(value.values())
    return value if isinstance(value, list) else []


def without_surrogates(message: Object) -> Object:
    """Return `message` with lone surrogates replaced: no database takes them."""
    return {_whole(key): _clean(item) for key, item in message.items()}


def _clean(value: Json) -> Json:
    if isinstance(value, str):
        return _whole(value)
    if isinstance(value, Mapping):
        return without_surrogates(value)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return value


def _whole(found: str) -> str:
    return found.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
