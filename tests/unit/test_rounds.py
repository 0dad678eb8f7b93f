"""When a platform is looked at anew."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress

import pytest

from bot.hearing import rounds
from bot.hearing.rounds import Rounds

SOON_S, NEVER_S, LOOK_S = 0.001, 1000.0, 0.2


async def gone(told: Iterable[bool], *, is_woken: bool = True) -> int:
    """Return how many rounds were gone after a while, where each tells what `told` says."""
    ahead, count = iter(told), 0

    async def go_round() -> bool:
        nonlocal count
        count += 1
        return next(ahead, True)

    one = Rounds(go_round)
    if is_woken:
        one.wake()
    with suppress(TimeoutError):
        async with asyncio.timeout(LOOK_S):
            await one.run()
    return count


@pytest.fixture
def _rarely(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "AGAIN_S", SOON_S)
    monkeypatch.setattr(rounds, "EVERY_S", NEVER_S)


@pytest.mark.usefixtures("_rarely")
async def test_nothing_is_looked_at_before_there_is_a_connection() -> None:
    assert await gone([], is_woken=False) == 0


@pytest.mark.usefixtures("_rarely")
async def test_a_new_connection_is_looked_at_twice() -> None:
    assert await gone([]) == 2


@pytest.mark.usefixtures("_rarely")
async def test_what_could_not_be_asked_is_asked_again_soon() -> None:
    assert await gone([True, False, False]) == 4


async def test_looking_goes_on_without_a_new_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "AGAIN_S", SOON_S)
    monkeypatch.setattr(rounds, "EVERY_S", SOON_S)

    assert await gone([]) > 2
