"""What there is to read in a message of Slack."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.inert import inert
from bot.core.message import Code, Fields, Message, Mono, Said, text
from bot.slack.render import render
from bot.slack.shown import shown_in

Told = dict[str, object]


def by_app(*blocks: Told, text: str = "as a notification shows it") -> Told:
    return {"bot_id": "B1", "user": "UBOT", "text": text, "blocks": list(blocks)}


def rich(*elements: Told) -> Told:
    return {"type": "rich_text", "elements": list(elements)}


def line(*elements: Told) -> Told:
    return {"type": "rich_text_section", "elements": list(elements)}


def of_type(type_: str, text: str) -> Told:
    return {"type": type_, "text": text}


@pytest.mark.parametrize(
    ("block", "shown"),
    [
        ({"type": "header", "text": of_type("plain_text", "a &amp; b")}, "a & b"),
        (
            {"type": "section", "text": of_type("mrkdwn", "see <https://e.example|it> &lt;b&gt;")},
            "see it (https://e.example) <b>",
        ),
        (
            {
                "type": "section",
                "fields": [of_type("mrkdwn", "*Host*"), of_type("plain_text", "local")],
            },
            "*Host*\nlocal",
        ),
        (
            {
                "type": "context",
                "elements": [
                    {"type": "image", "image_url": "https://e.example/a.png", "alt_text": "a"},
                    of_type("mrkdwn", "by *demo*"),
                    of_type("plain_text", "today"),
                ],
            },
            "by *demo* today",
        ),
        ({"type": "markdown", "text": "**a** & b"}, "**a** & b"),
        (
            rich(
                line(
                    of_type("text", "a & <b> "),
                    {"type": "user", "user_id": "U1"},
                    of_type("text", ", "),
                    {"type": "link", "url": "https://e.example", "text": "the page"},
                    of_type("text", ", "),
                    {"type": "link", "url": "https://e.example"},
                    of_type("text", " "),
                    {"type": "emoji", "name": "tada"},
                    {"type": "broadcast", "range": "here"},
                    {"type": "date", "timestamp": 1, "format": "{ago}", "fallback": "1970"},
                )
            ),
            "a & <b> <@U1>, the page (https://e.example), https://e.example :tada:@here1970",
        ),
        (
            rich(
                {
                    "type": "rich_text_list",
                    "style": "ordered",
                    "offset": 1,
                    "elements": [line(of_type("text", "one")), line(of_type("text", "two"))],
                },
                {
                    "type": "rich_text_list",
                    "style": "bullet",
                    "indent": 1,
                    "elements": [line(of_type("text", "three"))],
                },
            ),
            "2. one\n3. two\n  • three",
        ),
    ],
)
def test_the_blocks_of_an_app_are_read_as_they_are_shown(block: Told, shown: str) -> None:
    assert shown_in(by_app(block)) == shown


def test_what_a_person_wrote_is_read_as_they_typed_it() -> None:
    said = {"user": "U1", "text": "a *b* &amp; c", "blocks": [rich(line(of_type("text", "a b")))]}

    assert shown_in(said) == "a *b* & c"


@pytest.mark.parametrize(
    "blocks", [[], [{"type": "divider"}], [{"type": "actions", "elements": []}]]
)
def test_an_app_whose_blocks_have_nothing_to_read_is_read_by_its_text(blocks: list[Told]) -> None:
    assert shown_in(by_app(*blocks, text="a &lt; b")) == "a < b"


@given(st.text(max_size=3000))
def test_what_was_said_through_us_is_read_back_whole(said: str) -> None:
    said = inert(said).strip()
    (draft,) = render(Message(title="", blocks=(Said(said or "x"),)), parts_max=1)[:1]

    read = shown_in({"bot_id": "B1", "text": draft.text, "blocks": draft.blocks})

    assert draft.files or read == (said or "x")


def test_a_report_of_ours_is_read_whole_and_in_order() -> None:
    output = "1 door <squeaks>\n2 doors & creak"
    long = "\n".join(f"{number} doors <squeak> & creak" for number in range(80))
    report = Message(
        title="Doors & windows",
        blocks=(
            text("See ", Mono("door.py"), "."),
            Code(output),
            text(long),
            Fields((("Host", "local"), ("Cost", "none"))),
        ),
        footer="Read by demo",
    )
    (draft,) = render(report, parts_max=1)

    read = shown_in({"bot_id": "B1", "text": draft.text, "blocks": draft.blocks})

    fields = "Host: local\nCost: none"
    parts = ["Doors & windows", "See door.py.", output, long, fields, "Read by demo"]
    assert read == "\n\n".join(parts)
