"""What of a message Slack would act on: a reading of its blocks and markup, in tests only.

Rich text and plain text hold no markup, so that what acts in them is an element of a kind that
does. Anything that is not known to be harmless counts as acting.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.slack.draft import Draft

GUARD = "\u200b"
FRAMES = {
    "rich_text",
    "rich_text_section",
    "rich_text_quote",
    "rich_text_preformatted",
    "context",
    "actions",
}
STYLES = {"bold", "italic", "code"}
KEYS = {"type", "elements", "text", "style", "emoji", "value", "action_id"}
CONTROL = re.compile(r"<[^>]*>?")
ENTITY = re.compile(r"&(?:amp|lt|gt);")


def live(draft: Draft) -> set[str]:
    """Return the kinds of constructs in a message that would act."""
    return {*_marked(draft.text), *(kind for block in draft.blocks for kind in _kinds(block))}


def live_markup(markup: str) -> set[str]:
    """Return the kinds of constructs that would act in a text that Slack reads as markup.

    With `mrkdwn` off and `parse` at `none`, only what stands in angle brackets does.
    """
    return set(_marked(markup))


def unseen(draft: Draft) -> set[str]:
    """Return the characters that act on a screen or are seen by nobody; a guard may stand."""
    categories = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
    told = "".join([draft.text, *strings(draft.blocks)])
    return {c for c in told if unicodedata.category(c) in categories} - {"\n", "\t", GUARD}


def strings(value: Any) -> Iterator[str]:
    """Every text that is seen in blocks."""
    match value:
        case {"type": "text" | "plain_text", "text": str(text)}:
            yield text
        case Mapping():
            yield from (text for part in value.values() for text in strings(part))
        case Sequence() if not isinstance(value, str):
            yield from (text for part in value for text in strings(part))
        case _:
            return


def _kinds(element: Mapping[str, Any]) -> Iterator[str]:
    kind: str = element["type"]
    match kind:
        case "text":
            yield from set(element.get("style", {})) - STYLES
        case "plain_text":
            yield from {"emoji"} if element["emoji"] else ()
        case "header" | "button":
            yield from _kinds(element["text"])
        case "user" | "date":
            yield kind
            return
        case _:
            yield from {kind} - FRAMES
    yield from (f"key {key}" for key in element.keys() - KEYS)
    yield from (found for part in element.get("elements", ()) for found in _kinds(part))


def _marked(markup: str) -> Iterator[str]:
    yield from ("control" for _ in CONTROL.finditer(markup))
    rest = ENTITY.sub("", markup)
    yield from (name for name, char in {"entity": "&", "bracket": ">"}.items() if char in rest)
