"""A message as the local API tells it, read back."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from bot.core.call import Call
from bot.core.inert import inert, one_line
from bot.views.words import moment
from tests.conformance.read_back import Seen, Visibility

SIGNS = {"completed": "✅", "in_progress": "▶️", "pending": "⬜"}


def _typed_on_discord(call: Call) -> str:
    return one_line(" ".join([f"/{call.path}", *(f"{n}:{v}" for n, v in call.values.items())]))


def read_api(
    plain: Mapping[str, Any],
    visibility: Visibility = Visibility.PUBLIC,
    *,
    typed: Callable[[Call], str] = _typed_on_discord,
) -> Seen:
    """Return what is seen of a message that came as JSON.

    A whole message names a command as it is `typed` where the message is shown.
    """
    blocks = [(kind, content) for kind, content in plain["blocks"]]
    texts = [_text(kind, content) for kind, content in blocks]
    wholes = [_whole(kind, content, typed) for kind, content in blocks]
    return Seen(
        title=one_line(plain["title"]),
        text="\n".join([*texts, one_line(plain["footer"])]),
        fields=tuple(_fields(blocks)),
        buttons=tuple(_buttons(blocks)),
        files=tuple(one_line(content[1]) for kind, content in blocks if kind == "file"),
        visibility=visibility,
        whole="\n".join([inert(plain["title"]), *wholes, inert(plain["footer"])]),
    )


def _text(kind: str, content: Any) -> str:
    """What a block shows beside fields, buttons and files."""
    match kind:
        case "text":
            return inert("".join(_span(span) for span in content))  # unseen
        case "said" | "code":
            return inert(content)
        case "table":
            return "\n".join(one_line(cell) for row in (content[0], *content[1]) for cell in row)
        case "checklist":
            return "\n".join(
                f"{SIGNS.get(s, '❔')} {one_line(entry)}" for s, entry in content
            )  # sign
        case _:
            return ""


def _span(span: Any) -> str:
    if isinstance(span, str):
        return span
    if "when" in span:
        return moment(datetime.fromisoformat(span["when"]))  # moment
    return str(span.get("mono", span.get("person")))  # person


def _fields(blocks: list[tuple[str, Any]]) -> Iterator[tuple[str, str]]:
    for kind, content in blocks:
        if kind == "fields":
            yield from ((one_line(name), inert(value)) for name, value in content)


def _buttons(blocks: list[tuple[str, Any]]) -> Iterator[tuple[str, Call]]:
    for kind, content in blocks:
        if kind == "buttons":
            yield from ((one_line(label), Call(path, values)) for label, path, values in content)


def _whole(kind: str, content: Any, typed: Callable[[Call], str]) -> str:
    """What the file of a shortened message has of a block."""
    match kind:
        case "fields" | "checklist":
            return inert("\n".join(f"{name}: {value}" for name, value in content))
        case "buttons":
            calls = ((label, Call(path, values)) for label, path, values in content)
            return "\n".join(f"{label}: {typed(call)}" for label, call in calls)
        case "file":
            return inert(f"File: {content[1]}")
        case _:
            return _text(kind, content)
