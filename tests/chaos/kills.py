"""Kills, by chance and aimed, and what the database held at each."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from engine.domain.event import Event, EventKind
from tests.chaos.people import People
from tests.chaos.speaker import Speaker
from tests.chaos.story import Story
from tests.halyard import Halyard

FIRST_ACK_S = 60.0
TRIES_MAX = 25
"""Of one aim: some states pass within a few milliseconds."""
AIM_S = 0.05
"""An aimed kill falls so long after the state was seen, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """One kill, and what was stored when it fell."""

    how: str
    doubtful: frozenset[str]
    """Ids of the prompts that were journalled, and neither confirmed nor answered."""
    states: Mapping[str, int]
    """State of sessions -> how many were in it."""

    def __str__(self) -> str:
        held = ", ".join(f"{count} {state}" for state, count in sorted(self.states.items()))
        doubt = f"; {len(self.doubtful)} prompts in doubt" if self.doubtful else ""
        return f"{self.how}: {held}{doubt}"


@dataclass(frozen=True, slots=True)
class Aim:
    """A state to hit: what leads a session there, the event that tells it, and the proof."""

    words: str
    told: tuple[EventKind, str]
    """Kind of the event, and the state in it, at which the kill falls."""
    hit: str
    """Query that finds a row if the session, its one parameter, was in the state."""


_SESSION = "SELECT 1 FROM session WHERE id = ? AND state = '{}'"
_S = EventKind.SESSION
AIMS: Mapping[str, Aim] = {
    "mid-turn": Aim(
        "slow=60/3",
        (EventKind.TASK, "running"),
        "SELECT 1 FROM task WHERE session = ? AND state = 'running'",
    ),
    "approval open": Aim(
        "ask slow=60/1",
        (EventKind.APPROVAL, "open"),
        "SELECT 1 FROM approval WHERE session = ? AND state = 'open'",
    ),
    "placing": Aim("slow=60/1", (_S, "placing"), _SESSION.format("placing")),
    "preparing": Aim("slow=60/1", (_S, "preparing"), _SESSION.format("preparing")),
    "stopping": Aim("slow=60/3", (_S, "stopping"), _SESSION.format("stopping")),
}


class Killer:
    """Kills Halyard, remembers what was stored, and starts it again."""

    def __init__(
        self,
        halyard: Halyard,
        people: People,
        *,
        speaker: Speaker,
        story: Story,
        rng: Random,
        tasks: asyncio.TaskGroup,
    ) -> None:
        self._halyard = halyard
        self._speaker = speaker
        self._story = story
        self._people = people
        self._rng = rng
        self._tasks = tasks
        self.kills: list[Kill] = []

    async def by_chance(self) -> None:
        """Kill 0.05 to 3 s after the first acknowledgement of this start."""
        await self._acknowledged()
        await asyncio.sleep(self._rng.uniform(0.05, 3.0))
        await self._kill("by chance")

    async def after_exec(self) -> None:
        """Kill the process that was just started before it can have done anything."""
        await asyncio.sleep(self._rng.uniform(0, 0.05))
        await self._kill("after exec")

    async def while_starting(self) -> None:
        """Kill the process that was just started while it takes up what lives."""
        await asyncio.sleep(self._rng.uniform(0.5, 1.5))
        await self._kill("while starting")

    async def aimed(self, name: str) -> str:
        """Kill while a session is in the state; return its id. Tried until it is hit.

        Raises:
            AssertionError: it never was.
        """
        for _ in range(TRIES_MAX):
            session = await self._aim(AIMS[name])
            await self._kill(f"aimed at {name}", start=False)
            is_hit = bool(await asyncio.to_thread(self._halyard.rows, AIMS[name].hit, session))
            self._halyard.spawn()
            if is_hit:
                return session
        raise AssertionError(f"No kill of {TRIES_MAX} fell while a session was {name}.")

    async def _aim(self, aim: Aim) -> str:
        """Bring a session to the state; return it 0 to 50 ms after a session was told to be there.

        What is said here is said on, across the kill, in the background.
        """
        since = len(self._story.events)
        self._tasks.create_task(self._lead(aim))
        event = await self._story.until(
            lambda: next((e for e in self._story.events[since:] if _tells(e, aim)), None),
            what=f"something is {aim.told}",
        )
        await asyncio.sleep(self._rng.uniform(0, AIM_S))
        return str(event.session)

    async def _lead(self, aim: Aim) -> None:
        session = await self._people.start(aim.words, once="yes")
        if aim is AIMS["stopping"]:
            await self._story.until(
                lambda: self._story.state_of(session) in {"working", "ended"},
                what=f"{session} is working",
            )
            await self._speaker.say("session stop", session=session)

    async def _acknowledged(self) -> None:
        try:
            async with asyncio.timeout(FIRST_ACK_S):
                await self._speaker.acknowledged[self._halyard.starts].wait()
        except TimeoutError:
            raise AssertionError(
                f"No answer in {FIRST_ACK_S:.0f} s after a start.\n{self._halyard.printed()}"
            ) from None

    async def _kill(self, how: str, *, start: bool = True) -> None:
        await self._halyard.kill()
        self.kills.append(await asyncio.to_thread(self._looked, how))
        if start:
            self._halyard.spawn()

    def _looked(self, how: str) -> Kill:
        doubtful = self._halyard.rows(
            "SELECT rpc_id FROM message WHERE kind = 'prompt' AND NOT confirmed AND answer IS NULL"
        )
        states = self._halyard.rows("SELECT state, count(*) AS n FROM session GROUP BY state")
        return Kill(
            how=how,
            doubtful=frozenset(row["rpc_id"] for row in doubtful),
            states={row["state"]: row["n"] for row in states},
        )


def _tells(event: Event, aim: Aim) -> bool:
    return (event.kind, event.data.get("state")) == aim.told
