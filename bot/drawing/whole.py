"""A whole message as plain text: the file beside a message that was too long to show."""

from collections.abc import Callable
from typing import TypeAlias

from bot.core.call import Call
from bot.core.inert import inert
from bot.core.message import (
    Block,
    Buttons,
    Checklist,
    Code,
    Fields,
    File,
    Message,
    Mono,
    Passage,
    Person,
    Said,
    Span,
    Table,
    Text,
    When,
)
from bot.drawing.table import Grid
from bot.views.words import moment

Typed: TypeAlias = Callable[[Call], str]
"""Returns a call on one line, as it is typed on a platform."""


def whole(message: Message, typed: Typed) -> str:
    """Return all that the message shows, as text without markup."""
    blocks = (_block(block, typed) for block in message.blocks)
    shown = "\n\n".join(part for part in (message.title, *blocks, message.footer) if part)
    return inert(shown)


def unmarked(text: Text) -> str:
    """Return a paragraph without what its spans look like."""
    return "".join(_span(span) for span in text.spans)


def _block(block: Block, typed: Typed) -> str:
    match block:
        case Text() | Said() | Code():
            return _passage(block)
        case Fields(rows):
            return "\n".join(f"{name}: {value}" for name, value in rows)
        case Table():
            return "\n".join(Grid.of(block).lines())
        case Checklist(items):
            return "\n".join(f"{status}: {entry}" for status, entry in items)
        case File() | Buttons():
            return _extra(block, typed)


def _passage(passage: Passage) -> str:
    return unmarked(passage) if isinstance(passage, Text) else passage.text


def _extra(block: File | Buttons, typed: Typed) -> str:
    if isinstance(block, File):
        return f"File: {block.name}"
    return "\n".join(f"{button.label}: {typed(button.call)}" for button in block.items)


def _span(span: Span) -> str:
    match span:
        case str():
            return span
        case Mono(text):
            return text
        case Person(actor):
            return actor
        case When(at):
            return moment(at)
