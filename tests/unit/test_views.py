"""Engine values as messages, and events as lines."""

import json
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.answer import Answer, Outcome
from bot.core.inert import inert, one_line
from bot.core.message import Buttons, Code, Message, Text, Tone, text
from bot.core.told import decode_event, encode_event
from bot.views import status
from bot.views.event import LINE_MAX_CHARS, line_of
from bot.views.words import claimed, context_of, duration, shortened, size
from engine.api import EventKind, EventNumber
from tests.golden.messages import BUSY, MESSAGES, QUIET, event


@pytest.mark.parametrize("kind", EventKind)
def test_every_kind_of_event_is_told_in_one_line_whatever_it_holds(kind: EventKind) -> None:
    for data in ({}, {"text": "a\nb" * 1000, "state": None, "entries": 7, "seconds": "x"}):
        line = line_of(event(1, kind, **data))

        assert "\n" not in line
        assert len(line) <= LINE_MAX_CHARS


@pytest.mark.parametrize("kind", EventKind)
def test_an_event_survives_the_stream(kind: EventKind) -> None:
    told = event(7, kind, text="line\none\u2028two", deep={"list": [1, None, True]})

    line = encode_event(told)

    assert "\n" not in line
    assert decode_event(line) == told


@given(st.text(), st.text())
def test_a_message_survives_being_stored_whatever_it_says(title: str, content: str) -> None:
    message = Message(title=title, blocks=(text(content), Code(content)), tone=Tone.BAD)
    answer = Answer(message, Outcome.REFUSED, EventNumber(3))

    assert Answer.decode(answer.encode()) == answer


@pytest.mark.parametrize("name", MESSAGES)
def test_every_message_has_the_same_for_programs(name: str) -> None:
    message = MESSAGES[name]

    assert name == "hostile" or message.data is not None
    json.dumps(message.data)


def test_tasks_of_which_nobody_knows_are_counted_where_they_are_not_shown() -> None:
    [(name, task)] = BUSY.unknown

    seven = status.overview(replace(BUSY, approvals=(), unknown=((name, task),) * 7))

    said = [block.spans for block in seven.blocks if isinstance(block, Text)]
    assert said[5] == ("2 more may not have been done. They show when these are resolved.",)


def test_what_needs_a_person_comes_before_what_is_only_so() -> None:
    busy = status.overview(BUSY)
    kinds = [type(block).__name__ for block in busy.blocks]

    assert busy.title == "9 things wait for you"
    assert kinds[0] == "Table"
    assert kinds[-2:] == ["Table", "Table"]
    assert sum(isinstance(block, Buttons) for block in busy.blocks) == 7
    assert status.overview(QUIET).tone is Tone.GOOD


@given(st.text())
def test_no_text_can_act_on_a_terminal(said: str) -> None:
    shown = one_line(said)

    acting = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
    assert not acting & {unicodedata.category(char) for char in shown}


def test_text_that_only_says_something_stays_as_it_is() -> None:
    plain = "Grüße, 世界 👍\n\tżółć — ok"

    assert inert(plain) == plain


@pytest.mark.parametrize(
    ("count", "shown"),
    [(None, "-"), (0, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (3 * 1024**4, "3.0 TiB")],
    ids=str,
)
def test_a_size_is_shown(count: int | None, shown: str) -> None:
    assert size(count) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.04, "0.0s"),
        (9.5, "9.5s"),
        (59.4, "59s"),
        (59.6, "1m00s"),
        (150, "2m30s"),
        (3700, "1h01m"),
    ],
    ids=str,
)
def test_a_duration_is_shown(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown


def test_a_text_is_shortened_to_a_line() -> None:
    assert shortened("a\nb") == "a …"
    assert shortened("abc", max_chars=3) == "abc"
    assert shortened("abcd", max_chars=3) == "ab…"


def test_claims_are_shown_as_claims() -> None:
    usage = {"used": 50, "size": 200, "claimed_microusd": 1_500_000}

    assert context_of(usage) == "50 of 200 tokens (25 %)"
    assert claimed(usage) == "claimed $1.50"
    assert (context_of({}), claimed({})) == ("-", "-")
