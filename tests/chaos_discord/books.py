"""All that is counted: what people said and see on Discord, and what Halyard holds."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.halyard import Halyard, Row

Look = tuple[str, tuple[tuple[str, str], ...], tuple[str, ...]]
"""Content, title and description of each embed, ids of the buttons."""
RUN = "call run"
TOLD = """
    SELECT task FROM event
    WHERE kind = 'task' AND json_extract(data, '$.was') IS NULL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A command, a click or a form that somebody sent."""

    key: str
    """What it is kept under."""
    path: str
    values: Mapping[str, str]
    is_acknowledged: bool
    is_form: bool = False
    """Whether it opened a form, and nothing is to be kept of it."""
    is_thinking: bool = False
    """Whether people still see that an answer is to come."""
    answers: Sequence[str] = ()
    """Ids of the messages that answer it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A plain message that somebody wrote."""

    key: str
    """What it is kept under."""
    place: str
    mark: str
    """What its task can be told by; empty if it is to make none, whatever happens."""
    is_for_us: bool = True
    """Whether it is to be answered at all."""
    is_allowed: bool = True
    """Whether who wrote it may do so."""
    is_deleted: bool = False
    """Whether it is gone, perhaps before anybody could hear it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A message of the bot as people see it."""

    id: str
    place: str
    look: Look


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """Both sides, read once all has come to rest."""

    asked: Sequence[Asked]
    spoken: Sequence[Spoken]
    shown: Sequence[Shown]
    texts: Mapping[str, Sequence[str]]
    """Mark -> every text that somebody gave it."""
    threads: Sequence[str]
    """Ids of all threads."""
    inbox: Sequence[Row]
    deliveries: Sequence[Row]
    sessions: Sequence[Row]
    tasks: Sequence[Row]
    told: Sequence[Row]
    """An event for each task when it was new, and for each change of its text."""

    @property
    def received(self) -> Mapping[str, Row]:
        """What was said on Discord, by its key."""
        return {row["key"]: row for row in self.inbox}


def stored(halyard: Halyard) -> dict[str, Sequence[Row]]:
    """Read Halyard's side of the books."""
    return {
        "inbox": halyard.rows("SELECT * FROM inbox WHERE surface = 'discord' ORDER BY seq"),
        "deliveries": halyard.rows("SELECT * FROM delivery ORDER BY seq"),
        "sessions": halyard.rows("SELECT * FROM session ORDER BY seq"),
        "tasks": halyard.rows("SELECT * FROM task ORDER BY seq"),
        "told": halyard.rows(TOLD),
    }


def mark_of(text: str) -> str:
    """Return what a task is told by: the first word of its text, however it is edited."""
    return text.split(maxsplit=1)[0]


def text_in(path: str, values: Mapping[str, str]) -> str:
    """Return the text of the task that a call makes; empty if it makes none."""
    name = {"session start": "task", "session say": "text"}.get(path, "")
    return values.get(name, "")


def mark_in(path: str, values: Mapping[str, str]) -> str:
    """Return the mark of the task that a call makes; empty if it makes none."""
    text = text_in(path, values)
    return mark_of(text) if text else ""


def values_of(row: Row) -> Mapping[str, str]:
    """Return the values of a call that was kept."""
    found: Mapping[str, str] = json.loads(row["values"])
    return found


def look_of(body: Mapping[str, Any]) -> Look:
    """Return what people see of a message, as it is drafted or as the platform shows it."""
    buttons = (item for row in body.get("components", ()) for item in row.get("components", ()))
    return (
        str(body.get("content", "")).strip(),
        tuple(
            (str(embed.get("title", "")).strip(), str(embed.get("description", "")).strip())
            for embed in body.get("embeds", ())
        ),
        tuple(str(item.get("custom_id", "")) for item in buttons),
    )


def look_in(draft: str) -> Look:
    """Return what people are to see of a delivery."""
    return look_of(json.loads(draft)["body"])
