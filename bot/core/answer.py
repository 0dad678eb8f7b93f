"""What dispatch answers, and how it is kept: messages as text and back."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
    Message,
    Mono,
    Span,
    Table,
    Text,
    Tone,
)
from engine.api import EventNumber, JobId

Plain: TypeAlias = Any
"""Lists, dicts, text and numbers, as JSON has them."""


class Outcome(StrEnum):
    """How a call went."""

    DONE = "done"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"
    BROKEN = "broken"


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
        tone=Tone(plain["tone"]),
        data=plain["data"],
        job=JobId(plain["job"]) if plain["job"] else None,
        session=plain["session"],
    )


def _plain_block(block: Block) -> tuple[str, Plain]:
    kind: str
    content: Plain
    match block:
        case Text(spans):
            kind, content = "text", [_plain_span(span) for span in spans]
        case Code(text):
            kind, content = "code", text
        case Fields(rows):
            kind, content = "fields", rows
        case Table(head, rows):
            kind, content = "table", [head, rows]
        case Checklist(items):
            kind, content = "checklist", items
        case Buttons(items):
            kind, content = "buttons", [[b.label, b.call.path, dict(b.call.values)] for b in items]
    return kind, content


def _plain_span(span: Span) -> Plain:
    return {"mono": span.text} if isinstance(span, Mono) else span


def _span_of(plain: Plain) -> Span:
    return Mono(plain["mono"]) if isinstance(plain, dict) else str(plain)


def _rows(plain: Plain) -> tuple[Any, ...]:
    return tuple(tuple(row) for row in plain)


_BLOCKS: Mapping[str, Callable[[Plain], Block]] = {
    "text": lambda plain: Text(tuple(_span_of(span) for span in plain)),
    "code": Code,
    "fields": lambda plain: Fields(_rows(plain)),
    "table": lambda plain: Table(tuple(plain[0]), _rows(plain[1])),
    "checklist": lambda plain: Checklist(_rows(plain)),
    "buttons": lambda plain: Buttons(
        tuple(Button(label, Call(path, values)) for label, path, values in plain)
    ),
}
