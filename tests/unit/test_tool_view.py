"""What a tool would do is shown so that a person can judge it, and whole."""

from collections.abc import Mapping

import pytest

from bot.views.tool import COMPARED_MAX_CHARS, details
from engine.api import Json


def change(old: str | None, new: str, path: str = "/work/a.txt") -> dict[str, Json]:
    return {"type": "diff", "path": path, "oldText": old, "newText": new}


def texts(detail: Mapping[str, Json], subject: str = "") -> list[str]:
    return [block.text for block in details(detail, subject)]


def test_a_command_that_is_the_subject_is_not_said_twice() -> None:
    assert texts({"rawInput": {"command": "make"}}, "make") == []
    assert len(texts({"rawInput": {"command": "make", "cwd": "/"}}, "make")) == 1
    assert len(texts({"rawInput": {"command": "make"}}, "ls")) == 1


def test_a_change_of_a_file_is_shown_as_a_diff_and_not_as_two_texts() -> None:
    detail: dict[str, Json] = {
        "toolCallId": "t",
        "status": "pending",
        "content": [change("a\nb\n", "a\nc\n")],
    }

    assert texts(detail) == ["--- /work/a.txt\n+++ /work/a.txt\n…\n a\n-b\n+c"]


def test_a_new_file_is_shown_whole() -> None:
    [shown] = texts({"content": [change(None, "x\ny\n")]})

    assert shown.splitlines() == ["--- /dev/null", "+++ /work/a.txt", "…", "+x", "+y"]


def test_the_place_of_a_change_is_not_said_twice() -> None:
    here: list[Json] = [{"path": "/work/a.txt"}]
    there: list[Json] = [{"path": "/work/b.txt"}]

    assert len(texts({"content": [change("a", "b")], "locations": here})) == 1
    assert "/work/b.txt" in texts({"content": [change("a", "b")], "locations": there})[1]


def test_what_is_no_change_of_a_file_is_shown_as_it_came() -> None:
    detail: dict[str, Json] = {
        "rawInput": {"command": "make test"},
        "content": [change("a", "b"), {"type": "content", "text": "why"}],
    }

    shown = texts(detail)

    assert len(shown) == 2
    assert "make test" in shown[1]
    assert "why" in shown[1]
    assert "newText" not in shown[1]


@pytest.mark.parametrize("content", ["text", 7, None, ["x"], [{"type": "diff"}]])
def test_content_of_no_known_form_is_shown_as_it_came(content: Json) -> None:
    detail: dict[str, Json] = {"content": content, "rawInput": "r"}

    [shown] = texts(detail)

    assert '"rawInput": "r"' in shown


def test_a_change_that_is_too_long_to_compare_is_shown_whole() -> None:
    new = "y" * COMPARED_MAX_CHARS

    [shown] = texts({"content": [change("before", new)]})

    assert "before" in shown
    assert new in shown


def test_a_change_of_the_ends_of_lines_alone_is_not_shown_as_nothing() -> None:
    assert texts({"content": [change("a\n", "a")]}) == [
        "/work/a.txt: only the ends of lines change"
    ]
