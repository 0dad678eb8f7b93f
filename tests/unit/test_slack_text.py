"""Untrusted text in Slack: shown exactly, and inert."""

from typing import Any

import pytest

from bot.core.call import Call
from bot.core.message import (
    Button,
    Buttons,
    Checklist,
    Code,
    Fields,
    Message,
    Mono,
    Person,
    Said,
    Table,
    text,
)
from bot.slack.draft import Draft
from bot.slack.render import render
from engine.api import ActorId
from tests.slack_scanner import live, live_markup, strings, unseen
from tests.slack_texts import FRAGMENTS


@pytest.mark.parametrize("fragment", FRAGMENTS, ids=ascii)
@pytest.mark.parametrize("around", ["{}", "a {} b", "{0}{0}", "x\n{}y", "{0}a{0}"])
def test_no_construct_of_slack_acts(fragment: str, around: str) -> None:
    hostile = around.format(fragment)
    everywhere = Message(
        title=hostile,
        blocks=(
            text(hostile, Mono(hostile), Person(ActorId(hostile))),
            Said(hostile),
            Code(hostile),
            Fields(((hostile, hostile),)),
            Table((hostile,), ((hostile,),)),
            Checklist(((hostile, hostile),)),
            Buttons((Button(hostile, Call("status", {"n": "1"})),)),
        ),
        footer=hostile,
    )

    for message in (everywhere, Message(title="", blocks=(Said(hostile),), footer=hostile)):
        for draft in render(message, parts_max=3):
            assert live(draft) == set()
            assert unseen(draft) == set()


@pytest.mark.parametrize(
    ("element", "kind"),
    [
        ({"type": "link", "url": "https://evil.example"}, "link"),
        ({"type": "broadcast", "range": "channel"}, "broadcast"),
        ({"type": "usergroup", "usergroup_id": "S1"}, "usergroup"),
        ({"type": "emoji", "name": "smile"}, "emoji"),
        ({"type": "user", "user_id": "U1"}, "user"),
        ({"type": "mrkdwn", "text": "x"}, "mrkdwn"),
        ({"type": "plain_text", "text": ":smile:", "emoji": True}, "emoji"),
        ({"type": "text", "text": "x", "style": {"strike": True}}, "strike"),
        ({"type": "text", "text": "x", "url": "https://evil.example"}, "key url"),
    ],
)
def test_the_scanner_sees_what_acts_in_blocks(element: dict[str, Any], kind: str) -> None:
    block = {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [element]}],
    }

    assert kind in live(Draft("x", [block]))


@pytest.mark.parametrize("markup", ["<!here>", "<@U1>", "<http://a|b>", "a & b", "&gt", "<", ">"])
def test_the_scanner_sees_what_acts_in_the_text_beside_them(markup: str) -> None:
    assert live_markup(markup)


def test_nothing_is_previewed_and_nothing_is_read_as_a_mention() -> None:
    (draft,) = render(Message(title="", blocks=(Said("See https://a.example"),)), parts_max=3)

    assert draft.posted() == {
        **draft.edited(),
        "mrkdwn": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }
    assert (draft.edited()["parse"], draft.edited()["link_names"]) == ("none", False)
    assert draft.text == "See https://a.example"


def test_a_notification_shows_the_beginning_of_what_there_is_to_read() -> None:
    stop = Buttons((Button("Stop", Call("session stop")),))
    said = Message(title="Turn <1>", blocks=(Said("a & b " * 1000), stop))

    (draft,) = render(said, parts_max=3)

    assert draft.text.startswith("Turn &lt;1&gt;\n\na &amp; b a &amp; b")
    assert draft.text.endswith("…")
    assert 900 < len(draft.text) <= 1000


def test_each_part_is_told_of_by_its_own_words() -> None:
    drafts = render(
        Message(title="", blocks=(Said("".join(f"{n} " for n in range(1500))),)), parts_max=3
    )

    assert [draft.text.split()[0] for draft in drafts] == [
        next(iter(strings(draft.blocks))).split()[0] for draft in drafts
    ]
