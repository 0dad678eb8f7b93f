"""What goes wrong on the way to a platform and back, and Halyard's deaths."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Any, TypeAlias

from tests.chaos_chat.people import People
from tests.halyard import Halyard

SOON_S = 3.0
"""A kill comes within so many seconds after its moment."""
EARLY = 0.25
"""Part of the kills that do not wait until Halyard has come up."""
PAUSE_S = (4.0, 12.0)
"""Between two troubles with the connection, or with how often something is allowed."""
FLOOD_S = 1.5
UP_S = 60.0

Trouble: TypeAlias = Callable[[], Awaitable[None] | None]


@dataclass(slots=True)
class Storm(ABC):
    """Troubles all the time, of every kind, until it is told to calm down."""

    halyard: Halyard
    people: People[Any, Any]
    rng: Random
    kills: int = 0

    @abstractmethod
    def rise(self) -> None:
        """Let a part of all requests and of all that Halyard is told go wrong."""

    @abstractmethod
    def calm(self) -> None:
        """Let all go well from here on."""

    @abstractmethod
    def limit(self) -> None:
        """Refuse every second request from here on, as too many."""

    @abstractmethod
    def troubles(self) -> Sequence[Trouble]:
        """Return what may happen to the connection as a whole."""

    async def blow(self, kills: int, *, said: int) -> None:
        """Kill Halyard `kills` times, spread over what people do."""
        self.rise()
        async with asyncio.TaskGroup() as tasks:
            trouble = tasks.create_task(self._trouble())
            for number in range(kills):
                await self._until_said(round((number + self.rng.random()) * said / kills))
                await self._kill()
            await self._until_said(said)
            trouble.cancel()

    async def _trouble(self) -> None:
        troubles = (*self.troubles(), self._flood)
        while True:
            await asyncio.sleep(self.rng.uniform(*PAUSE_S))
            under_way = self.rng.choice(troubles)()
            if under_way is not None:
                await under_way

    async def _flood(self) -> None:
        self.limit()
        await asyncio.sleep(FLOOD_S)
        self.calm()
        self.rise()

    async def _until_said(self, many: int) -> None:
        while self.people.acts < many:  # noqa: ASYNC110 - whatever people do counts
            await asyncio.sleep(0.05)

    async def _kill(self) -> None:
        if self.rng.random() > EARLY:
            with suppress(TimeoutError):
                await self.people.listened_to(UP_S)
        await asyncio.sleep(self.rng.uniform(0, SOON_S))
        await self.halyard.kill()
        self.halyard.spawn()
        self.kills += 1
