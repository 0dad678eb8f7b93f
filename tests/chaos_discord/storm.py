"""What goes wrong on the way to Discord and back, and Halyard's deaths."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from random import Random

from tests.chaos_discord.people import People
from tests.chaos_discord.town import Town
from tests.emulators.discord import (
    CutAfter,
    CutBefore,
    Doubled,
    Dropped,
    Failed,
    FailedAfter,
    Late,
    Limited,
    SlowAnswer,
    Swapped,
)

CHANGES = ("POST *", "PATCH *", "PUT *", "DELETE *")
SOON_S = 3.0
"""A kill comes within so many seconds after its moment."""
EARLY = 0.25
"""Part of the kills that do not wait until Halyard has come up."""
PAUSE_S = (4.0, 12.0)
"""Between two troubles with the gateway, or with how often something is allowed."""
FLOOD_S = 1.5
UP_S = 60.0


@dataclass(slots=True)
class Storm:
    """Troubles all the time, of every kind, until it is told to calm down."""

    town: Town
    people: People
    rng: Random
    kills: int = 0

    async def blow(self, kills: int, *, said: int) -> None:
        """Kill Halyard `kills` times, spread over what people do."""
        self._rise()
        async with asyncio.TaskGroup() as tasks:
            trouble = tasks.create_task(self._trouble())
            for number in range(kills):
                await self._until_said(round((number + self.rng.random()) * said / kills))
                await self._kill()
            await self._until_said(said)
            trouble.cancel()

    def calm(self) -> None:
        """Let all go well from here on."""
        self.town.discord.faults.clear()

    def _rise(self) -> None:
        faults = self.town.discord.faults
        for route in CHANGES:
            faults.share(route, 0.02, CutAfter())
            faults.share(route, 0.02, FailedAfter())
            faults.share(route, 0.02, Failed())
            faults.share(route, 0.01, CutBefore())
            faults.share(route, 0.01, Limited())
            faults.share(route, 0.01, SlowAnswer(seconds=1.0))
        faults.share("GET *", 0.02, Failed())
        faults.share("GET *", 0.01, CutBefore())
        for event in ("MESSAGE_*", "INTERACTION_CREATE"):
            faults.share_events(event, 0.04, Doubled())
            faults.share_events(event, 0.04, Swapped())
            faults.share_events(event, 0.03, Late(seconds=0.5))
            faults.share_events(event, 0.004, Late(seconds=3.5))
            faults.share_events(event, 0.003, Dropped())

    async def _trouble(self) -> None:
        gateway = self.town.discord.gateway
        troubles: Sequence[Callable[[], Awaitable[None] | None]] = (
            gateway.drop,
            gateway.reconnect,
            lambda: gateway.invalidate(resumable=True),
            lambda: gateway.invalidate(resumable=False),
            self._flood,
        )
        while True:
            await asyncio.sleep(self.rng.uniform(*PAUSE_S))
            under_way = self.rng.choice(troubles)()
            if under_way is not None:
                await under_way

    async def _flood(self) -> None:
        """Refuse every second request for a while, as too many."""
        faults = self.town.discord.faults
        faults.share("*", 0.5, Limited(retry_after_s=0.2))
        await asyncio.sleep(FLOOD_S)
        faults.clear()
        self._rise()

    async def _until_said(self, many: int) -> None:
        while self.people.acts < many:  # noqa: ASYNC110 - whatever people do counts
            await asyncio.sleep(0.05)

    async def _kill(self) -> None:
        if self.rng.random() > EARLY:
            with suppress(TimeoutError):
                await self.town.discord.connected(timeout_s=UP_S)
        await asyncio.sleep(self.rng.uniform(0, SOON_S))
        await self.town.halyard.kill()
        self.town.halyard.spawn()
        self.kills += 1
