"""What a platform did not tell us: words, and their changes and deletions."""

import asyncio
from dataclasses import dataclass

from bot.hearing.catch_up import CatchUp
from bot.hearing.changes import Changes
from bot.hearing.cursors import Cursors
from bot.hearing.messages import Messages
from bot.hearing.past import Past
from bot.hearing.rounds import Rounds
from engine.api import Clock, Engine


@dataclass(frozen=True, slots=True)
class Missed:
    """Looks for it in rounds; changes are not held up by what is still to be read."""

    _all: tuple[Rounds, ...]

    @classmethod
    def on(
        cls, past: Past, engine: Engine, messages: Messages, cursors: Cursors, clock: Clock
    ) -> "Missed":
        """Return what looks for it on one platform, by what that still has."""
        words = CatchUp(engine=engine, past=past, messages=messages, cursors=cursors, clock=clock)
        changes = Changes(engine=engine, past=past, messages=messages)
        return cls((Rounds(words.go_round), Rounds(changes.go_round)))

    def begin(self, tasks: asyncio.TaskGroup) -> None:
        """Look for it from the first connection on, until the tasks are cancelled."""
        for rounds in self._all:
            tasks.create_task(rounds.run())

    def wake(self) -> None:
        """Look at once: the connection is new."""
        for rounds in self._all:
            rounds.wake()
