"""Messages of Discord: within its limits, and all of a message in them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import given

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
    text,
)
from bot.discord.draft import Draft
from bot.discord.render import render
from bot.drawing.attached import Made, Stored
from engine.api import ActorId, FileId
from tests.conformance.read_markup import read
from tests.discord_limits import assert_sendable
from tests.discord_scanner import live, unseen
from tests.discord_texts import any_text, long_text, messages

BOB = ActorId("discord:80351110224678912")
EVE = ActorId("discord:80351110224678999")
BIG = "It is a long story, and *this* is line.\n" * 25_000  # a megabyte


def shown(drafts: Sequence[Draft]) -> str:
    """All that a person can read of the messages and of the files made for them."""
    return "\n".join(part for draft in drafts for part in _parts(draft))


def _parts(draft: Draft) -> Iterator[str]:
    yield read(draft.body["content"])
    for embed in draft.body["embeds"]:
        yield read(embed.get("title", ""))
        yield read(embed.get("description", ""))
        yield embed.get("footer", {}).get("text", "")
        for field in embed["fields"]:
            yield from (read(field["name"]), read(field["value"]))
    yield from (file.text for file in draft.files if isinstance(file, Made))


def strings(message: Message) -> Iterator[str]:
    """Every text of a message that a person wants to read; names of files are Discord's to show."""
    yield message.title
    yield message.footer
    for block in message.blocks:
        yield from _strings(block)


def _strings(block: Block) -> Iterator[str]:
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
    return " ".join(seen.split())


def markups(drafts: Sequence[Draft]) -> str:
    return "\n".join(
        markup
        for draft in drafts
        for markup in (
            draft.body["content"],
            *(embed.get("description", "") for embed in draft.body["embeds"]),
            *(embed.get("title", "") for embed in draft.body["embeds"]),
            *(f["name"] + "\n" + f["value"] for e in draft.body["embeds"] for f in e["fields"]),
        )
    )


@given(messages)
def test_discord_takes_every_message(message: Message) -> None:
    for draft in render(message, parts_max=3):
        assert_sendable(draft)
        assert Draft.decode(draft.encode()) == draft


@given(messages)
def test_all_of_a_message_reaches_the_reader(message: Message) -> None:
    seen = flat(shown(render(message, parts_max=3)))

    for string in strings(message):
        assert flat(inert(string)) in seen or flat(one_line(string)) in seen


@given(messages)
def test_nothing_acts_but_what_the_message_is_made_of(message: Message) -> None:
    ours = {"code", "fence", "small", "quote", "person", "time"}

    markup = markups(render(message, parts_max=3))

    assert live(markup) <= ours
    assert unseen(markup) == set()


@given(messages)
def test_only_those_are_notified_whom_the_message_names(message: Message) -> None:
    for draft in render(message, parts_max=3):
        users = draft.body["allowed_mentions"]["users"]
        assert {f"discord:{user}" for user in users} <= set(message.pings)


@given(long_text)
def test_what_was_said_is_whole_in_its_parts(said: str) -> None:
    drafts = render(Message(title="", blocks=(Said(said),)), parts_max=1000)

    parts = [draft.body["content"] for draft in drafts]
    assert "".join(read(part) for part in parts) == inert(said)
    assert all(live(part) == set() for part in parts)


@given(any_text)
def test_a_footer_stands_below_the_last_part(footer: str) -> None:
    said = Message(title="", blocks=(Said("word " * 1000),), footer=footer, pings=(BOB, BOB))

    *parts, last = render(said, parts_max=9)

    assert all("-#" not in part.body["content"] for part in parts)
    below = last.body["content"].rpartition("\n")[2]
    assert below.startswith("-# <@80351110224678912>")
    assert last.body["allowed_mentions"]["users"] == ["80351110224678912"]


def test_more_than_a_few_parts_become_a_file_with_its_beginning_shown() -> None:
    (draft,) = render(Message(title="", blocks=(Said(BIG),), footer="web"), parts_max=3)

    assert draft.files == (Made("message.txt", BIG),)
    content = draft.body["content"]
    assert read(content).startswith("It is a long story, and *this* is line.\n" * 10)
    assert "All of it (25,000 lines, 976.6 KiB) is in `message.txt`." in content
    assert content.endswith("-# web")


def test_a_text_without_any_place_to_divide_it_is_divided() -> None:
    line = "x*" * 50_000

    drafts = render(Message(title="", blocks=(Said(line),)), parts_max=200)

    assert "".join(read(draft.body["content"]) for draft in drafts) == line
    assert len(drafts) == 76


def test_a_text_of_white_space_is_a_message() -> None:
    for blank in ("", " ", "\n" * 5000):
        for draft in render(Message(title="", blocks=(Said(blank),)), parts_max=3):
            assert_sendable(draft)


