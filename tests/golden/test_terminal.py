"""What a terminal shows, character for character."""

import io
import json
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from rich.console import Console

from bot.commands import registry
from bot.console.diff import print_diff
from bot.console.follow import Follower
from bot.console.render import show
from bot.core.answer import Answer, Outcome
from bot.core.message import Buttons, Message, Said
from engine.api import Event, EventKind, EventNumber
from tests.golden.messages import HOSTILE, MESSAGES, event

Golden = Callable[[Path, str], None]

STORY = (
    event(1, EventKind.SESSION, state="queued", why="", reason=None),
    event(2, EventKind.TASK, number=1, state="queued", text="Fix the login."),
    event(3, EventKind.SESSION, state="working", why="", reason=None),
    event(4, EventKind.TASK, number=1, state="running"),
    event(
        5,
        EventKind.PLAN,
        entries=[
            {"content": "Read", "status": "in_progress"},
            {"content": "Write", "status": "pending"},
        ],
    ),
    event(6, EventKind.THOUGHT, text="Where is it?", message="m0"),
    event(7, EventKind.TEXT, text="I read ", message="m1"),
    event(8, EventKind.TEXT, text="all of it.", message="m1"),
    event(9, EventKind.TEXT, text="Another message.\n= ended (done)\n", message="m2"),
    event(10, EventKind.TOOL, id="c1", title="Edit login.py", kind="edit", status="pending"),
    event(
        11,
        EventKind.PLAN,
        entries=[
            {"content": "Read", "status": "completed"},
            {"content": "Write", "status": "in_progress"},
        ],
    ),
    event(
        12,
        EventKind.APPROVAL,
        approval="a1",
        number=1,
        state="open",
        title="Edit login.py",
        kind="edit",
        subject="/work/login.py",
        detail={},
    ),
    event(13, EventKind.APPROVAL, approval="a1", number=1, state="allowed", by="local:1000"),
    event(14, EventKind.TOOL, id="c1", status="failed"),
    event(15, EventKind.USAGE, used=10, size=100),
    event(16, EventKind.STDERR, text="warning: old config"),
    event(17, EventKind.GAP, why="The host's disk was full."),
    event(18, EventKind.TURN, stop_reason="end_turn", seconds=4.0),
    event(19, EventKind.JOB, job="j1", kind="diff", state="running"),
    event(20, EventKind.JOB, job="j1", kind="diff", state="done"),
    event(21, EventKind.TASK, number=1, state="done"),
    event(22, EventKind.SESSION, state="ended", reason="done", why="All tasks are done."),
)
ATTACK = (
    event(1, EventKind.TEXT, text=HOSTILE, message="m1"),
    event(2, EventKind.THOUGHT, text=HOSTILE, message="m1"),
    event(3, EventKind.TOOL, id=HOSTILE, title=HOSTILE),
    event(4, EventKind.PLAN, entries=[{"content": HOSTILE, "status": HOSTILE}, HOSTILE, 7]),
    event(5, EventKind.APPROVAL, number=1, state="open", title=HOSTILE, subject=HOSTILE),
    event(6, EventKind.APPROVAL, number=2, state="open", title="", detail={"x": HOSTILE}),
    event(7, EventKind.STDERR, text=HOSTILE),
    event(8, EventKind.NOISE, text=HOSTILE),
    event(9, EventKind.ALERT, text=HOSTILE, state="open", severity="critical"),
    event(10, EventKind.TASK, number=1, state="failed", why=HOSTILE),
    event(11, EventKind.HOST, host=HOSTILE, state="down"),
)


def printed(print_to: Callable[[Console], None]) -> str:
    stream = io.StringIO()
    print_to(Console(file=stream, width=100, force_terminal=False, highlight=False))
    return "".join(f"{line.rstrip()}\n" for line in stream.getvalue().split("\n")[:-1])


def followed(events: Iterable[Event]) -> str:
    def print_to(console: Console) -> None:
        follower = Follower(console, "web-1")
        for told in events:
            follower.feed(told)
        follower.end()

    return printed(print_to)


def acting(text: str) -> set[str]:
    """Characters that a terminal would act on, or that nobody would see."""
    return {
        char
        for char in text
        if char != "\n" and unicodedata.category(char) in {"Cc", "Cf", "Co", "Zl", "Zp"}
    }


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_looks_like_this(name: str, golden: Golden) -> None:
    golden(Path(f"messages/{name}.txt"), printed(lambda console: show(console, MESSAGES[name])))


@pytest.mark.parametrize("message", MESSAGES.values(), ids=list(MESSAGES))
def test_a_message_survives_being_stored(message: Message) -> None:
    answer = Answer(message, Outcome.DONE, EventNumber(7))

    again = Answer.decode(answer.encode())

    assert again.encode() == answer.encode()
    assert again.message.blocks == message.blocks
    assert (again.message.footer, again.message.pings) == (message.footer, message.pings)


def test_an_answer_from_before_there_were_footers_is_still_read() -> None:
    stored = Answer(MESSAGES["said"], Outcome.DONE, EventNumber(7)).plain()
    del stored["message"]["footer"], stored["message"]["pings"]

    again = Answer.decode(json.dumps(stored)).message

    assert (again.footer, again.pings) == ("", ())


@pytest.mark.parametrize("message", MESSAGES.values(), ids=list(MESSAGES))
def test_every_button_calls_a_command_that_takes_its_values(message: Message) -> None:
    buttons = [b for block in message.blocks if isinstance(block, Buttons) for b in block.items]

    for button in buttons:
        registry.find(button.call.path).bind(button.call.values)
        assert len(button.call.encode()) <= 100
    rows = [block.items for block in message.blocks if isinstance(block, Buttons)]
    assert all(len(row) <= 5 for row in rows)


def test_a_session_is_followed_like_this(golden: Golden) -> None:
    golden(Path("follow/story.txt"), followed(STORY))


def test_what_an_agent_says_cannot_act_on_the_terminal(golden: Golden) -> None:
    shown = followed(ATTACK)

    golden(Path("follow/attack.txt"), shown)
    assert acting(shown) == set()


@pytest.mark.parametrize("name", [name for name in MESSAGES if name.startswith("hostile")])
def test_what_strangers_wrote_cannot_act_on_the_terminal(name: str) -> None:
    assert acting(printed(lambda console: show(console, MESSAGES[name]))) == set()


def test_no_line_of_what_was_said_stands_without_a_gutter() -> None:
    said = Message(title="", blocks=(Said("one\n\n" + "word " * 100),))

    lines = printed(lambda console: show(console, said)).splitlines()

    assert len(lines) > 5
    assert all(line.startswith("  |") for line in lines)


def test_a_diff_cannot_act_on_the_terminal() -> None:
    diff = f"diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old\n+{HOSTILE}\n".encode()

    assert acting(printed(lambda console: print_diff(console, diff + b"\xff\x1b[2J"))) == set()


def test_a_session_that_is_restarted_is_not_over() -> None:
    follower = Follower(Console(file=io.StringIO()), "web-1")

    for told in STORY:
        follower.feed(told)
    is_over_then = follower.is_over
    follower.feed(event(23, EventKind.SESSION, state="queued", why="", reason=None))

    assert is_over_then
    assert not follower.is_over
