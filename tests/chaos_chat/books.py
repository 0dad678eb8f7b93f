"""All that is counted: what people said and see on a platform, and what Halyard holds."""

import asyncio
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.halyard import Halyard, Row

RUN, SHOW = "call run", "call show"
TOO_LATE = "It was too late to answer there."
"""Why an answer was given up, in whose place a line shows it to who presses its button."""
REPORT = re.compile(r"^(?:> )?Report (\d+)$", re.MULTILINE)
"""What an agent says at the end of a turn, alone on its line, which may be quoted."""
REPORTS = """
    SELECT number, session, json_extract(data, '$.text') AS text FROM event
    WHERE kind = 'text' ORDER BY number
"""
TOLD = """
    SELECT task FROM event
    WHERE kind = 'task' AND json_extract(data, '$.was') IS NULL
"""


@dataclass(frozen=True, slots=True)
class Look:
    """What people see of a message."""

    words: tuple[str, ...]
    buttons: tuple[str, ...]
    """The call of each."""

    def numbers(self, path: str) -> list[int]:
        """Return the numbers of the calls that its buttons run, or show the answers of."""
        parts = [button.partition("?call=") for button in self.buttons]
        return [int(number) for name, _, number in parts if name == path]

    @property
    def reports(self) -> set[str]:
        """The numbers of what agents said that it shows."""
        return {number for text in self.words for number in REPORT.findall(text)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A command, a click or a form that somebody sent."""

    key: str
    """What it is kept under."""
    path: str
    values: Mapping[str, str]
    is_acknowledged: bool
    is_cut: bool = False
    """Whether its acknowledgement may be lost or late, so that neither side can know."""
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
    said_at: datetime
    is_for_us: bool = True
    """Whether it is to be answered at all."""
    is_allowed: bool = True
    """Whether who wrote it may do so."""
    text: str = ""
    """What it says now."""
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
    channels: Sequence[str]
    """Ids of those that are about a project, where somebody always listens."""
    inbox: Sequence[Row]
    deliveries: Sequence[Row]
    """Each with its `look`, as people are to see it."""
    sessions: Sequence[Row]
    mirrors: Sequence[Row]
    """Further channels with a thread of a session."""
    tasks: Sequence[Row]
    told: Sequence[Row]
    """An event for each task when it was new, and for each change of its text."""
    reports: Sequence[Row]
    """What agents said at the end of their turns, each with its number among all events."""

    @property
    def open_threads(self) -> set[str]:
        """Where somebody listens to what is said to a session."""
        open_ = {row["id"] for row in self.sessions if row["state"] != "ended"}
        homes = {row["thread"] for row in self.sessions if row["id"] in open_}
        mirrored = [m for m in self.mirrors if m["session"] in open_ and m["ended_at"] is None]
        return homes | {row["thread"] for row in mirrored}

    @property
    def received(self) -> Mapping[str, Row]:
        """What was said on the platform, by its key."""
        return {row["key"]: row for row in self.inbox}


async def stored(
    halyard: Halyard, platform: str, look_in: Callable[[str], Look]
) -> dict[str, Sequence[Row]]:
    """Read Halyard's side of the books; `look_in` tells how a draft is to look.

    It is read first: what is sent meanwhile is seen by the next look.
    """
    return await asyncio.to_thread(_stored, halyard, platform, look_in)


def _stored(
    halyard: Halyard, platform: str, look_in: Callable[[str], Look]
) -> dict[str, Sequence[Row]]:
    with halyard.reading() as rows:
        deliveries = rows("SELECT * FROM delivery WHERE platform = ? ORDER BY seq", platform)
        return {
            "inbox": rows("SELECT * FROM inbox WHERE surface = ? ORDER BY seq", platform),
            "deliveries": [{**row, "look": look_in(row["draft"])} for row in deliveries],
            "sessions": rows("SELECT * FROM session ORDER BY seq"),
            "mirrors": rows("SELECT * FROM mirror ORDER BY seq"),
            "tasks": rows("SELECT * FROM task ORDER BY seq"),
            "told": rows(TOLD),
            "reports": rows(REPORTS),
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


def is_late(row: Row) -> bool:
    """Whether a delivery is an answer that its platform took no more."""
    return row["state"] == "failed" and row["answers"] is not None and row["why"] == TOO_LATE


def moment(stored_: str) -> datetime:
    """Return a moment as it is stored."""
    return datetime.fromisoformat(stored_).replace(tzinfo=UTC)
