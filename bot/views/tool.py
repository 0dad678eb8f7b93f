"""What a tool would do, as a person can judge it."""

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence

from bot.core.message import Code
from engine.api import Json

COMPARED_MAX_CHARS = 200_000
"""Longer texts take too long to compare; both are shown whole then."""
SAID_ELSEWHERE = frozenset({"toolCallId", "status", "title", "kind", "sessionUpdate"})
"""What is shown beside it, or is of no use to a person."""


def details(detail: Mapping[str, Json], subject: str) -> tuple[Code, ...]:
    """Return all that a tool call says of itself: changes of files as diffs, the rest as it came.

    Nothing is left out but the protocol's own ids, and what the title or the subject says.
    """
    contents = _entries(detail.get("content"))
    changes = [entry for entry in contents if _is_change(entry)]
    rest = {key: value for key, value in detail.items() if key not in SAID_ELSEWHERE}
    if changes:
        others = [entry for entry in contents if not _is_change(entry)]
        rest = {**rest, "content": others} if others else _without(rest, "content")
        if _paths(detail.get("locations")) <= {str(change["path"]) for change in changes}:
            rest = _without(rest, "locations")
    if _is_all(rest.get("rawInput"), subject):
        rest = _without(rest, "rawInput")
    blocks = [Code(_compared(change)) for change in changes]
    if rest:
        blocks.append(Code(json.dumps(rest, indent=2, ensure_ascii=False)))
    return tuple(blocks)


def _entries(content: Json) -> list[Mapping[str, Json]]:
    if not isinstance(content, Sequence) or isinstance(content, str):
        return []
    return [entry for entry in content if isinstance(entry, Mapping)]


def _is_change(entry: Mapping[str, Json]) -> bool:
    is_text = isinstance(entry.get("newText"), str)
    return entry.get("type") == "diff" and is_text and isinstance(entry.get("path"), str)


def _is_all(raw: Json, subject: str) -> bool:
    """Whether what a tool was given is one text, and the subject is that text."""
    return isinstance(raw, Mapping) and bool(subject) and list(raw.values()) == [subject]


def _paths(locations: Json) -> set[str]:
    return {str(entry.get("path")) for entry in _entries(locations)}


def _without(detail: Mapping[str, Json], key: str) -> dict[str, Json]:
    return {name: value for name, value in detail.items() if name != key}


def _compared(change: Mapping[str, Json]) -> str:
    path, new = str(change["path"]), str(change["newText"])
    old = change.get("oldText")
    before = old if isinstance(old, str) else ""
    if len(before) + len(new) > COMPARED_MAX_CHARS:
        return f"--- {path}\n{before}\n+++ {path}\n{new}"
    lines = difflib.unified_diff(
        before.splitlines(), new.splitlines(), path if before else "/dev/null", path, lineterm=""
    )
    return "\n".join(_shown(lines)) or f"{path}: only the ends of lines change"


def _shown(lines: Iterator[str]) -> Iterator[str]:
    """Yield the lines of a diff; the numbers of its places tell a person nothing."""
    for line in lines:
        yield "…" if line.startswith("@@") else line
