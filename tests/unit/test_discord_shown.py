"""What there is to read in a message of Discord."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.inert import inert
from bot.core.message import Code, Fields, Message, Mono, When, text
from bot.discord.markup import standing
from bot.discord.render import render
from bot.discord.shown import shown_in
from tests.build import AT


def a_message(
    content: str = "", *embeds: Mapping[str, Any], is_of_program: bool = True
) -> discord.Message:
    message: Any = SimpleNamespace(
        content=content,
        embeds=[discord.Embed.from_dict(embed) for embed in embeds],
        author=SimpleNamespace(bot=is_of_program),
        webhook_id=None,
    )
    return message  # type: ignore[no-any-return]


def test_a_report_of_ours_is_read_whole_and_without_the_signs_that_guard_it() -> None:
    output = "1 door_squeaks *and* creaks \\*\n2 doors"
    report = Message(
        title="Doors_and_*windows*",
        blocks=(
            text("See ", Mono("a\\*b"), " and a_b_c since ", When(AT), "."),
            Code(output),
            Fields((("Host_1", "local"), ("Cost", "none"))),
        ),
        footer="Read by demo_1",
    )
    (draft,) = render(report, parts_max=1)

    read = shown_in(a_message(draft.body["content"], *draft.body["embeds"]))

    assert read.split("\n\n") == [
        "Doors_and_*windows*",
        f"See `a\\*b` and a_b_c since 2030-05-04 12:00:00 UTC.\n```\n{output}\n```",
        "Host_1: local\nCost: none",
        "Read by demo_1",
    ]


@given(st.text())
def test_what_was_said_through_us_is_read_back_whole(said: str) -> None:
    said = inert(said).strip()

    assert shown_in(a_message(standing(said))) == said


def test_what_a_person_wrote_is_read_as_they_typed_it() -> None:
    preview = {"title": "The page", "description": "of somebody else"}

    said = shown_in(a_message("see \\*it\\*: https://e.example", preview, is_of_program=False))

    assert said == "see \\*it\\*: https://e.example"


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("**a** \\*b\\*", "**a** *b*"),
        ("`\\*` \\`c\\`", "`\\*` `c`"),
        ("```\n\\*\n```\\_", "```\n\\*\n```_"),
        ("<t:1:R>", "1970-01-01 00:00:01 UTC"),
        ("", ""),
    ],
)
def test_what_an_app_wrote_is_read_as_it_is_shown(markup: str, shown: str) -> None:
    assert shown_in(a_message(markup)) == shown
