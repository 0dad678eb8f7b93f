"""Untrusted text in Discord: shown exactly, in parts, and inert."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.inert import inert
from bot.discord.markup import fenced, mono, standing, standing_width
from bot.drawing.split import beginning, clipped, split
from tests.conformance.read_markup import read
from tests.discord_limits import width
from tests.discord_scanner import live, unseen
from tests.discord_texts import FRAGMENTS, any_text, long_text


@given(any_text)
def test_any_text_is_shown_exactly_and_nothing_of_it_acts(text: str) -> None:
    markup = standing(inert(text))

    assert read(markup) == inert(text)
    assert live(markup) == set()
    assert unseen(markup) == set()


@pytest.mark.parametrize("fragment", FRAGMENTS, ids=ascii)
@pytest.mark.parametrize("around", ["{}", "a {} b", "{0}{0}", "x\n{}y", "{0}a{0}"])
def test_no_construct_of_discord_acts(fragment: str, around: str) -> None:
    assert live(standing(inert(around.format(fragment)))) == set()


@pytest.mark.parametrize(
    ("markup", "kind"),
    [
        ("<@80351110224678912>", "person"),
        ("[a](http://b)", "masked link"),
        ("a\n> b", "quote"),
        ("```\na\n```", "fence"),
        ("x `y` z", "code"),
        ("\\\\*a*", "emphasis"),
        (":tada:", "emoji"),
        ("1. a", "numbers"),
    ],
)
def test_the_scanner_sees_what_acts(markup: str, kind: str) -> None:
    assert kind in live(markup)


@given(any_text)
def test_a_name_in_a_fixed_width_face_stays_in_it(text: str) -> None:
    markup = f"{mono(inert(text))} and more"

    assert read(markup) == f"{inert(text)} and more"
    assert live(markup) <= {"code"}


@given(any_text)
def test_a_block_of_code_ends_where_its_text_ends(text: str) -> None:
    markup = f"before\n{fenced(inert(text))}\nafter"

    assert read(markup) == f"before\n{inert(text)}\nafter"
    assert live(markup) == {"fence"}


@given(long_text, st.integers(3, 2000))
def test_the_parts_of_a_text_are_the_text_at_every_limit(text: str, limit: int) -> None:
    parts = list(split(inert(text)[:20_000], max_chars=limit, width=standing_width))

    assert "".join(parts) == inert(text)[:20_000]
    for part in parts:
        markup = standing(part)
        assert 1 <= width(markup) <= limit
        assert read(markup) == part
        assert live(markup) == set()


@given(any_text, st.integers(10, 300))
def test_what_is_clipped_says_so(text: str, limit: int) -> None:
    shown = clipped(inert(text), max_chars=limit, width=standing_width)

    assert width(standing(shown.text)) <= limit
    assert shown.is_whole == (shown.text == inert(text))
    assert shown.is_whole or shown.text.endswith("…")


def test_parts_keep_the_indentation_at_their_beginning() -> None:
    text = "def f():\n" + "".join(f"    x{n} = {n}\n" for n in range(100))

    parts = list(split(text, max_chars=100, width=standing_width))

    assert all(left.endswith("\n") for left, _ in pairwise(parts))
    assert all(not standing(part)[0].isspace() for part in parts)


@given(any_text)
def test_a_beginning_is_one(text: str) -> None:
    shown = beginning(inert(text), max_chars=50, width=standing_width, max_lines=3)

    assert inert(text).startswith(shown)
    assert shown.count("\n") < 3
    assert width(standing(shown)) <= 50
