"""How much of a stream is safe to take, while its end may be the beginning of a secret."""

from hypothesis import given
from hypothesis import strategies as st

from engine.app.lines import Line, open_text, safe_count
from engine.domain.attempt import Cursor
from engine.domain.redaction import Redactor
from engine.ports.agents import Heard, Planned, Said, Thought
from engine.ports.hosts import LogLine, Stream

SECRET = "-".join(["correct", "horse", "battery"])


def a_line(heard: Heard | None) -> Line:
    stream = Stream.STDERR if heard is None else Stream.STDOUT
    return Line(LogLine(stream, b"", 0, 0, Cursor()), heard)


def said(*texts: str) -> list[Line]:
    return [a_line(Said(text, "")) for text in texts]


def test_only_the_last_run_of_one_kind_can_go_on() -> None:
    lines = [
        *said("old"),
        a_line(Planned([])),
        a_line(Thought("hm", "")),
        *said("a"),
        a_line(None),
        *said("b"),
    ]

    assert open_text(lines) == "ab"


def test_nothing_can_go_on_behind_another_message() -> None:
    assert open_text([*said("a"), a_line(Planned([]))]) == ""


def test_lines_are_taken_up_to_the_one_in_which_held_text_begins() -> None:
    lines = said("abc", "def", "ghi")

    assert [safe_count(lines, held_from) for held_from in (0, 3, 4, 6, 9)] == [0, 1, 1, 2, 3]


@given(st.lists(st.sampled_from([*SECRET, SECRET[:5], SECRET[5:], " ", "x"]), max_size=60))
def test_a_secret_in_pieces_is_never_taken_in_pieces(texts: list[str]) -> None:
    redactor = Redactor([SECRET])
    lines, taken = said(*texts), []

    while lines:
        text = open_text(lines)
        count = safe_count(lines, redactor.held(text))
        batch = lines[:count] or lines
        taken.append(redactor.redact(open_text(batch)))
        lines = lines[len(batch) :]

    assert SECRET not in "".join(taken)
    assert "".join(taken) == redactor.redact("".join(texts))
