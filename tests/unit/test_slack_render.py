"""Messages of Slack: within its limits, and all of a message in them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.call import Call
from bot.core.inert import inert, one_line
from bot.core.message import (
    Block,
    Button,
    Buttons,
    Checklist,
    Code,
    Fields,
    File,
    Message,
    Person,
    Said,
    Table,
    Text,
    Tone,
    When,
    text,
)
from bot.drawing.attached import Made, Stored
from bot.slack.draft import Draft
from bot.slack.layout import blocks_of
from bot.slack.markup import mentioned
from bot.slack.people import actor_of, user_of
from bot.slack.render import render
from bot.slack.voice import Voice
from engine.api import ActorId, FileId
from tests.slack_limits import BLOCKS_MAX, assert_blocks, assert_sendable
from tests.slack_scanner import GUARD, live, strings, unseen
from tests.slack_texts import TEAM, any_text, long_text, messages

BOB, EVE = actor_of(TEAM, "U0BOB"), actor_of(TEAM, "U0EVE")
BIG = "It is a long story, and *this* is line.\n" * 25_000  # a megabyte
AT = datetime(2030, 5, 4, 12, tzinfo=UTC)


def shown(drafts: Sequence[Draft]) -> str:
    """All that a person can read of the messages and of the files made for them."""
    return "\n".join(part for draft in drafts for part in _parts(draft))


def _parts(draft: Draft) -> Iterator[str]:
    for block in draft.blocks:
        yield "".join(strings(block)).replace(GUARD, "")
    yield from (file.text for file in draft.files if isinstance(file, Made))


def texts_of(message: Message) -> Iterator[str]:
    """Every text of a message that a person wants to read; names of files are Slack's to show."""
    yield message.title
    yield message.footer
    for block in message.blocks:
        yield from _texts(block)


def _texts(block: Block) -> Iterator[str]:
    match block:
        case Text(spans):
            yield from (span for span in spans if isinstance(span, str))
        case Said(said) | Code(said):
            yield said
        case Fields(rows) | Checklist(rows):
            yield from (row[1] for row in rows)
        case Table(head, rows):
            yield from (cell for row in (head, *rows) for cell in row)
        case File() | Buttons():
            return


def flat(seen: str) -> str:
    return "".join(seen.split())


def buttons(draft: Draft) -> list[list[dict[str, Any]]]:
    return [list(block["elements"]) for block in draft.blocks if block["type"] == "actions"]


def of_kind(draft: Draft, kind: str) -> list[Any]:
    parts = (part for block in draft.blocks for part in block.get("elements", ()))
    return [part for part in parts if part["type"] == kind]


@given(messages)
def test_slack_takes_every_message(message: Message) -> None:
    for draft in render(message, parts_max=3):
        assert_sendable(draft)
        assert Draft.decode(draft.encode()) == draft


@given(messages)
def test_all_of_a_message_reaches_the_reader(message: Message) -> None:
    seen = flat(shown(render(message, parts_max=3)))

    for string in texts_of(message):
        assert flat(inert(string)) in seen or flat(one_line(string)) in seen


@given(messages)
def test_nothing_acts_but_what_the_message_is_made_of(message: Message) -> None:
    for draft in render(message, parts_max=3):
        assert live(draft) <= {"user", "date"}
        assert unseen(draft) == set()


@given(messages)
def test_only_those_are_mentioned_whom_the_message_names(message: Message) -> None:
    paragraphs = (block for block in message.blocks if isinstance(block, Text))
    spans = (span for paragraph in paragraphs for span in paragraph.spans)
    named = {span.actor for span in spans if isinstance(span, Person)} | set(message.pings)

    for draft in render(message, parts_max=3):
        assert {user for b in draft.blocks for user in mentioned(b)} <= set(map(user_of, named))


@given(messages)
def test_a_view_takes_every_message(message: Message) -> None:
    blocks = blocks_of(message)

    assert blocks
    assert_blocks(blocks, blocks_max=BLOCKS_MAX)
    assert live(Draft("x", blocks)) <= {"user", "date"}
    assert "is in" not in "".join(part["text"] for block in blocks for part in _italics(block))


