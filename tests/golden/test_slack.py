"""What Slack is sent, to the letter."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.core.message import Message, Person, text
from bot.slack.draft import Draft
from bot.slack.render import render
from engine.api import ActorId
from tests.golden.test_discord import ALL as SHARED
from tests.slack_limits import assert_sendable

Golden = Callable[[Path, str], None]
ANN, BOB = ActorId("slack:T012ABCDE:U0ANN"), ActorId("slack:T012ABCDE:U0BOB")

ALL = {
    **SHARED,
    "people": Message(
        title="Session web-1 waits",
        blocks=(text("Asked for by ", Person(ANN), "."),),
        pings=(ANN, BOB),
    ),
}


@pytest.mark.parametrize("name", ALL)
def test_a_message_is_sent_like_this(name: str, golden: Golden) -> None:
    drafts = render(ALL[name], parts_max=3)

    plain = [json.loads(draft.encode()) for draft in drafts]
    golden(Path(f"slack/{name}.json"), json.dumps(plain, indent=1) + "\n")


@pytest.mark.parametrize("name", ALL)
def test_slack_would_take_it(name: str) -> None:
    for draft in render(ALL[name], parts_max=3):
        assert_sendable(draft)
        assert Draft.decode(draft.encode()) == draft
