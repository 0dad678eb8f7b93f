"""The count of `make chaos` finds a text that is lost, and forgives what may never have left."""

import json
from collections.abc import Sequence

import pytest

from tests.chaos.books import Books
from tests.chaos.count import texts
from tests.chaos.ledgers import Entry, Ledger

START: Entry = {"kind": "start"}
END: Entry = {"kind": "end"}


def text(text: str) -> Entry:
    return {"kind": "text", "text": text}


def books(told: str, *lives: Sequence[Entry]) -> Books:
    """Return the books of one session, whose agent wrote down `lives`."""
    event = {"kind": "text", "session": "s1", "data": json.dumps({"text": told})}
    return Books(
        said=[],
        contradictions=[],
        told=[],
        kills=[],
        streams=[],
        ledgers={"s1": Ledger([list(life) for life in lives])},
        sessions=[{"id": "s1", "project": "web", "number": 1}],
        tasks=[],
        approvals=[],
        inbox=[],
        jobs=[],
        messages=[],
        events=[event],
    )


def test_what_a_process_wrote_down_last_may_have_died_with_it() -> None:
    torn = [START, text("a\n"), text("b\n")]
    whole = [START, text("c\n"), END]

    assert list(texts(books("a\nc\n", torn, whole))) == []


@pytest.mark.parametrize("later", [[], [{"kind": "prompt", "text": "more"}]])
def test_the_last_text_of_a_turn_that_came_to_its_end_is_missed(later: Sequence[Entry]) -> None:
    life = [START, text("a\n"), text("b\n"), END, *later]

    assert list(texts(books("a\n", life))) == ["web-1: 1 texts of 2 are lost, such as ['b\\n']"]
