"""Every face shows the same of every message."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given

from bot.core.answer import plain_message
from bot.core.call import Call
from bot.core.message import Block, Buttons, Code, File, Message, Said
from bot.discord.buttons import typed as typed_on_discord
from bot.discord.render import render as render_discord
from bot.drawing.notes import MESSAGE_FILE
from bot.slack.buttons import typed as typed_on_slack
from bot.slack.render import render as render_slack
from tests.conformance import read_discord, read_slack
from tests.conformance.normalisations import NORMALISATIONS
from tests.conformance.read_api import read_api
from tests.conformance.read_back import Seen, Visibility, compared
from tests.discord_texts import messages as discord_messages
from tests.golden.test_slack import ALL
from tests.slack_texts import TEAM
from tests.slack_texts import messages as slack_messages

DOCS = Path(__file__).parents[2] / "docs" / "parity.md"


@dataclass(frozen=True, slots=True)
class Face:
    """How a face shows a message."""

    see: Callable[[Message], tuple[Seen, tuple[str, ...]]]
    """Returns what is seen of it, and the names of the files with it."""
    typed: Callable[[Call], str]

    def both(self, message: Message) -> tuple[Seen, Seen]:
        """Return what the face shows and what programs are told."""
        return compared(self.see(message)[0], read_api(plain_message(message), typed=self.typed))


def on_discord(message: Message) -> tuple[Seen, tuple[str, ...]]:
    drafts = render_discord(message, parts_max=4)
    seen = read_discord.read_discord([read_discord.held(draft) for draft in drafts])
    return seen, tuple(file.name for draft in drafts for file in draft.files)


def on_slack(message: Message) -> tuple[Seen, tuple[str, ...]]:
    drafts = render_slack(message, parts_max=3)
    seen = read_slack.read_slack([read_slack.held(draft) for draft in drafts], team=TEAM)
    return seen, tuple(file.name for draft in drafts for file in draft.files)


FACES: Mapping[str, Face] = {
    "discord": Face(on_discord, typed_on_discord),
    "slack": Face(on_slack, typed_on_slack),
}


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("name", ALL)
def test_a_face_shows_what_programs_are_told_of(name: str, face: str) -> None:
    shown, told = FACES[face].both(ALL[name])

    assert shown == told


@given(discord_messages)
def test_discord_shows_the_same_of_any_message(message: Message) -> None:
    assert_same(FACES["discord"], message)


@given(slack_messages)
def test_slack_shows_the_same_of_any_message(message: Message) -> None:
    assert_same(FACES["slack"], message)


def assert_same(face: Face, message: Message) -> None:
    # Buttons and files for which there is no room are named in the text instead.
    message = replace(message, blocks=_texts(message))
    assume(MESSAGE_FILE not in face.see(message)[1])

    shown, told = face.both(message)

    assert shown == told


def _texts(message: Message) -> tuple[Block, ...]:
    texts = (block for block in message.blocks if not isinstance(block, Buttons | File))
    return tuple(_numbered(number, block) for number, block in enumerate(texts))


def _numbered(number: int, block: Block) -> Block:
    """Let a text begin with a word of its own.

    Where it became a file, its beginning could else not be told from the same words before it.
    """
    if isinstance(block, Said | Code):
        return replace(block, text=f"Text{number}. {block.text}")
    return block


def test_a_difference_is_seen_on_discord() -> None:
    told = read_api(plain_message(ALL["session-show"]))
    drafts = [read_discord.held(d) for d in render_discord(ALL["session-show"], parts_max=4)]
    (embed,) = drafts[0].body["embeds"]

    changes: tuple[Mapping[str, list[Any]], ...] = (
        {"embeds": [{**embed, "title": "Another"}]},
        {"embeds": [{**embed, "description": "Another"}]},
        {"embeds": [{**embed, "fields": embed["fields"][1:]}]},
        {"components": []},
    )
    for changed in changes:
        held = read_discord.Held({**drafts[0].body, **changed})
        shown, expected = compared(read_discord.read_discord([held]), told)
        assert shown != expected


def test_a_difference_is_seen_on_slack() -> None:
    told = read_api(plain_message(ALL["session-show"]), typed=typed_on_slack)
    (draft,) = render_slack(ALL["session-show"], parts_max=3)

    for left_out in range(len(draft.blocks)):
        blocks = [*draft.blocks[:left_out], *draft.blocks[left_out + 1 :]]
        shown, expected = compared(
            read_slack.read_slack([read_slack.Held({"blocks": blocks})], team=TEAM), told
        )
        assert shown != expected


def test_who_sees_an_answer_is_read_from_it() -> None:
    (discord,) = (read_discord.held(d) for d in render_discord(ALL["refused"], parts_max=4))
    (slack,) = (read_slack.held(d) for d in render_slack(ALL["refused"], parts_max=4))

    to_one = (
        read_discord.read_discord([read_discord.Held({**discord.body, "flags": 1 << 6})]),
        read_slack.read_slack([read_slack.Held({**slack.body, "is_ephemeral": True})], team=TEAM),
    )
    to_all = (read_discord.read_discord([discord]), read_slack.read_slack([slack], team=TEAM))

    assert {seen.visibility for seen in to_one} == {Visibility.PRIVATE}
    assert {seen.visibility for seen in to_all} == {Visibility.PUBLIC}


def test_the_normalisations_are_few_and_all_are_documented() -> None:
    assert len(NORMALISATIONS) <= 10
    listed = re.findall(r"^\d+\. (.+)$", DOCS.read_text(), re.MULTILINE)
    assert listed == list(NORMALISATIONS.values())
