"""What people do in fault runs is counted when it was really done."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import ClassVar

import pytest
from aiohttp import ClientSession

from tests.chaos_chat.people import SESSIONS_MIN, People
from tests.chaos_chat.sight import Sight
from tests.chaos_chat.town import Company
from tests.halyard import Halyard, Row

MANY = 30


class Nothing(Exception):
    """What this platform says of something that is not there."""


class Blind(Sight[str]):
    """Sees sessions, and nothing of what becomes of them."""

    async def follow(self) -> None:
        await asyncio.Event().wait()

    def thread_of(self, session: Row) -> str:
        return str(session["name"])


@dataclass(slots=True, kw_only=True)
class Clumsy(People[str, str]):
    """People of whose acts but one in `one_in` can be done."""

    one_in: int
    pressed: int = 0
    done: int = 0

    CANNOT: ClassVar[type[Exception]] = Nothing
    OFTEN: ClassVar[Mapping[str, int]] = {"press": 1}

    async def listened_to(self, timeout_s: float) -> None:
        pass

    async def run(
        self, person: str, path: str, values: Mapping[str, str], where: str | None = None
    ) -> None:
        self.done += 1

    async def press(self) -> None:
        self.pressed += 1
        if self.pressed % self.one_in:
            raise Nothing if self.pressed % 2 else LookupError
        self.done += 1

    async def write(
        self, person: str, place: str, text: str, *, mention_bot: bool = False
    ) -> tuple[str, str]:
        raise NotImplementedError

    async def edit_message(self) -> None:
        raise NotImplementedError

    async def delete_message(self) -> None:
        raise NotImplementedError


async def people(folder: Path, *, one_in: int, acts: Mapping[str, int] | None = None) -> Clumsy:
    """Return people who see as many sessions as there must be, and let them live."""
    rng = Random(1)  # noqa: S311 - chooses moments, not secrets
    async with ClientSession() as http:
        sight = Blind("chat", Halyard(folder, http=http, is_alone=True), rng, {"web": ["here"]})
        sight.sessions = [{"name": f"web-{number}"} for number in range(SESSIONS_MIN)]
        made = Clumsy(Company(able=["ann"], intruders=[]), rng, sight, one_in=one_in)
        made.often = acts or made.often
        await made.live(MANY, per_s=100_000, at_once=1)
    return made


async def test_what_cannot_be_done_is_not_counted_and_made_up_for(tmp_path: Path) -> None:
    made = await people(tmp_path, one_in=2)

    assert made.acts == made.done == MANY
    assert made.tries == made.pressed == 2 * MANY


async def test_where_hardly_anything_can_be_done_the_run_fails(tmp_path: Path) -> None:
    with pytest.raises(ExceptionGroup) as raised:
        await people(tmp_path, one_in=5)

    assert raised.group_contains(AssertionError, match=r"Of 90 tries only 18 could be done\.")


async def test_a_session_that_is_left_running_was_not_stopped(tmp_path: Path) -> None:
    made = await people(tmp_path, one_in=1, acts={"press": 1, "stop": 1})

    assert made.acts == made.done == made.pressed == MANY
    assert made.tries > MANY
