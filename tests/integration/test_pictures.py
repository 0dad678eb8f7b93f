"""What a session's thread looks like in Discord, in words."""

import pytest

from tests.pictures import TEXT, taken

pytestmark = [pytest.mark.docker, pytest.mark.browser, pytest.mark.timeout(120)]


async def test_the_text_of_the_picture_is_current() -> None:
    assert await taken(None) == TEXT.read_text()
