"""Both faces show the same of every message."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given

from bot.core.answer import plain_message
from bot.core.message import Block, Buttons, File, Message
from bot.discord.render import render
from bot.drawing.notes import MESSAGE_FILE
from tests.conformance.normalisations import NORMALISATIONS
from tests.conformance.read_api import read_api as from_api
from tests.conformance.read_back import Seen, Visibility, compared
from tests.conformance.read_discord import Held, held
from tests.conformance.read_discord import read_discord as from_discord
from tests.discord_texts import messages
from tests.golden.test_discord import ALL

DOCS = Path(__file__).parents[2] / "docs" / "conformance.md"


def both(message: Message) -> tuple[Seen, Seen]:
    drafts = render(message, parts_max=4)
    return compared(
        from_discord([held(draft) for draft in drafts]), from_api(plain_message(message))
    )


@pytest.mark.parametrize("name", ALL)
def test_both_faces_show_the_same_of(name: str) -> None:
    shown, told = both(ALL[name])

    assert shown == told


@given(messages)
def test_both_faces_show_the_same_of_any_message(message: Message) -> None:
    # Buttons and files for which Discord has no room are named in its text instead. Where a text
    # became a file, its beginning cannot be told from the same words before it.
    message = replace(message, blocks=_texts(message))
    assume(
        not any(file.name != MESSAGE_FILE for d in render(message, parts_max=4) for file in d.files)
    )

    shown, told = both(message)

    assert shown == told


def _texts(message: Message) -> tuple[Block, ...]:
    return tuple(block for block in message.blocks if not isinstance(block, Buttons | File))


def test_a_difference_is_seen() -> None:
    told = from_api(plain_message(ALL["session-show"]))
    drafts = [held(draft) for draft in render(ALL["session-show"], parts_max=4)]
    (embed,) = drafts[0].body["embeds"]

    for changed in (
        {"title": "Another"},
        {"description": "Another"},
        {"fields": embed["fields"][1:]},
    ):
        body = {**drafts[0].body, "embeds": [{**embed, **changed}]}
        shown, expected = compared(from_discord([Held(body)]), told)
        assert shown != expected
    shown, expected = compared(from_discord([Held({**drafts[0].body, "components": []})]), told)
    assert shown != expected


def test_who_sees_an_answer_is_read_from_its_flags() -> None:
    (draft,) = render(ALL["refused"], parts_max=4)

    private = from_discord([Held({**draft.body, "flags": 1 << 6})])

    assert private.visibility is Visibility.PRIVATE
    assert from_discord([held(draft)]).visibility is Visibility.PUBLIC


def test_the_normalisations_are_few_and_all_are_documented() -> None:
    assert len(NORMALISATIONS) <= 10
    listed = re.findall(r"^\d+\. (.+)$", DOCS.read_text(), re.MULTILINE)
    assert listed == list(NORMALISATIONS.values())
