"""Going on behind a cursor in a log that is played: every line once, whatever the clock does."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.adapters.docker import reader
from engine.adapters.docker.frames import Entry
from engine.adapters.docker.reader import (
    MARGIN_NS,
    Misplaced,
    Reader,
    first_tail,
    is_behind,
    wider,
)
from engine.domain.attempt import Cursor, Mark
from engine.ports.hosts import LogLine, Stream

START_NS = 1_700_000_000 * 10**9
OUT, ERR = Stream.STDOUT, Stream.STDERR


@pytest.fixture(autouse=True)
def small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let short logs have more than one window."""
    monkeypatch.setattr(reader, "FIRST_TAIL", 2)
    monkeypatch.setattr(reader, "GROWTH", 2)


def read_on(log: Sequence[Entry], cursor: Cursor) -> list[LogLine]:
    """Read as the adapter does, from an Engine that shows the last entries of `log`."""
    lines: list[LogLine] = []
    tail = first_tail(cursor)
    while True:
        window = log if tail is None else log[-tail:]
        opened = Reader(cursor, tail)
        try:
            for entry in window:
                lines += opened.read([entry])
                cursor = lines[-1].cursor if lines else cursor
            opened.end()
        except Misplaced:
            tail = wider(tail, cursor)
        else:
            return lines


def lines_of(log: Sequence[Entry]) -> dict[Stream, list[bytes]]:
    """Return the whole lines of each stream, without any cursor."""
    return {
        stream: b"".join(entry.text for entry in log if entry.stream is stream).split(b"\n")[:-1]
        for stream in Stream
    }


@st.composite
def logs(draw: st.DrawFn, *, steps: bool) -> list[Entry]:
    """Draw a log of two streams that are a little out of order, with lines in pieces.

    With `steps` the clock goes back now and then, and no stamp comes twice but within a line.
    """
    waits_ns = [0, 0, 1, 5, MARGIN_NS // 4, 3 * MARGIN_NS, *([-4 * MARGIN_NS] * steps)]
    clock_ns, log = START_NS, []
    last_ns, is_open = {OUT: 0, ERR: 0}, {OUT: False, ERR: False}
    for number in range(draw(st.integers(1, 40))):
        clock_ns += draw(st.sampled_from(waits_ns)) + 100 * steps
        stream = draw(st.sampled_from(Stream))
        stamp_ns = clock_ns - draw(st.sampled_from([0, 0, 2, MARGIN_NS // 3]))
        if is_open[stream]:  # The pieces of a line have one stamp.
            stamp_ns = last_ns[stream]
        elif steps:
            stamp_ns = stamp_ns // 100 * 100 + number
        else:
            stamp_ns = max(stamp_ns, last_ns[stream])
        last_ns[stream] = stamp_ns
        is_open[stream] = draw(st.integers(0, 3)) == 0
        log.append(Entry(stream, stamp_ns, b"%d" % number + b"\n" * (not is_open[stream])))
    return log


@settings(max_examples=400)
@given(logs(steps=False), st.data())
def test_a_read_that_is_cut_anywhere_and_goes_on_loses_and_repeats_nothing(
    log: list[Entry], data: st.DataObject
) -> None:
    assert_read_in_parts(log, data)


@settings(max_examples=400)
@given(logs(steps=True), st.data())
def test_a_clock_that_steps_back_at_any_time_loses_and_repeats_nothing(
    log: list[Entry], data: st.DataObject
) -> None:
    assert_read_in_parts(log, data)


def assert_read_in_parts(log: list[Entry], data: st.DataObject) -> None:
    cursor, lines = Cursor(), []
    for end in sorted(data.draw(st.lists(st.integers(0, len(log)), max_size=4))):
        part = read_on(log[:end], cursor)
        taken = part[: data.draw(st.integers(0, len(part)))]
        lines += taken
        cursor = taken[-1].cursor if taken else cursor
    lines += read_on(log, cursor)

    assert {stream: texts(lines, stream) for stream in Stream} == lines_of(log)


def texts(lines: Sequence[LogLine], stream: Stream) -> list[bytes]:
    return [line.text for line in lines if line.stream is stream]


def test_a_clock_that_steps_back_while_we_are_away_loses_nothing() -> None:
    before = [Entry(OUT, START_NS + n, b"%d\n" % n) for n in range(20)]
    after = [Entry(OUT, START_NS - 10 * MARGIN_NS + n, b"%d\n" % n) for n in range(20, 30)]
    cursor = read_on(before, Cursor())[-1].cursor

    lines = read_on(before + after, cursor)

    assert [line.text for line in lines] == [entry.text[:-1] for entry in after]
    assert lines[-1].cursor.stepped


def test_a_stream_that_was_silent_for_long_is_found_in_a_small_window() -> None:
    log = [Entry(ERR, START_NS, b"e0\n")]
    log += [Entry(OUT, START_NS + n * MARGIN_NS, b"%d\n" % n) for n in range(1, 40)]
    cursor = read_on(log, Cursor())[-1].cursor
    later = [Entry(ERR, START_NS + 60 * MARGIN_NS, b"e1\n")]

    window = Reader(cursor, tail=8).read((log + later)[-8:])

    assert [line.text for line in window] == [b"e1"]


def test_no_line_passes_before_the_place_of_the_cursor_is_found() -> None:
    cursor = Cursor(
        stdout=Mark(START_NS + 100 * MARGIN_NS, 1, 10),
        stderr=Mark(START_NS, 1, 10),
        floor_ns=START_NS + 100 * MARGIN_NS,
    )
    behind_a_step = [
        Entry(OUT, START_NS + 50 * MARGIN_NS, b"o\n"),
        Entry(ERR, START_NS + 51 * MARGIN_NS, b"the line before this one is not in the window\n"),
    ]

    with pytest.raises(Misplaced):
        Reader(cursor, tail=2).read(behind_a_step)


def test_a_window_that_starts_behind_the_cursor_is_widened() -> None:
    cursor = Cursor(stdout=Mark(START_NS, 1, 10), floor_ns=START_NS)

    with pytest.raises(Misplaced):
        Reader(cursor, tail=2).read([Entry(OUT, START_NS, b"x\n")])


def test_a_line_of_one_stream_never_passes_a_piece_of_the_other() -> None:
    log = [
        Entry(OUT, START_NS, b"half "),
        Entry(ERR, START_NS + 5 * MARGIN_NS, b"e\n"),
        Entry(OUT, START_NS, b"whole\n"),
    ]

    first, second = read_on(log, Cursor())

    assert first.cursor.floor_ns == START_NS
    assert second.text == b"half whole"
    assert [line.text for line in read_on(log, first.cursor)] == [b"half whole"]


def test_a_line_without_end_is_handed_on_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "LINE_MAX_BYTES", 4)
    log = [Entry(OUT, START_NS, text) for text in (b"ab", b"cd", b"e", b"f\n")]

    assert [line.text for line in read_on(log, Cursor())] == [b"abcd", b"ef"]


@pytest.mark.parametrize(
    ("now_s", "expected"),
    [
        pytest.param(99.0, False, id="cut-to-the-second"),
        pytest.param(98.0, True, id="behind"),
        pytest.param(101.0, False, id="ahead"),
    ],
)
def test_a_clock_is_behind_when_even_its_next_second_is(now_s: float, expected: bool) -> None:
    cursor = Cursor(stderr=Mark(100 * 10**9 - 1, 1, 1))

    assert is_behind(now_s, cursor) is expected
