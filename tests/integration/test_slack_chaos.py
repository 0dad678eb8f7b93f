"""A tenth of `make chaos-slack`: people, trouble, kills, and both sides of the books."""

from pathlib import Path

import pytest

from tests.chaos_chat.count import differences
from tests.chaos_chat.run import Size
from tests.chaos_slack.run import chaos

TENTH = Size(said=1_000, kills=8, per_s=40)
FEW = Size(said=100, kills=0, per_s=20, rest_s=20)
CARELESS = "tests.chaos_slack.careless"


@pytest.mark.timeout(400)
async def test_people_lose_nothing_and_nothing_comes_twice_in_a_storm(tmp_path: Path) -> None:
    books = await chaos(tmp_path, TENTH, 7, print)

    assert differences(books) == []


@pytest.mark.timeout(400)
async def test_a_halyard_that_loses_and_doubles_is_found_out(tmp_path: Path) -> None:
    found = differences(await chaos(tmp_path, FEW, 7, print, CARELESS))

    for words in (
        "acknowledged and never kept",
        "tasks of it",
        "is known to nobody",
        "told 0 times",
    ):
        assert any(words in sentence for sentence in found), words
