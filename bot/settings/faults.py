"""What is wrong with halyard.yaml, as sentences with a line, a key and what is expected."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, TypeAlias

from pydantic import BaseModel
from pydantic_core import ErrorDetails
from yaml import MappingNode, Node, ScalarNode, SequenceNode

from bot.settings.schema import FORMS

Place: TypeAlias = tuple[str | int, ...]
"""The keys that lead to a value."""
SHOWN_MAX_CHARS = 60
DEPTH_MAX = 8
KEYS_MAX = 20_000
"""An alias that contains itself has no end."""
SECRET_PLACES = frozenset({"credentials", "env"})
"""Sections whose wrong values are never repeated: somebody may have put a secret there."""

_EXPECTED: Mapping[str, str] = {
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "string_type": "text; put it in quotes",
    "list_type": "a list, each entry on a line of its own behind a dash",
    "dict_type": "a section of `key: value` lines",
    "model_type": "a section of `key: value` lines",
    "path_type": "a path",
    "ip_v4_network": "a network such as 10.213.0.0/16",
}
_BOUNDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "greater_than_equal": lambda c: f"at least {c['ge']}",
    "greater_than": lambda c: f"more than {c['gt']}",
    "less_than_equal": lambda c: f"at most {c['le']}",
    "enum": lambda c: f"one of: {c['expected']}".replace("'", "").replace(" or ", ", "),
    "string_too_long": lambda c: f"at most {c['max_length']} characters long",
    "string_too_short": lambda _: "there, and not empty",
    "too_short": lambda _: "a list with at least one entry",
    "string_pattern_mismatch": lambda c: FORMS[c["pattern"]],
}


def lines_of(root: Node | None) -> dict[Place, int]:
    """Return the line of every key and entry, counted from 1.

    Raises:
        ValueError: a key stands twice in one section, or there is too much; the text says where.
    """
    lines: dict[Place, int] = {(): 1}
    todo: list[tuple[Place, Node]] = [((), root)] if root else []
    while todo:
        place, node = todo.pop()
        for key, line, child in _children(node):
            below = (*place, key)
            if below in lines:
                shown = dotted(below)
                raise ValueError(f"line {line}: {shown} is there already, on line {lines[below]}.")
            if len(below) > DEPTH_MAX or len(lines) > KEYS_MAX:
                raise ValueError(f"line {line}: there is too much in {dotted(below[:1])}.")
            lines[below] = line
            todo.append((below, child))
    return lines


def sentence_of(error: ErrorDetails, lines: Mapping[Place, int], schema: type[BaseModel]) -> str:
    """Return one fault that the schema found as a sentence."""
    place = tuple(part for part in error["loc"] if part != "[key]")
    line = lines.get(place) or _line_above(place, lines)
    return f"line {line}: {dotted(place)} {_fault(error, place, schema)}."


def dotted(place: Iterable[str | int]) -> str:
    """Return a place as a person would write it: `hosts.local.slots`."""
    return ".".join(str(part) for part in place)[:SHOWN_MAX_CHARS] or "the file"


def _children(node: Node) -> Sequence[tuple[str | int, int, Node]]:
    if isinstance(node, MappingNode):
        return [
            (key.value, key.start_mark.line + 1, value)
            for key, value in node.value
            if isinstance(key, ScalarNode)
        ]
    if isinstance(node, SequenceNode):
        return [(n, child.start_mark.line + 1, child) for n, child in enumerate(node.value)]
    return []


def _line_above(place: Place, lines: Mapping[Place, int]) -> int:
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


def _fault(error: ErrorDetails, place: Place, schema: type[BaseModel]) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown(place, schema)
    if kind == "missing":
        return "is missing"
    if kind == "value_error":
        return str(context["error"])
    expected = _EXPECTED.get(kind) or _bound(kind, context) or error["msg"].lower()
    if SECRET_PLACES.intersection(place):
        return f"must be {expected}"
    return f"must be {expected}, not {str(error['input'])[:SHOWN_MAX_CHARS]!r}"


def _bound(kind: str, context: Mapping[str, Any]) -> str:
    return _BOUNDS[kind](context) if kind in _BOUNDS else ""


def _unknown(place: Place, schema: type[BaseModel]) -> str:
    known = _keys_at(place[:-1], schema)
    near = get_close_matches(str(place[-1]), known, n=1)
    if near:
        return f"is not a setting, but {near[0]} is"
    return f"is not a setting; there are: {', '.join(known)}"


def _keys_at(place: Place, schema: type[BaseModel]) -> Sequence[str]:
    """Return the keys of the section at `place`; names that people gave are passed over."""
    found = schema
    for part in place:
        field = found.model_fields.get(str(part))
        if field is not None:
            found = section_of(field.annotation) or found
    return list(found.model_fields)


def section_of(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - as pydantic has it
    """Return the section that a field holds, by itself or by name."""
    parts = [annotation, *getattr(annotation, "__args__", ())]
    return next((p for p in parts if isinstance(p, type) and issubclass(p, BaseModel)), None)
