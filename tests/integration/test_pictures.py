"""What a session's thread looks like in each chat, in words."""

import pytest

from tests.pictures import CHATS, taken, text_of

pytestmark = [pytest.mark.docker, pytest.mark.browser, pytest.mark.timeout(120)]


@pytest.mark.parametrize("name", CHATS)
async def test_the_text_of_the_picture_is_current(name: str) -> None:
    assert await taken(name, None) == text_of(name).read_text()
