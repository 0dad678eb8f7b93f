"""A part of `make chaos-chat`: sessions that people on Discord and in Slack share."""

from pathlib import Path

import pytest

from tests.chaos_both.run import chaos
from tests.chaos_chat.count import differences
from tests.chaos_chat.run import Size

PART = Size(said=300, kills=3)


@pytest.mark.timeout(400)
async def test_shared_sessions_lose_nothing_and_nothing_comes_twice(tmp_path: Path) -> None:
    books = await chaos(tmp_path, PART, 7, print)

    assert len(books.mirrors) > 1
    assert differences(books) == []
