"""Buttons of Slack: what each carries, and how it looks."""

from typing import Any

import pytest

from bot.commands import registry
from bot.core.call import Call
from bot.core.message import Button, Buttons, Message
from bot.core.typed import parse
from bot.slack.buttons import typed
from bot.slack.draft import Draft
from bot.slack.press import call_of
from bot.slack.render import render
from tests.slack_scanner import strings


def buttons(draft: Draft) -> list[list[dict[str, Any]]]:
    return [list(block["elements"]) for block in draft.blocks if block["type"] == "actions"]


def test_a_button_carries_its_call() -> None:
    call = Call("session stop", {"session": "web-1", "why": "a&b=c ?"})

    (draft,) = render(Message(title="x", blocks=(Buttons((Button("Stop", call),)),)), parts_max=3)

    ((pressed,),) = buttons(draft)
    assert call_of(pressed) == call


@pytest.mark.parametrize(
    "action",
    [
        {"action_id": "call:0"},
        {"action_id": "call:0", "value": "nothing of ours"},
        {"action_id": "pick", "value": "session stop?"},
        {},
    ],
)
def test_what_is_no_button_of_ours_makes_no_call(action: dict[str, str]) -> None:
    assert call_of(action) is None


def test_buttons_that_find_no_room_are_named_as_they_are_typed() -> None:
    many = tuple(
        Buttons(tuple(Button(f"Show {n}", Call("task show", {"task": f"{r}.{n}"})) for n in "abcd"))
        for r in range(7)
    )
    far = Buttons((Button("Far", Call("session stop", {"session": "x" * 200})),))

    (draft,) = render(Message(title="x", blocks=(*many, far)), parts_max=3)

    assert [len(row) for row in buttons(draft)] == [5, 5, 5, 5, 5]
    seen = "\n".join(strings(draft.blocks))
    assert '!task show task="6.d"' in seen
    assert f'!session stop session="{"x" * 200}"' in seen


def test_what_is_to_be_typed_makes_the_same_call() -> None:
    call = Call("session say", {"session": "web-1", "text": 'say "hello" to \\all'})

    assert parse(typed(call).removeprefix("!"), registry) == call


def test_danger_looks_like_it() -> None:
    names = ("approval allow", "approval deny", "session stop", "session log")
    row = Buttons(tuple(Button(path, Call(path)) for path in names))

    (draft,) = render(Message(title="x", blocks=(row,)), parts_max=3)

    styles = [button.get("style") for button in buttons(draft)[0]]
    assert styles == ["primary", "danger", "danger", None]