def _italics(element: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if element.get("style") == {"italic": True}:
        yield element
    if element["type"] != "actions":
        yield from (found for part in element.get("elements", ()) for found in _italics(part))


@given(long_text)
def test_what_was_said_is_whole_in_its_parts(said: str) -> None:
    drafts = render(Message(title="", blocks=(Said(said),)), parts_max=1000)

    parts = ["".join(strings(draft.blocks)).replace(GUARD, "") for draft in drafts]
    assert "".join(parts) == inert(said)
    assert all(live(draft) == set() for draft in drafts)


@given(any_text, st.integers(0, 3))
def test_what_stands_below_is_below_the_last_part(footer: str, count: int) -> None:
    row = Buttons(tuple(Button(f"Show {n}", Call("status", {"n": f"{n}"})) for n in range(count)))
    said = Message(title="", blocks=(Said("word " * 2000), row), footer=footer, pings=(BOB, BOB))

    *parts, last = render(said, parts_max=9)

    assert len(parts) == 2
    assert all(len(part.blocks) == 1 for part in parts)
    assert list(mentioned({"type": "", "elements": last.blocks})) == ["U0BOB"]
    assert sum(map(len, buttons(last))) == count


def test_more_than_a_few_parts_become_a_file_with_its_beginning_shown() -> None:
    (draft,) = render(Message(title="", blocks=(Said(BIG),), footer="web"), parts_max=3)

    assert draft.files == (Made("message.txt", BIG),)
    seen = "".join(strings(draft.blocks))
    assert seen.startswith("It is a long story, and *this* is line.\n" * 9)
    assert seen.endswith("The beginning. All of it (25,000 lines, 976.6 KiB) is in message.txt.web")


def test_a_text_without_any_place_to_divide_it_is_divided() -> None:
    line = 'x"' * 50_000

    drafts = render(Message(title="", blocks=(Said(line),)), parts_max=200)

    assert "".join("".join(strings(draft.blocks)) for draft in drafts) == line
    assert len(drafts) == 38


def test_a_text_of_white_space_is_a_message() -> None:
    for blank in ("", " ", "\n" * 5000):
        for draft in render(Message(title="", blocks=(Said(blank),)), parts_max=3):
            assert_sendable(draft)


def test_a_message_of_nothing_is_a_message() -> None:
    (draft,) = render(Message(title=""), parts_max=3)

    assert_sendable(draft)


def test_long_output_is_a_file_with_its_first_lines_and_its_size_shown() -> None:
    output = "".join(f"line {n} ```\n" for n in range(1000))

    (draft,) = render(Message(title="Log", blocks=(Code(output),)), parts_max=3)

    (code,) = of_kind(draft, "rich_text_preformatted")
    assert draft.files == (Made("output.txt", output),)
    assert "".join(strings(code)) == "".join(f"line {n} ```\n" for n in range(10)).rstrip()
    assert "All of it (1,000 lines, 12.6 KiB) is in output.txt." in shown([draft])


def test_a_second_long_output_has_a_name_of_its_own() -> None:
    long = Code("x\n" * 5000)

    (draft,) = render(Message(title="Log", blocks=(long, long)), parts_max=3)

    assert [file.name for file in draft.files] == ["output.txt", "output-2.txt"]


def test_a_stored_file_comes_along_under_a_harmless_name() -> None:
    files = tuple(File(FileId(f"{n:064}"), "../a b\u202e.diff", 1) for n in range(12))

    first, second = render(Message(title="Files", blocks=files), parts_max=3)

    assert first.files[0] == Stored(".._a_b_u202e.diff", FileId("0" * 64), 1)
    assert (len(first.files), len(second.files)) == (10, 2)
    assert_sendable(first)
    assert_sendable(second)


@pytest.mark.parametrize("title", ["", "Diff"])
def test_a_file_that_is_too_large_is_named(title: str) -> None:
    large = File(FileId("0" * 64), "web-1.diff", 50 * 1024**3)

    (draft,) = render(Message(title=title, blocks=(Said("Done."), large)), parts_max=3)

    assert draft.files == ()
    assert "web-1.diff (50.0 GiB) is too large for Slack." in shown([draft])


def test_more_blocks_than_slack_takes_are_in_a_file() -> None:
    message = Message(title="Many", blocks=tuple(text(f"line {n}") for n in range(100)))

    (draft,) = render(message, parts_max=3)

    assert_sendable(draft)
    assert draft.files[-1].name == "message.txt"
    assert "Shortened. The whole message" in shown([draft])


def test_a_tone_is_a_sign_before_the_title() -> None:
    titles = [
        render(Message(title="x", tone=tone), parts_max=1)[0].blocks[0]["text"]["text"]
        for tone in (Tone.NEUTRAL, Tone.GOOD, Tone.BAD)
    ]

    assert titles == ["x", "✅ x", "🔴 x"]


def test_a_person_is_mentioned_once_and_whoever_else_is_pinged_below() -> None:
    message = Message(title="x", blocks=(text("For ", Person(BOB)),), pings=(BOB, EVE))

    (draft,) = render(message, parts_max=3)
    (silent,) = render(replace(message, pings=()), parts_max=3)

    assert list(mentioned({"elements": draft.blocks})) == ["U0BOB", "U0EVE"]
    assert "".join(strings(draft.blocks[-1])) == "cc "
    assert list(mentioned({"elements": silent.blocks})) == ["U0BOB"]


def test_a_person_of_another_platform_is_their_id() -> None:
    (draft,) = render(
        Message(
            title="x", blocks=(text(Person(ActorId("discord:7"))),), pings=(ActorId("local:1"),)
        ),
        parts_max=3,
    )

    assert live(draft) == set()
    assert "".join(strings(draft.blocks[-1])) == "discord:7"


def test_a_moment_is_shown_as_each_reader_counts_it() -> None:
    (draft,) = render(Message(title="x", blocks=(text("Since ", When(AT)),)), parts_max=3)

    (line,) = of_kind(draft, "rich_text_section")
    assert line["elements"][1] == {
        "type": "date",
        "timestamp": int(AT.timestamp()),
        "format": "{ago}",
        "fallback": "2030-05-04 12:00:00 UTC",
    }


def test_a_voice_makes_the_same_draft_of_the_same_message() -> None:
    said = Message(title="", blocks=(Said("word " * 2000),), footer="web")
    voice = Voice()

    parts = voice.posts(said)

    assert voice.platform == "slack"
    assert [len(Draft.decode(part).files) for part in parts] == [0, 0, 0]
    assert voice.thread(said, "web-1") == voice.draft(said) == voice.draft(said)
    assert [file.name for file in Draft.decode(voice.draft(said)).files] == ["message.txt"]


@pytest.mark.parametrize(
    "block",
    [
        Said(BIG),
        Said(f"\u202e{BIG}"),
        Said("x" * 1_000_000),
        Said(" " * 1_000_000),
        Said("&" * 1_000_000),
        Code(BIG),
        text(BIG),
        Fields((("a", BIG),)),
        Checklist((("pending", BIG),)),
        Table(("a", "b"), tuple((f"{n}", "word " * 10) for n in range(20_000))),
        Table(("a",), (("x" * 1_000_000,),)),
    ],
    ids=[
        "said", "bidi", "one line", "spaces", "entities", "code", "text",
        "fields", "checklist", "table", "cell",
    ],
)  # fmt: skip
@pytest.mark.parametrize("title", ["", "Title"])
def test_a_megabyte_is_rendered(block: Block, title: str) -> None:
    message = Message(title=title, blocks=(block,))

    drafts = render(message, parts_max=5)

    assert drafts
    for draft in drafts:
        assert_sendable(draft)
    assert_blocks(blocks_of(message), blocks_max=BLOCKS_MAX)
