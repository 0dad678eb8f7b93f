"""What there is to speak of on Discord, and what was said of it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import TypeVar

from tests.chaos_discord.books import mark_of
from tests.chaos_discord.town import Town
from tests.emulators.discord import Channel, Message, Place
from tests.halyard import Row

ThingT = TypeVar("ThingT")

EVERY_S = 0.5
NEWEST = 20
"""Messages of a thread of which one may be changed."""
_SESSIONS = """
    SELECT project || '-' || number AS name, thread FROM session
    WHERE wanted = 'run' AND thread != ''
"""
_TASKS = """
    SELECT project || '-' || session.number || '.' || task.number AS name, task.text
    FROM task JOIN session ON session.id = task.session
    WHERE task.state = 'queued' ORDER BY task.seq DESC LIMIT 50
"""


@dataclass(slots=True)
class Sight:
    """Everything as it was a moment ago; `LookupError` where there is nothing of a kind."""

    town: Town
    rng: Random
    texts: dict[str, list[str]] = field(default_factory=dict)
    """Mark -> every text that somebody gave it, in order."""
    sessions: Sequence[Row] = ()
    tasks: Sequence[Row] = ()
    """Queued, with the names that people call them by."""
    _marks: "count[int]" = field(default_factory=lambda: count(1))
    _touched: set[str] = field(default_factory=set)
    """Marks of tasks and messages that somebody has changed; each is changed once."""

    async def follow(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            self.sessions = await asyncio.to_thread(self.town.halyard.rows, _SESSIONS)
            self.tasks = await asyncio.to_thread(self.town.halyard.rows, _TASKS)
            await asyncio.sleep(EVERY_S)

    def session(self) -> str:
        """Return the name of a session that takes tasks."""
        return str(self.any(self.sessions)["name"])

    def thread(self) -> Place:
        """Return where one talks to such a session."""
        return self.town.discord.world.place(int(self.any(self.sessions)["thread"]))

    def channel(self) -> Channel:
        """Return a channel that is about a project."""
        return self.any(list(self.town.channels.values()))

    def place(self) -> Place:
        """Return a channel or, mostly, a thread."""
        is_channel = not self.sessions or self.rng.random() < 1 / 4
        return self.channel() if is_channel else self.thread()

    def task(self) -> Row:
        """Return a task that waits, and that nobody has changed."""
        return self._fresh({mark_of(row["text"]): row for row in self.tasks})

    def message(self) -> Message:
        """Return a new message that makes a task, and that nobody has changed."""
        able = {member.id for member in self.town.able}
        messages = self.town.discord.messages(self.thread())[-NEWEST:]
        return self._fresh(
            {
                mark_of(m.content): m
                for m in messages
                if m.author.id in able and m.content.startswith("#")
            }
        )

    def marked(self, words: str) -> str:
        """Return a task that can be told from every other, however it is changed."""
        mark = f"#{next(self._marks)}"
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

    def _fresh(self, things: Mapping[str, ThingT]) -> ThingT:
        mark = self.any([mark for mark in things if mark not in self._touched])
        self._touched.add(mark)
        return things[mark]
