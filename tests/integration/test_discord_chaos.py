"""A tenth of `make chaos-discord`: people, trouble, kills, and both sides of the books."""

from pathlib import Path

import pytest

from tests.chaos_chat.count import differences
from tests.chaos_chat.run import Size
from tests.chaos_discord.run import chaos

TENTH = Size(said=1_000, kills=8, per_s=40)


@pytest.mark.timeout(400)
async def test_people_lose_nothing_and_nothing_comes_twice_in_a_storm(tmp_path: Path) -> None:
    books = await chaos(tmp_path, TENTH, 7, print)

    assert differences(books) == []