def test_nothing_said_is_previewed() -> None:
    (draft,) = render(Message(title="", blocks=(Said("See https://example.com"),)), parts_max=3)

    assert draft.body["flags"] == 1 << 2
    assert draft.body["content"] == "See https\\://example.com"


def test_long_output_is_a_file_with_its_first_lines_and_its_size_shown() -> None:
    output = "".join(f"line {n} ```\n" for n in range(1000))

    (draft,) = render(Message(title="Log", blocks=(Code(output),)), parts_max=3)

    description = draft.body["embeds"][0]["description"]
    assert draft.files == (Made("output.txt", output),)
    assert read(description).startswith("".join(f"line {n} ```\n" for n in range(10)))
    assert "All of it (1,000 lines, 12.6 KiB) is in `output.txt`." in description


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
    large = File(FileId("0" * 64), "web-1.diff", 50 * 1024**2)

    (draft,) = render(Message(title=title, blocks=(Said("Done."), large)), parts_max=3)

    assert draft.files == ()
    assert "web-1.diff (50.0 MiB) is too large for Discord." in shown([draft])


def test_a_text_that_no_file_can_hold_is_in_several() -> None:
    said = "漢" * 8_000_000

    drafts = render(Message(title="", blocks=(Said(said),)), parts_max=3)

    files = [file for draft in drafts for file in draft.files if isinstance(file, Made)]
    assert "".join(file.text for file in files) == said
    assert all(
        sum(len(f.text.encode()) for f in d.files if isinstance(f, Made)) <= 10 * 1024**2
        for d in drafts
    )


def test_the_same_button_twice_is_one() -> None:
    stop = Button("Stop", Call("session stop", {"session": "web-1"}))

    (draft,) = render(Message(title="x", blocks=(Buttons((stop,)), Buttons((stop,)))), parts_max=3)

    assert [b["label"] for row in draft.body["components"] for b in row["components"]] == ["Stop"]


def test_buttons_with_the_same_label_say_what_they_are_for() -> None:
    rows = tuple(
        Buttons(
            (
                Button("Allow", Call("approval allow", {"approval": f"web-1.{n}"})),
                Button("Allow", Call("approval allow", {"approval": f"web-1.{n}", "scope": "x"})),
                Button(f"Show {n}", Call("approval show", {"approval": f"web-1.{n}"})),
            )
        )
        for n in (1, 2)
    )

    (draft,) = render(Message(title="x", blocks=rows), parts_max=3)

    labels = [[b["label"] for b in row["components"]] for row in draft.body["components"]]
    assert labels == [
        ["Allow · web-1.1", "Allow · web-1.1 x", "Show 1"],
        ["Allow · web-1.2", "Allow · web-1.2 x", "Show 2"],
    ]


def test_buttons_that_find_no_room_are_named() -> None:
    many = tuple(
        Buttons(tuple(Button(f"Show {n}", Call("task show", {"task": f"{r}.{n}"})) for n in "abcd"))
        for r in range(7)
    )
    far = Buttons((Button("Far", Call("session stop", {"session": "x" * 200})),))

    (draft,) = render(Message(title="x", blocks=(*many, far)), parts_max=3)

    assert sum(len(row["components"]) for row in draft.body["components"]) == 25
    seen = shown([draft])
    assert "/task show task:6.d" in seen
    assert f"/session stop session:{'x' * 200}" in seen


def test_danger_looks_like_it() -> None:
    names = ("approval allow", "approval deny", "session stop", "session log")
    row = Buttons(tuple(Button(path, Call(path)) for path in names))

    (draft,) = render(Message(title="x", blocks=(row,)), parts_max=3)

    assert [b["style"] for b in draft.body["components"][0]["components"]] == [3, 4, 4, 2]


def test_a_person_is_mentioned_and_only_whom_it_pings_is_notified() -> None:
    message = Message(title="x", blocks=(text(Person(BOB), Person(EVE)),), pings=(BOB,))

    (draft,) = render(message, parts_max=3)
    (silent,) = render(replace(message, pings=()), parts_max=3)

    assert draft.body["embeds"][0]["description"] == ("<@80351110224678912><@80351110224678999>")
    assert draft.body["content"] == "<@80351110224678912>"
    assert draft.body["allowed_mentions"] == {"parse": [], "users": ["80351110224678912"]}
    assert (silent.body["content"], silent.body["allowed_mentions"]["users"]) == ("", [])


@pytest.mark.parametrize(
    "block",
    [
        Said(BIG),
        Said(f"\u202e{BIG}"),
        Said("x" * 1_000_000),
        Said(" " * 1_000_000),
        Said("1" * 1_000_000),
        Code(BIG),
        text(BIG),
        Fields((("a", BIG),)),
        Checklist((("pending", BIG),)),
        Table(("a", "b"), tuple((f"{n}", "word " * 10) for n in range(20_000))),
        Table(("a",), (("x" * 1_000_000,),)),
    ],
    ids=[
        "said", "bidi", "one line", "spaces", "digits", "code", "text",
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
