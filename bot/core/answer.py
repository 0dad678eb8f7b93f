"""What dispatch answers, and how it is kept: messages as text and back."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

from bot.core.call import Call
from bot.core.message import (
    Block,
    Button,
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
    Tone,
    When,
)
from engine.api import ActorId, EventNumber, FileId, JobId

Plain: TypeAlias = Any
"""Lists, dicts, text and numbers, as JSON has them."""


class Outcome(StrEnum):
    """How a call went."""

    DONE = "done"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"
    BROKEN = "broken"
    LEFT = "left"
    """It was not run, as nobody could be told of it in time; `call run` does it after all."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A message, how the call went, and where in the events it stands."""

    message: Message
    outcome: Outcome
    head: EventNumber
    """Newest event before the call; what it caused is behind."""

    def encode(self) -> str:
        """Return it as one line that `decode` reads."""
        return json.dumps(self.plain(), ensure_ascii=False, separators=(",", ":"))

    def plain(self) -> dict[str, Plain]:
        """Return it as JSON's own values."""
        message = plain_message(self.message)
        return {"message": message, "outcome": self.outcome, "head": self.head}

    @classmethod
    def decode(cls, encoded: str | bytes) -> "Answer":
        """Return the answer that `encode` made this line of."""
        plain = json.loads(encoded)
        message = message_of(plain["message"])
        return cls(message, Outcome(plain["outcome"]), EventNumber(plain["head"]))


def plain_message(message: Message) -> dict[str, Plain]:
    """Return a message as JSON's own values."""
    return {
        "title": message.title,
        "blocks": [_plain_block(block) for block in message.blocks],
        "footer": message.footer,
        "pings": message.pings,
        "tone": message.tone,
        "data": message.data,
        "job": message.job,
        "session": message.session,
    }


def message_of(plain: Mapping[str, Plain]) -> Message:
    """Return the message that `plain_message` made this of."""
    return Message(
        title=plain["title"],
        blocks=tuple(_BLOCKS[kind](content) for kind, content in plain["blocks"]),
        footer=plain.get("footer", ""),  # answers from before it are still stored
        pings=tuple(ActorId(actor) for actor in plain.get("pings", ())),
        tone=Tone(plain["tone"]),
        data=plain["data"],
        job=JobId(plain["job"]) if plain["job"] else None,
        session=plain["session"],
    )


def _plain_block(block: Block) -> tuple[str, Plain]:
    kind: str
    content: Plain
    match block:
        case Text() | Said() | Code():
            kind, content = _plain_passage(block)
        case Fields(rows):
            kind, content = "fields", rows
        case Table(head, rows):
            kind, content = "table", [head, rows]
        case Checklist(items):
            kind, content = "checklist", items
        case File(file, name, size_bytes):
            kind, content = "file", [file, name, size_bytes]
        case Buttons(items):
            kind, content = "buttons", [[b.label, b.call.path, dict(b.call.values)] for b in items]
    return kind, content


def _plain_passage(passage: Passage) -> tuple[str, Plain]:
    match passage:
        case Text(spans):
            return "text", [_plain_span(span) for span in spans]
        case Said(text):
            return "said", text
        case Code(text):
            return "code", text


def _plain_span(span: Span) -> Plain:
    match span:
        case str():
            return span
        case Mono(text):
            return {"mono": text}
        case Person(actor):
            return {"person": actor}
        case When(at):
            return {"when": at.isoformat()}


def _span_of(plain: Plain) -> Span:
    if isinstance(plain, str):
        return plain
    ((kind, content),) = plain.items()
    return _SPANS[kind](content)


def _rows(plain: Plain) -> tuple[Any, ...]:
    return tuple(tuple(row) for row in plain)


_SPANS: Mapping[str, Callable[[str], Span]] = {
    "mono": Mono,
    "person": lambda actor: Person(ActorId(actor)),
    "when": lambda at: When(datetime.fromisoformat(at)),
}
_BLOCKS: Mapping[str, Callable[[Plain], Block]] = {
    "text": lambda plain: Text(tuple(_span_of(span) for span in plain)),
    "said": Said,
    "code": Code,
    "fields": lambda plain: Fields(_rows(plain)),
    "table": lambda plain: Table(tuple(plain[0]), _rows(plain[1])),
    "checklist": lambda plain: Checklist(_rows(plain)),
    "file": lambda plain: File(FileId(plain[0]), plain[1], plain[2]),
    "buttons": lambda plain: Buttons(
        tuple(Button(label, Call(path, values)) for label, path, values in plain)
    ),
}
