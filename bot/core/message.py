"""A message, before any face has seen it.

Text is plain: a renderer makes all of it inert, so nothing an agent prints can ping a channel,
forge a link or move a cursor. Emphasis is made of spans, never of markup inside a string.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from bot.core.call import Call
from engine.api import ActorId, FileId, JobId, Json


class Tone(StrEnum):
    """How a message feels; each face has its own colour or sign for it."""

    NEUTRAL = "neutral"
    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Mono:
    """A name or an id, set in a fixed-width face."""

    text: str


@dataclass(frozen=True, slots=True)
class Person:
    """A person: a mention where the face can make one of the id, elsewhere the id itself.

    `Message.pings` says who is notified. On a platform that can mention without notifying, a
    mention alone notifies nobody.
    """

    actor: ActorId


@dataclass(frozen=True, slots=True)
class When:
    """A moment. A face that can show how long ago it was does, so that no edit is needed for it."""

    at: datetime


Span: TypeAlias = str | Mono | Person | When


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What an agent or a person said, whole.

    A renderer may divide it over several messages or make a file of it; it never cuts it silently.
    """

    text: str


@dataclass(frozen=True, slots=True)
class File:
    """A stored file that comes along."""

    file: FileId
    name: str
    size_bytes: int


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


Passage: TypeAlias = Text | Said | Code
"""What is read from its beginning to its end."""
Block: TypeAlias = Passage | Fields | Table | Checklist | File | Buttons


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What to show."""

    title: str
    """Empty where the blocks speak for themselves, as in what an agent said."""
    blocks: tuple[Block, ...] = ()
    footer: str = ""
    """One small line under all of it."""
    pings: tuple[ActorId, ...] = ()
    """Who is notified, and nobody else, whatever the text holds."""
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
