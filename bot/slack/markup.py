"""Text of Slack that is none of its markup.

All that is seen is built of rich text, whose strings Slack reads no markup, mention, link or emoji
in: an address is a link only in an element that says so, and there is none. Titles, buttons and
footers are plain text, which is never markup either. Only the text beside the blocks is read, and
is escaped.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from bot.core.inert import inert
from bot.core.message import Mono, Person, Span, When
from bot.drawing.notes import Note
from bot.drawing.split import utf16_width
from bot.slack.people import user_of
from bot.views.words import moment

Element: TypeAlias = dict[str, Any]
"""Of Block Kit, as JSON."""

GUARD = "\u200b"
"""Stands where Slack refuses nothing, and white space alone. No text brings one along."""
CC = "cc "
"""Before those who are notified."""
AGO = "{ago}"
"""How Slack shows a moment: as each reader's client counts it."""
_ENTITIES = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;"}


def escaped(text: str) -> str:
    """Return an inert text as Slack's markup, which shows it: `&`, `<` and `>` alone control it."""
    return text.translate(_ENTITIES)


def escaped_width(text: str) -> int:
    """Return how long Slack finds what `escaped` makes of a text."""
    return utf16_width(escaped(text))


def weight(value: object) -> int:
    """Return how long something is as JSON, the longest of all the ways to count."""
    return utf16_width(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def standing(text: str) -> str:
    """Return an inert text so that it is neither empty nor white space alone."""
    return text if text.strip() else GUARD + text


def plain(text: str, style: str = "") -> Element:
    """Return an inert text as an element of rich text."""
    element: Element = {"type": "text", "text": standing(text)}
    return {**element, "style": {style: True}} if style else element


def plain_text(text: str) -> Element:
    """Return an inert text where Slack takes no rich text; `:smile:` stays what it is."""
    return {"type": "plain_text", "text": standing(text), "emoji": False}


def section(elements: Iterable[Element]) -> Element:
    """Return a paragraph, or a line."""
    return {"type": "rich_text_section", "elements": list(elements)}


def quoted(text: str) -> Element:
    """Return what somebody else said."""
    return {"type": "rich_text_quote", "elements": [plain(text)]}


def preformatted(text: str) -> Element:
    """Return a block of code; it ends where the text ends, whatever stands in it."""
    return {"type": "rich_text_preformatted", "elements": [plain(text)]}


def rich(*parts: Element) -> Element:
    """Return paragraphs, quotes and code as one block."""
    return {"type": "rich_text", "elements": list(parts)}


def noted(note: Note) -> Element:
    """Return a note as a line in italics, which no text can forge."""
    return section(_italic(span) for span in note)


def paragraph(spans: Iterable[Span]) -> Element:
    """Return spans as a paragraph."""
    return section([element for span in spans for element in _span(span)] or [plain("")])


def calling(users: Sequence[str]) -> Element:
    """Return the mentions of people who are to be notified."""
    elements: list[Element] = [plain(CC, "italic")]
    for user in users:
        elements += [*([plain(" ")] if len(elements) > 1 else []), mention(user)]
    return rich(section(elements))


def mention(user: str) -> Element:
    """Return a mention of a person: it notifies them when it is posted, not when it is edited."""
    return {"type": "user", "user_id": user}


def mentioned(element: Mapping[str, Any]) -> Iterator[str]:
    """Yield the users that a block, or a part of one, mentions."""
    if element.get("type") == "user":
        yield str(element["user_id"])
    for part in element.get("elements", ()):
        yield from mentioned(part)


def _span(span: Span) -> list[Element]:
    match span:
        case str():
            return [plain(inert(span))] if span else []
        case Mono(text):
            return [plain(inert(text), "code")] if text else []
        case Person(actor):
            user = user_of(actor)
            return [mention(user)] if user else _span(Mono(actor))
        case When(at):
            stamp = int(at.timestamp())
            return [{"type": "date", "timestamp": stamp, "format": AGO, "fallback": moment(at)}]


def _italic(span: Span) -> Element:
    return plain(span, "italic") if isinstance(span, str) else _span(span)[0]
