"""Messages of Slack, read back."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias

from bot.core.call import Call
from bot.drawing.attached import Made
from bot.slack.draft import Draft
from bot.views.words import moment
from tests.conformance.read_back import Seen, Visibility, squeezed

Element: TypeAlias = Mapping[str, Any]

GUARD = "\u200b"
CC = "cc "
BEGINNING = re.compile(r"The beginning\. All of it \([^)]*\) is in (.*)\.")
SHORTENED = re.compile(r"Shortened\. The whole message \([^)]*\) is in (.*)\.")
TONES = re.compile("^[✅🔴] ")


@dataclass(frozen=True, slots=True)
class Held:
    """A message as Slack holds it."""

    body: Mapping[str, Any]
    """What was posted, or what a client is given for it."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Name -> content, as text."""


def held(draft: Draft) -> Held:
    """Return what Slack holds when it has taken a draft."""
    files = {f.name: f.text if isinstance(f, Made) else "" for f in draft.files}
    return Held(draft.posted(), files)


def read_slack(messages: Sequence[Held], *, team: str) -> Seen:
    """Return what is seen of one neutral message, whatever number of posts it took."""
    reading = _Reading(team, {n: text for m in messages for n, text in m.files.items()})
    for message in messages:
        for block in message.body["blocks"]:
            reading.read(block)
    is_private = any(message.body.get("is_ephemeral") for message in messages)
    return Seen(
        title=reading.title,
        text=reading.text,
        fields=tuple(reading.fields),
        buttons=tuple(reading.buttons),
        files=tuple(name for name in reading.files if name not in reading.made),
        visibility=Visibility.PRIVATE if is_private else Visibility.PUBLIC,
        whole=reading.whole,
    )


@dataclass(slots=True)
class _Reading:
    """What was read until now."""

    team: str
    files: Mapping[str, str]
    title: str = ""
    text: str = ""
    whole: str = ""
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, Call]] = field(default_factory=list)
    made: set[str] = field(default_factory=set)

    def read(self, block: Element) -> None:
        match block["type"]:
            case "header":
                self.title = TONES.sub("", block["text"]["text"])  # sign
            case "context":
                self.text += squeezed("".join(part["text"] for part in block["elements"]))
            case "actions":
                self.buttons += (_button(one) for one in block["elements"])
            case _:
                self._paragraphs(block["elements"])

    def _paragraphs(self, parts: Sequence[Element]) -> None:
        """Read rich text; where it is the beginning of a file, the file."""
        if begun := BEGINNING.fullmatch(_note_in(parts[-1])):
            self.text += squeezed(self.files[begun[1]])  # file
            self.made.add(begun[1])
        else:
            for part in parts:
                self._part(part)

    def _part(self, part: Element) -> None:
        first, *rest = part["elements"]
        note = _note_in(part)
        if shortened := SHORTENED.fullmatch(note):
            self.whole += self.files[shortened[1]]
            self.made.add(shortened[1])
        elif "bold" in first.get("style", {}):
            value = "".join(self._shown(rest))
            self.fields.append((first["text"], value.removeprefix(":").removeprefix(" ")))
        elif not note.startswith(CC):  # pings
            self.text += squeezed("".join(self._shown(part["elements"])))

    def _shown(self, elements: Sequence[Element]) -> Iterator[str]:
        for element in elements:
            match element["type"]:
                case "user":
                    yield f"slack:{self.team}:{element['user_id']}"  # person
                case "date":
                    yield moment(datetime.fromtimestamp(element["timestamp"], UTC))  # moment
                case _:
                    yield element["text"].replace(GUARD, "")


def _note_in(part: Element) -> str:
    """Return the note in a line; nothing if it is none: no text of others is in italics."""
    is_note = "italic" in part["elements"][0].get("style", {})
    return "".join(element.get("text", "") for element in part["elements"]) if is_note else ""


def _button(element: Element) -> tuple[str, Call]:
    return element["text"]["text"], Call.decode(element["value"])
