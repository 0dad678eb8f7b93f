"""The whole: people, trouble, kills, rest, and both sides of the books."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from time import monotonic
from typing import Any

from tests.chaos_chat.books import Books
from tests.chaos_chat.count import at_rest, kept_up, spoken
from tests.chaos_chat.people import People
from tests.chaos_chat.reported import reported
from tests.chaos_chat.storm import Storm

PER_S = 25.0
AT_ONCE = 12
REST_S = 240.0
"""A doubt is settled within 130 s, and what was overheard is read within 180 s."""
RESTS_MAX = 10
"""A platform takes so many posts a minute: much that was said at once is answered for longer."""
STILL_S = 2.0
"""For so long nothing may have changed."""
PAUSES = 4
"""Times as long as a look takes, nobody looks: it takes the time of all that comes to rest."""
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much of everything there is to be."""

    said: int
    kills: int
    per_s: float = PER_S
    rest_s: float = REST_S


@dataclass(frozen=True, slots=True)
class Scene:
    """A platform with Halyard, people and a storm in it."""

    crowds: Sequence[People[Any, Any]]
    storms: Sequence[Storm]
    """One for each crowd; the first one kills."""
    read: Callable[[], Awaitable[Books]]
    """Reads both sides of the books."""


async def play(opened: AbstractAsyncContextManager[Scene], size: Size, tell: Progress) -> Books:
    """Let people use Halyard in a storm; return what is to be counted."""
    begun = monotonic()

    def note(text: str) -> None:
        tell(f"{monotonic() - begun:6.1f} s  {text}")

    async with opened as scene:
        note("people begin")
        await _live(scene, size)
        acts = sum(people.acts for people in scene.crowds)
        kills = sum(storm.kills for storm in scene.storms)
        note(f"{acts} things were done and Halyard was killed {kills} times")
        await _rest(scene, limit_s=size.rest_s)
        note("all has come to rest")
        return await scene.read()


async def _live(scene: Scene, size: Size) -> None:
    """Let every crowd do its part of all, each in its own storm."""
    parts = len(scene.crowds)
    said, per_s, at_once = size.said // parts, size.per_s / parts, AT_ONCE // parts
    async with asyncio.TaskGroup() as tasks:
        for number, (people, storm) in enumerate(zip(scene.crowds, scene.storms, strict=True)):
            tasks.create_task(people.live(said, per_s=per_s, at_once=at_once))
            tasks.create_task(storm.blow(0 if number else size.kills, said=said))
    for storm in scene.storms:
        storm.calm()


async def _rest(scene: Scene, *, limit_s: float) -> None:
    """Wait until nothing is open, or nothing came nearer to it for so long; the count tells."""
    still_since, before = monotonic(), ""
    ends = monotonic() + limit_s * RESTS_MAX
    while monotonic() < ends and monotonic() - still_since < limit_s:
        begun = monotonic()
        now = _moving(await scene.read())
        if now != before:
            still_since, before = monotonic(), now
        if now == "" and monotonic() - still_since > STILL_S:
            return
        await asyncio.sleep(max(STILL_S / 4, PAUSES * (monotonic() - begun)))


def _moving(books: Books) -> str:
    return "\n".join([*at_rest(books), *spoken(books), *kept_up(books), *reported(books)])
