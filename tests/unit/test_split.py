"""Where a long text is divided."""

import pytest

from bot.drawing.split import split


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("one two\n\nthree four", ["one two\n\n", "three four"]),
        ("one two\nthree four", ["one two\n", "three four"]),
        ("one two three", ["one two ", "three"]),
        ("onetwothreefour", ["onetwothree", "four"]),
        ("a b\nc\n\ndefg hi", ["a b\nc\n\n", "defg hi"]),
    ],
    ids=["paragraph", "line", "word", "nowhere", "paragraph before word"],
)
def test_a_part_ends_where_a_reader_would_end_it(text: str, parts: list[str]) -> None:
    assert list(split(text, max_chars=11, width=len)) == parts


def test_a_part_ends_before_a_fence_rather_than_in_it() -> None:
    code = "```\na = 1\n\nb = 2\n```\n"
    text = f"Some words of prose.\n\n{code}And more words."

    first, *more = split(text, max_chars=40, width=len)

    assert first == "Some words of prose.\n\n"
    assert more[0].startswith(code)


def test_a_part_ends_after_a_paragraph_of_code_where_the_code_is_too_long() -> None:
    text = "```\n" + "a = 1\n\n" * 50 + "```\n"

    parts = list(split(text, max_chars=60, width=len))

    assert "".join(parts) == text
    assert all(part.endswith("\n\n") for part in parts[:-2])


def test_a_part_that_begins_in_a_fence_knows_it() -> None:
    begun, rest = "```\n" + "a = 1\n\n" * 7, "b = 2\n" * 4 + "```\nSome words.\n\n"

    parts = list(split(f"{begun}{rest}More words that go on, to the end.", max_chars=60, width=len))

    assert parts == [begun, rest, "More words that go on, to the end."]
