"""Messages made of whatever texts, as tests give them to renderers."""

from collections.abc import Sequence
from datetime import UTC, datetime

from hypothesis import strategies as st

from bot.core.call import Call
from bot.core.message import (
    Button,
    Buttons,
    Checklist,
    Code,
    Fields,
    File,
    Message,
    Mono,
    Person,
    Said,
    Table,
    Text,
    Tone,
    When,
)
from engine.api import ActorId, FileId

Texts = st.SearchStrategy[str]

_times = st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001  # made aware below
_calls = st.builds(
    Call,
    st.sampled_from(("session stop", "approval allow", "approval deny", "status")),
    st.dictionaries(st.sampled_from(("session", "scope")), st.text(max_size=60), max_size=2),
)


def texts_of(fragments: Sequence[str]) -> Texts:
    """Texts made of the fragments, and any others."""
    hostile = st.lists(st.sampled_from(fragments) | st.text(max_size=5), max_size=60).map("".join)
    return hostile | st.text(max_size=300)


def long_texts_of(any_text: Texts) -> Texts:
    return st.builds(lambda text, times: text * times, any_text, st.integers(1, 200))


def messages_of(
    any_text: Texts, long_text: Texts, actors: st.SearchStrategy[ActorId]
) -> st.SearchStrategy[Message]:
    """Messages of every kind of block; the actors alone are notified."""
    spans = st.one_of(
        any_text,
        st.builds(Mono, any_text),
        st.builds(Person, actors | any_text.map(ActorId)),
        st.builds(When, _times.map(lambda at: at.replace(tzinfo=UTC, microsecond=0))),
    )
    rows = st.lists(st.tuples(any_text, any_text | long_text), max_size=8).map(tuple)
    button = st.builds(Button, st.sampled_from(("Stop", "Allow")) | any_text, _calls)
    done = st.tuples(st.just("done"), any_text)
    blocks = st.one_of(
        st.builds(Text, st.lists(spans, max_size=6).map(tuple)),
        st.builds(Said, any_text | long_text),
        st.builds(Code, any_text | long_text),
        st.builds(Fields, rows),
        st.builds(Table, st.tuples(any_text, any_text), rows),
        st.builds(Checklist, st.lists(done, max_size=5).map(tuple)),
        st.builds(File, st.just(FileId("5d" * 32)), any_text, st.integers(0, 10**9)),
        st.builds(Buttons, st.lists(button, max_size=5).map(tuple)),
    )
    return st.builds(
        Message,
        title=any_text,
        blocks=st.lists(blocks, max_size=7).map(tuple),
        footer=any_text,
        pings=st.lists(actors, max_size=3).map(tuple),
        tone=st.sampled_from(Tone),
    )
