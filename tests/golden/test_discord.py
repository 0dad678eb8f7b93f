"""What Discord is sent, to the letter."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.core.message import Message, Said
from bot.discord.draft import Draft
from bot.discord.render import render
from tests.discord_limits import assert_sendable
from tests.golden.messages import MESSAGES

Golden = Callable[[Path, str], None]
LONG = "A paragraph of what the agent has to say about it.\n\n" * 60

ALL = {
    **MESSAGES,
    "said-parts": Message(title="", blocks=(Said(LONG),), footer="web · 2m30s"),
    "said-file": Message(title="", blocks=(Said(LONG * 9),), footer="web · 2m30s"),
}


@pytest.mark.parametrize("name", ALL)
def test_a_message_is_sent_like_this(name: str, golden: Golden) -> None:
    drafts = render(ALL[name], parts_max=4)

    plain = [json.loads(draft.encode()) for draft in drafts]
    golden(Path(f"discord/{name}.json"), json.dumps(plain, indent=1) + "\n")


@pytest.mark.parametrize("name", ALL)
def test_discord_would_take_it(name: str) -> None:
    for draft in render(ALL[name], parts_max=4):
        assert_sendable(draft)
        assert Draft.decode(draft.encode()) == draft
