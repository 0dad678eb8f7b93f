"""Taking apart what the Engine sends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.adapters.docker.frames import Entry, Frames
from engine.ports.hosts import Stream
from tests.docker_log import frame

ENTRIES = st.lists(
    st.builds(
        Entry,
        st.sampled_from(Stream),
        st.integers(10**18, 2 * 10**18),
        st.binary(max_size=40),
    ),
    max_size=8,
)


@given(ENTRIES, st.data())
def test_any_split_of_the_bytes_gives_the_same_entries(
    entries: list[Entry], data: st.DataObject
) -> None:
    sent = b"".join(map(frame, entries))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(sent)), max_size=10)))
    frames = Frames()

    portions = [sent[a:b] for a, b in zip([0, *cuts], [*cuts, len(sent)], strict=True)]
    found = [entry for portion in portions for entry in frames.feed(portion)]

    assert found == entries


def test_a_frame_that_is_not_whole_waits() -> None:
    sent = frame(Entry(Stream.STDOUT, 10**18, b"text\n"))
    frames = Frames()

    assert frames.feed(sent[:-1]) == []
    assert len(frames.feed(sent[-1:])) == 1


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"\x05" + frame(Entry(Stream.STDOUT, 10**18, b"x"))[1:], id="no-such-stream"),
        pytest.param(b"\x01\0\0\0\xff\0\0\0", id="too-long"),
        pytest.param(b"\x01\0\0\0\0\0\0\x04abc\n", id="no-stamp"),
        pytest.param(b"HTTP/1.1 500 Internal Server Error\r\n", id="another-language"),
    ],
)
def test_what_is_no_log_is_refused(sent: bytes) -> None:
    with pytest.raises(ValueError, match="log"):
        Frames().feed(sent)
