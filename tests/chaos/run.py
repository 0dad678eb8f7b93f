"""The whole: people at work, kills, rest, and the count."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from time import monotonic

from tests.chaos.books import Books, books_of
from tests.chaos.holdings import equal
from tests.chaos.kills import AIMS, Killer
from tests.chaos.people import UNFINISHED, People
from tests.chaos.speaker import Speaker
from tests.chaos.story import Story
from tests.halyard import Halyard, a_repository, running_halyard

REST_S = 120.0
"""From the last kill to rest, and from there to the end of all sessions, at most."""
MOVING = frozenset({"queued", "placing", "preparing", "starting", "working", "stopping"})
AGAIN = 0.1
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Halyard, those who speak to it, and what it tells them."""

    halyard: Halyard
    speaker: Speaker
    story: Story
    people: People
    killer: Killer

    async def rest(self) -> None:
        """Wait until nothing is at work, then end all sessions; Engine and rows agree both times.

        Raises:
            AssertionError: it does not come to that in time.
        """
        await self.story.until(self._is_at_rest, what="all work is done", limit_s=REST_S)
        await equal(self.halyard)
        async with asyncio.TaskGroup() as tasks:
            for name in self._in_states(*MOVING, "ready"):
                tasks.create_task(self.speaker.say("session stop", session=name))
        await self.story.until(
            lambda: not self._in_states(*MOVING, "ready"),
            what="all sessions have ended",
            limit_s=REST_S,
        )
        await equal(self.halyard)

    async def books(self) -> Books:
        """Read what is counted, once all of it was told."""
        (row,) = self.halyard.rows("SELECT max(number) AS head FROM event")
        await self.story.until(lambda: self.story.last >= row["head"], what="all is told")
        return await asyncio.to_thread(self._books)

    def _books(self) -> Books:
        return books_of(
            self.halyard,
            self.story,
            self.speaker,
            kills=self.killer.kills,
            streams=self.people.streams,
        )

    def _is_at_rest(self) -> bool:
        return not (self.story.tasks_in(*UNFINISHED) or self._in_states(*MOVING))

    def _in_states(self, *states: str) -> Sequence[str]:
        return [name for name in self.story.ids if self.story.state_of(name) in states]


@asynccontextmanager
async def a_scene(folder: Path, rng: Random, *, again: float = 1.0) -> AsyncIterator[Scene]:
    """Start Halyard with a project; what it tells is followed, and its questions are answered.

    Of what people say, `again` is said once more when it was answered.
    """
    source = await asyncio.to_thread(a_repository, folder)
    async with running_halyard(folder / "home") as halyard, asyncio.TaskGroup() as tasks:
        speaker, story = Speaker(halyard, rng, again=again), Story(halyard)
        people = People(speaker, story, rng)
        killer = Killer(halyard, people, speaker=speaker, story=story, rng=rng, tasks=tasks)
        scene = Scene(halyard=halyard, speaker=speaker, story=story, people=people, killer=killer)
        background = [tasks.create_task(work) for work in (story.follow(), people.attend())]
        await speaker.say("project add", name="web", source=str(source))
        yield scene
        for task in background:
            task.cancel()


async def chaos(folder: Path, *, kills: int, rng: Random, tell: Progress) -> Books:
    """Kill Halyard `kills` times, and once more for each aim; return what is to be counted."""
    begun = monotonic()

    def note(text: str) -> None:
        tell(f"{monotonic() - begun:6.1f} s  {text}")

    async with a_scene(folder, rng, again=AGAIN) as scene:
        async with asyncio.TaskGroup() as tasks:
            working = tasks.create_task(scene.people.work())
            await scene.people.all_stream()
            note("all sessions stream")
            for number, kill in enumerate(_plan(scene.killer, kills, rng), 1):
                await kill()
                note(f"{number:3}  {scene.killer.kills[-1]}")
            scene.people.is_open = False
            await working
        await scene.rest()
        note("all has come to rest")
        return await scene.books()


def _plan(killer: Killer, kills: int, rng: Random) -> Sequence[Callable[[], Awaitable[object]]]:
    """Return the kills in their order: one of four after exec, half of these a little later."""
    early = (killer.after_exec, killer.while_starting)
    plan: list[Callable[[], Awaitable[object]]] = [
        early[number // 4 % 2] if number % 4 == 3 else killer.by_chance for number in range(kills)
    ]
    for aim in AIMS:
        plan.insert(rng.randint(1, len(plan)), partial(killer.aimed, aim))
    return plan
