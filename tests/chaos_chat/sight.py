"""What there is to speak of, and what was said of it."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Generic, TypeVar

from tests.chaos_chat.books import mark_of
from tests.chaos_chat.town import PlaceT
from tests.halyard import Halyard, Row

ThingT = TypeVar("ThingT")

EVERY_S = 0.5
NEWEST = 20
"""Messages of a thread of which one may be changed."""
_SESSIONS = """
    SELECT project || '-' || number AS name, platform, channel, thread FROM session
    WHERE wanted = 'run' AND thread != ''
    UNION ALL
    SELECT project || '-' || number, mirror.platform, mirror.channel, mirror.thread
    FROM mirror JOIN session ON session.id = mirror.session
    WHERE wanted = 'run' AND mirror.thread != '' AND ended_at IS NULL
"""
_TASKS = """
    SELECT project || '-' || session.number || '.' || task.number AS name, task.text
    FROM task JOIN session ON session.id = task.session
    WHERE task.state = 'queued' ORDER BY task.seq DESC LIMIT 50
"""


@dataclass(slots=True)
class Sight(ABC, Generic[PlaceT]):
    """Everything as it was a moment ago; `LookupError` where there is nothing of a kind."""

    platform: str
    halyard: Halyard
    rng: Random
    channels: Mapping[str, Sequence[PlaceT]]
    """Project -> the channels that are about it."""
    texts: dict[str, list[str]] = field(default_factory=dict)
    """Mark -> every text that somebody gave it, in order."""
    sessions: Sequence[Row] = ()
    """With each thread in which one talks to one of them."""
    tasks: Sequence[Row] = ()
    """Queued, with the names that people call them by."""
    marks: "count[int]" = field(default_factory=lambda: count(1))
    touched: set[str] = field(default_factory=set)
    """Marks of tasks and messages that somebody has changed; each is changed once."""

    async def follow(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            self.sessions = await asyncio.to_thread(self.halyard.rows, _SESSIONS)
            self.tasks = await asyncio.to_thread(self.halyard.rows, _TASKS)
            await asyncio.sleep(EVERY_S)

    @abstractmethod
    def thread_of(self, session: Row) -> PlaceT:
        """Return where one talks to a session."""

    def session(self) -> str:
        """Return the name of a session that takes tasks."""
        return str(self.any(self.sessions)["name"])

    def thread(self) -> PlaceT:
        """Return where one talks to such a session on this platform."""
        return self.thread_of(self.any(self._here))

    @property
    def _here(self) -> Sequence[Row]:
        return [row for row in self.sessions if row["platform"] == self.platform]

    def project(self) -> str:
        """Return the name of a project."""
        return self.any(list(self.channels))

    def channel(self, project: str = "") -> PlaceT:
        """Return a channel that is about a project."""
        return self.any(self.channels[project or self.project()])

    def place(self) -> PlaceT:
        """Return a channel or, mostly, a thread."""
        is_channel = not self._here or self.rng.random() < 1 / 4
        return self.channel() if is_channel else self.thread()

    def task(self) -> Row:
        """Return a task that waits, and that nobody has changed."""
        return self.untouched({mark_of(row["text"]): row for row in self.tasks})

    def marked(self, words: str) -> str:
        """Return a task that can be told from every other, however it is changed."""
        mark = f"#{next(self.marks)}"
        self.texts[mark] = [f"{mark} {words}"]
        return self.texts[mark][0]

    def changed(self, text: str) -> str:
        """Return another text of the same task."""
        mark = mark_of(text)
        self.texts[mark].append(f"{mark} changed, {len(self.texts[mark])}")
        return self.texts[mark][-1]

    def any(self, things: Sequence[ThingT]) -> ThingT:
        """Return one of them."""
        return self.rng.choice(things)

    def untouched(self, things: Mapping[str, ThingT]) -> ThingT:
        """Return one that nobody has changed, by its mark; from now on somebody has."""
        mark = self.any([mark for mark in things if mark not in self.touched])
        self.touched.add(mark)
        return things[mark]
