"""Commands as they are typed in a chat."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import registry
from bot.core.call import Call
from bot.core.command import Command
from bot.core.typed import parse, typed
from engine.api import InvalidInput, NotFound, Refused

CURLY = "\u201c\u201d\u201e\u2018\u2019\u201a\u00ab\u00bb\u2013\u2014"
COMMANDS = sorted(registry, key=lambda command: command.path)


@st.composite
def calls(draw: st.DrawFn) -> Call:
    command = draw(st.sampled_from(COMMANDS))
    names = draw(st.permutations([option.name for option in command.options]))
    texts = st.one_of(st.text(), st.text(alphabet=f" \n\\'\"{CURLY}-=xnow"))
    given_names = names[: draw(st.integers(0, len(names)))]
    return Call(command.path, {name: draw(texts) for name in given_names})


@given(calls())
def test_what_is_typed_is_the_call_whatever_its_values_hold(call: Call) -> None:
    # What is left out by name goes by its place, and an empty place stays empty.
    assert parse(typed(call), registry) == call


@given(st.text())
def test_a_text_needs_no_quotes_and_goes_on_to_the_end(text: str) -> None:
    said = f"x{text}".rstrip()

    call = parse(f"session say web-1 {said}", registry)

    assert call.values == {"session": "web-1", "text": said}


@given(st.text(alphabet=f" \n\\'\"{CURLY}-=xnow!"), st.sampled_from(COMMANDS))
def test_whatever_is_typed_is_a_call_or_is_refused_with_a_sentence(
    text: str, command: Command[Any]
) -> None:
    refusal = "None."
    try:
        parse(f"{command.path} {text}", registry)
    except Refused as error:
        refusal = str(error)

    assert refusal.endswith((".", "?"))


def test_a_long_text_full_of_quotes_is_read_at_once() -> None:
    text = "\"\\ “ ' " * 20_000

    call = parse(f"session say web-1 {text}", registry)

    assert call.values["text"] == text.strip()


TYPED = {
    "session list": {},
    "Session List": {},
    "session  list limit=3": {"limit": "3"},
    "session list --limit 3": {"limit": "3"},
    "session list —limit 3": {"limit": "3"},
    "session list --limit=3": {"limit": "3"},
    "session list web": {"project": "web"},
    "session say web-1 fix the login": {"session": "web-1", "text": "fix the login"},
    "session say web-1 one\n\n  two ": {"session": "web-1", "text": "one\n\n  two"},
    "session say now=yes web-1 go on": {"session": "web-1", "text": "go on", "now": "yes"},
    "session say web-1 use now=yes": {"session": "web-1", "text": "use now=yes"},
    "session say web-1 “go on” now=yes": {"session": "web-1", "text": "go on", "now": "yes"},
    "session say web-1 „go on“": {"session": "web-1", "text": "go on"},
    "session say web-1 'tis done": {"session": "web-1", "text": "'tis done"},
    "session say web-1 don't": {"session": "web-1", "text": "don't"},
    'session say web-1 "login" is broken': {"session": "web-1", "text": '"login" is broken'},
    "session say web-1 --verbose fails": {"session": "web-1", "text": "--verbose fails"},
    "session say web-1 x=1 is wrong": {"session": "web-1", "text": "x=1 is wrong"},
    "session say text=go on session=web-1": {"text": "go on session=web-1"},
    "session say text='go on' session=web-1": {"text": "go on", "session": "web-1"},
    r'session say web-1 "a \"b\" \d \\"': {"session": "web-1", "text": r'a "b" \d \ '.strip()},
    "help session   start": {"command": "session start"},
    "status": {},
}


@pytest.mark.parametrize("text", TYPED)
def test_this_is_how_it_is_read(text: str) -> None:
    assert parse(text, registry).values == TYPED[text]


WRONG = [
    ("", NotFound, "Which command"),
    ("sesion list", NotFound, "did you mean `session list`"),
    ("session", NotFound, "needs a verb"),
    ("session show web-1 web-2", InvalidInput, "What is 'web-2'"),
    ("session show session=a session=b", InvalidInput, "session is given twice"),
]


@pytest.mark.parametrize(("text", "error", "sentence"), WRONG)
def test_what_cannot_be_read_is_answered_with_a_sentence(
    text: str, error: type[Refused], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        parse(text, registry)


def test_an_option_that_is_not_there_is_kept_for_the_sentence_that_refuses_it() -> None:
    assert parse("session list projct=web", registry).values == {"projct": "web"}
