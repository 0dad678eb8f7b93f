"""Texts that try to act in Discord, and messages made of them."""

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

FRAGMENTS = (
    "@everyone",
    "@here",
    "<@80351110224678912>",
    "<@!80351110224678912>",
    "<@&1234567890123456>",
    "<#1234567890123456>",
    "</session stop:1234567890123456>",
    "<id:customize>",
    "<t:1700000000:R>",
    "<:ok:1234567890123456>",
    "<a:ok:1234567890123456>",
    ":smile:",
    ":100:",
    "[safe](http://evil.example)",
    "[a](<https://evil.example>)",
    "https://evil.example/a_b*c",
    "<https://evil.example>",
    "<mailto:a@b.example>",
    "discord.gg/abcdef",
    "https://discord.com/invite/abcdef",
    "DiscordApp.com/invite/abcdef",
    "**",
    "*",
    "__",
    "_",
    "~~",
    "||",
    "`",
    "``",
    "```",
    "```py\n",
    "\n```\n",
    "\\",
    "\\\\",
    "\\`",
    "\\*",
    "# ",
    "## ",
    "### ",
    "-# ",
    "> ",
    ">>> ",
    "- ",
    "* ",
    "+ ",
    "1. ",
    "12) ",
    "|a|b|\n|-|-|\n",
    "\n",
    "\n\n",
    "\n\n\n",
    " ",
    "    ",
    "\t",
    "\u202e",
    "\u2066",
    "\u200b",
    "\ufeff",
    "\u2028",
    "\u3164",
    "\U000e0041",
    "\ufe05",
    "\x00",
    "\x1b[2J",
    "\r",
    "\r\n",
    "e\u0301",
    "\U0001f469",
    "\u200d",
    "\U0001f4bb",
    "\u6f22\u5b57",
    "word",
    "a",
    "1",
    ".",
    ":",
    "@",
    "<",
    ">",
    "[",
    "]",
    "(",
    ")",
    "#",
    "-",
)
hostile_text = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=5), max_size=60).map("".join)
any_text = hostile_text | st.text(max_size=300)
long_text = st.builds(lambda text, times: text * times, any_text, st.integers(1, 200))

_actors = st.sampled_from(("discord:80351110224678912", "local:1000", "discord:7")).map(ActorId)
_times = st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001  # made aware below
_spans = st.one_of(
    any_text,
    st.builds(Mono, any_text),
    st.builds(Person, _actors | any_text.map(ActorId)),
    st.builds(When, _times.map(lambda at: at.replace(tzinfo=UTC, microsecond=0))),
)
_rows = st.lists(st.tuples(any_text, any_text | long_text), max_size=8).map(tuple)
_calls = st.builds(
    Call,
    st.sampled_from(("session stop", "approval allow", "approval deny", "status")),
    st.dictionaries(st.sampled_from(("session", "scope")), st.text(max_size=60), max_size=2),
)
_button = st.builds(Button, st.sampled_from(("Stop", "Allow")) | any_text, _calls)
_blocks = st.one_of(
    st.builds(Text, st.lists(_spans, max_size=6).map(tuple)),
    st.builds(Said, any_text | long_text),
    st.builds(Code, any_text | long_text),
    st.builds(Fields, _rows),
    st.builds(Table, st.tuples(any_text, any_text), _rows),
    st.builds(Checklist, st.lists(st.tuples(st.just("done"), any_text), max_size=5).map(tuple)),
    st.builds(File, st.just(FileId("5d" * 32)), any_text, st.integers(0, 10**9)),
    st.builds(Buttons, st.lists(_button, max_size=5).map(tuple)),
)
messages = st.builds(
    Message,
    title=any_text,
    blocks=st.lists(_blocks, max_size=7).map(tuple),
    footer=any_text,
    pings=st.lists(_actors, max_size=3).map(tuple),
    tone=st.sampled_from(Tone),
)
