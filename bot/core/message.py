"""A message, before any face has seen it.

Text is plain: a renderer makes all of it inert, so nothing an agent prints can ping a channel,
forge a link or move a cursor. Emphasis is made of spans, never of markup inside a string.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from bot.core.call import Call
from engine.api import JobId, Json


class Tone(StrEnum):
    """How a message feels; each face has its own colour or sign for it."""

    NEUTRAL = "neutral"
    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Mono:
    """A name or an id, set in a fixed-width face."""

    text: str


Span: TypeAlias = str | Mono


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Output, kept as it is. A renderer attaches it as a file where it is too long to show."""

    text: str


@dataclass(frozen=True, slots=True)
class Fields:
    """Short facts, each a name and a value."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Things of one kind, one a row."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Checklist:
    """An agent's plan: each entry with its status, `pending`, `in_progress` or `completed`."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Button:
    """A label, and the command that pressing it calls."""

    label: str
    call: Call


@dataclass(frozen=True, slots=True)
class Buttons:
    """Up to five buttons in a row: what a person may want next."""

    items: tuple[Button, ...]


Block: TypeAlias = Text | Code | Fields | Table | Checklist | Buttons


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What to show."""

    title: str
    blocks: tuple[Block, ...] = ()
    tone: Tone = Tone.NEUTRAL
    data: Json = None
    """The same for programs, as `--json` prints it."""
    job: JobId | None = None
    """The job whose end is the real answer; until then this one says that it is on its way."""
    session: str = ""
    """Name of the session whose events tell how it goes on."""


def text(*spans: Span) -> Text:
    """Return a paragraph made of `spans`."""
    return Text(spans)
