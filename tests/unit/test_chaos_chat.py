"""The count of `make chaos-discord` and its like finds each thing that may go wrong."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.chaos_chat.books import TOO_LATE, Asked, Books, Look, Shown, Spoken, moment
from tests.chaos_chat.count import differences
from tests.chaos_chat.summary import summary
from tests.halyard import Row

ANN, EVE = "chat:1", "chat:2"
STATUS, SAY, LEFT, WORD, EDIT = "10", "11", "12", "20", "21"
THREAD, CHANNEL, FURTHER = "100", "99", "102"
AT, MUCH_LATER = "2030-05-04 12:00:00", "2030-05-04 12:03:00"


def a_row(seq: int, key: str, path: str, outcome: str = "done", **values: str) -> Row:
    return {
        "seq": seq,
        "key": f"{ANN}/{key}",
        "path": path,
        "values": json.dumps(values),
        "answer": "{}",
        "outcome": outcome,
        "attempts": 1,
        "received_at": AT,
    }


def a_look(text: str, *calls: str) -> Look:
    return Look((text,), calls)


def a_delivery(id_: str, look: Look, **changes: object) -> Row:
    return {
        "id": id_,
        "look": look,
        "receipt": id_,
        "old_receipt": "",
        "state": "sent",
        "why": "",
        "card": "",
        "answers": None,
        "lane": THREAD,
        "created_at": AT,
        **changes,
    }


def shown(id_: str, look: Look, place: str = THREAD) -> Shown:
    return Shown(id=id_, place=place, look=look)


def a_task(number: int, text: str) -> Row:
    state = {"state": "queued", "why": ""}
    return {"id": f"t{number}", "session": "s1", "number": number, "text": text, **state}


def asked(key: str, path: str, *answers: str, **values: str) -> Asked:
    return Asked(
        key=f"{ANN}/{key}", path=path, values=values, is_acknowledged=True, answers=answers
    )


OTHER = {"id": "s2", "project": "web", "number": 2, "state": "queued", "thread": THREAD}
NOT_RUN = a_look("Not run", "call run?call=4")
REPORT, QUOTED = a_look("Report 15\n-# web"), a_look("Dropped by a person.\n> Report 15")
SHOW = a_look("The answer is for you alone", "call show?call=2")
RIGHT = Books(
    asked=[
        asked("9", "session start", "200", project="web", task="#1 begin"),
        asked(STATUS, "status", "201"),
        asked(SAY, "session say", "202", session="web-1", text="#2 say"),
        replace(asked(LEFT, "session say", session="web-1", text="#3 say"), is_acknowledged=False),
    ],
    spoken=[
        Spoken(key=f"{ANN}/message:{WORD}", place=THREAD, mark="#4", said_at=moment(AT)),
        Spoken(key=f"{EVE}/message:22", place=THREAD, mark="", said_at=moment(AT), is_for_us=False),
    ],
    shown=[
        shown("200", a_look("Queued")),
        shown("201", a_look("All is well")),
        shown("202", a_look("Told")),
        shown("203", NOT_RUN),
        shown("204", a_look("A post")),
        shown("205", a_look("A card")),
        shown("207", REPORT),
    ],
    texts={"#1": ["#1 begin"], "#2": ["#2 say"], "#3": ["#3 say"], "#4": ["#4 a", "#4 b"]},
    threads=[THREAD],
    channels=[CHANNEL],
    inbox=[
        a_row(1, "9", "session start", project="web", task="#1 begin"),
        a_row(2, STATUS, "status"),
        a_row(3, SAY, "session say", session="web-1", text="#2 say"),
        a_row(4, LEFT, "session say", "left", session="web-1", text="#3 say"),
        a_row(5, f"message:{WORD}", "session say", session="web-1", text="#4 a"),
        a_row(6, f"edit:{EDIT}", "task edit", task="web-1.3", text="#4 b"),
    ],
    deliveries=[
        a_delivery("200", a_look("Queued"), answers=f"{ANN}/9"),
        a_delivery("201", a_look("All is well"), answers=f"{ANN}/{STATUS}"),
        a_delivery("202", a_look("Told"), answers=f"{ANN}/{SAY}"),
        a_delivery("203", NOT_RUN),
        a_delivery("204", a_look("A post")),
        a_delivery("205", a_look("A card"), card="card:s1"),
        a_delivery("207", REPORT),
    ],
    sessions=[{"id": "s1", "project": "web", "number": 1, "state": "queued", "thread": THREAD}],
    mirrors=[],
    tasks=[a_task(1, "#1 begin"), a_task(2, "#2 say"), a_task(3, "#4 b")],
    told=[{"task": "t1"}, {"task": "t2"}, {"task": "t3"}, {"task": "t3"}],
    reports=[{"number": 16, "session": "s1", "text": "Report 15"}],
)


def changed(name: str, index: int, **changes: object) -> Books:
    """Return the books with one thing in them another than it was."""
    things = list(getattr(RIGHT, name))
    thing = things[index]
    is_row = isinstance(thing, dict)
    things[index] = {**thing, **changes} if is_row else replace(thing, **changes)
    return _with(name, things)


def without(name: str, index: int) -> Books:
    """Return the books with one thing missing."""
    things = list(getattr(RIGHT, name))
    del things[index]
    return _with(name, things)


def added(name: str, thing: object) -> Books:
    """Return the books with one thing too many."""
    return _with(name, [*getattr(RIGHT, name), thing])


def _with(name: str, things: Sequence[Any]) -> Books:
    changes: dict[str, Any] = {name: things}
    return replace(RIGHT, **changes)


def test_where_all_is_right_nothing_is_found() -> None:
    assert differences(RIGHT) == []
    assert "plain messages" in summary(RIGHT)


def test_what_is_settled_late_may_be_left_if_it_is_answered_so() -> None:
    told = a_look("Not run", "call run?call=2")
    late = replace(
        changed("inbox", 1, outcome="left"),
        deliveries=[
            RIGHT.deliveries[0],
            a_delivery("201", told, answers=f"{ANN}/{STATUS}", created_at=MUCH_LATER),
            *RIGHT.deliveries[2:],
        ],
        shown=[RIGHT.shown[0], shown("201", told), *RIGHT.shown[2:]],
    )

    assert differences(late) == []


def test_a_command_that_was_typed_and_read_late_may_be_left() -> None:
    told = a_look("Not run", "call run?call=5")
    row = {**RIGHT.inbox[4], "path": "status", "outcome": "left", "received_at": MUCH_LATER}
    late = replace(
        RIGHT,
        inbox=[*RIGHT.inbox[:4], row],
        deliveries=[*RIGHT.deliveries, a_delivery("206", told)],
        shown=[*RIGHT.shown, shown("206", told)],
        tasks=RIGHT.tasks[:2],
        told=RIGHT.told[:2],
    )

    assert differences(late) == []


def test_a_command_whose_acknowledgement_was_lost_is_done_once_or_not_at_all() -> None:
    cut = changed("asked", 1, is_acknowledged=False, is_cut=True)
    unheard = replace(
        cut,
        asked=[*cut.asked[:1], replace(cut.asked[1], answers=()), *cut.asked[2:]],
        inbox=[cut.inbox[0], *cut.inbox[2:]],
        deliveries=[cut.deliveries[0], *cut.deliveries[2:]],
        shown=[cut.shown[0], *cut.shown[2:]],
    )

    assert differences(cut) == []
    assert differences(unheard) == []


def test_an_answer_that_came_too_late_is_shown_by_a_line() -> None:
    assert differences(_too_late(SHOW)) == []


def _too_late(*lines: Look) -> Books:
    """Return the books with an answer in whose place these lines stand."""
    gone = {"receipt": "", "state": "failed", "why": TOO_LATE, "answers": f"{ANN}/{STATUS}"}
    told = [(f"21{number}", line) for number, line in enumerate(lines)]
    return replace(
        RIGHT,
        deliveries=[
            RIGHT.deliveries[0],
            a_delivery("201", a_look("All is well"), **gone),
            *RIGHT.deliveries[2:],
            *(a_delivery(id_, line) for id_, line in told),
        ],
        shown=[RIGHT.shown[0], *RIGHT.shown[2:], *(shown(id_, line) for id_, line in told)],
    )


def _reported(*places: str, since: int = 9, ended_at: str | None = None) -> Books:
    """Return the books with the report in these places, and a mirror that began then."""
    told = [f"22{number}" for number in range(len(places))]
    return replace(
        RIGHT,
        mirrors=[{"session": "s1", "thread": FURTHER, "since": since, "ended_at": ended_at}],
        deliveries=[*RIGHT.deliveries[:-1], *(a_delivery(id_, QUOTED) for id_ in told)],
        shown=[
            *RIGHT.shown[:-1],
            *(shown(id_, QUOTED, place) for id_, place in zip(told, places, strict=True)),
        ],
    )


@pytest.mark.parametrize(
    "books",
    [
        pytest.param(_reported(THREAD, FURTHER), id="in every thread"),
        pytest.param(_reported(THREAD, since=16), id="before the mirror began"),
        pytest.param(_reported(THREAD, ended_at=AT), id="after the mirror ended"),
        pytest.param(_reported(THREAD, FURTHER, ended_at=AT), id="before the mirror ended"),
    ],
)
def test_a_report_is_told_where_people_follow_its_session(books: Books) -> None:
    assert differences(books) == []


@pytest.mark.parametrize(
    ("books", "words"),
    [
        pytest.param(without("inbox", 1), "never kept", id="acknowledged before it was stored"),
        pytest.param(changed("inbox", 1, outcome="left"), "is left", id="left though acknowledged"),
        pytest.param(changed("inbox", 1, path="help"), "was taken as help", id="another command"),
        pytest.param(changed("asked", 1, answers=[]), "0 answers", id="an answer lost"),
        pytest.param(changed("asked", 1, answers=["1", "2"]), "2 answers", id="answered twice"),
        pytest.param(changed("asked", 1, is_thinking=True), "answers", id="still thinking"),
        pytest.param(changed("inbox", 3, outcome="done"), "not acknowledged", id="done unheard"),
        pytest.param(changed("asked", 1, is_form=True), "opened a form", id="a form that was kept"),
        pytest.param(without("inbox", 4), "never heard", id="a message lost"),
        pytest.param(
            changed("spoken", 0, key=f"{ANN}/message:23", place=CHANNEL),
            "never heard",
            id="a message to a channel lost",
        ),
        pytest.param(changed("spoken", 0, is_for_us=False), "not for us", id="overheard"),
        pytest.param(changed("spoken", 0, is_allowed=False), "may not", id="done without a role"),
        pytest.param(changed("inbox", 4, outcome="refused"), "refused to", id="wrongly refused"),
        pytest.param(without("shown", 3), "told of 0 times", id="not told that it was not run"),
        pytest.param(added("shown", shown("206", NOT_RUN)), "told of 2 times", id="told twice"),
        pytest.param(_too_late(), "0 lines show it", id="an answer that is nowhere"),
        pytest.param(_too_late(SHOW, SHOW), "2 lines show it", id="an answer shown twice"),
        pytest.param(
            changed("asked", 1, is_acknowledged=False, is_cut=True, answers=["1", "2"]),
            "2 answers",
            id="answered twice though cut",
        ),
        pytest.param(without("tasks", 1), "there are 0 tasks", id="an effect lost"),
        pytest.param(added("tasks", a_task(4, "#2 say")), "there are 2 tasks", id="done twice"),
        pytest.param(added("tasks", a_task(4, "#9 say")), "never said", id="out of nothing"),
        pytest.param(changed("tasks", 2, text="#4 a"), "is to say", id="an edit lost"),
        pytest.param(changed("tasks", 2, text="#4 c"), "nobody said", id="an edit made up"),
        pytest.param(changed("spoken", 0, is_deleted=True), "was deleted", id="a deletion lost"),
        pytest.param(
            replace(changed("spoken", 0, text="#4 c"), texts={**RIGHT.texts, "#4": ["#4 c"]}),
            "and its task '#4 b'",
            id="a change never heard",
        ),
        pytest.param(added("told", {"task": "t3"}), "told of 3 times", id="edited twice"),
        pytest.param(
            changed("tasks", 2, state="dropped", why="Dropped by a person."),
            "dropped 0 times",
            id="dropped by nobody",
        ),
        pytest.param(added("sessions", OTHER), "sessions were started", id="a session twice"),
        pytest.param(changed("sessions", 0, state="ended"), "not stopped", id="ended by nobody"),
        pytest.param(changed("sessions", 0, thread=""), "has no thread", id="no thread"),
        pytest.param(added("threads", "101"), "no session", id="a thread twice"),
        pytest.param(without("shown", 4), "is not there", id="a post lost"),
        pytest.param(
            changed("shown", 5, look=a_look("An old card")),
            "shows something else",
            id="a card that is not up to date",
        ),
        pytest.param(
            added("shown", shown("206", a_look("A post"))), "known to nobody", id="a post twice"
        ),
        pytest.param(changed("deliveries", 4, receipt="205"), "2 things", id="one for two"),
        pytest.param(changed("deliveries", 4, state="doubt"), "still doubt", id="a doubt left"),
        pytest.param(changed("deliveries", 4, state="failed"), "given up", id="given up"),
        pytest.param(changed("deliveries", 4, old_receipt="1"), "old message", id="an old card"),
        pytest.param(changed("inbox", 1, answer=None), "unanswered", id="never answered"),
        pytest.param(_reported(), f"told 0 times in {THREAD}", id="a report lost"),
        pytest.param(_reported(THREAD), f"told 0 times in {FURTHER}", id="a report not mirrored"),
        pytest.param(_reported(THREAD, THREAD), "told 2 times", id="a report twice"),
        pytest.param(
            _reported(THREAD, FURTHER, since=16), "does not belong", id="a report from before"
        ),
        pytest.param(replace(RIGHT, reports=[]), "No agent", id="nothing was reported"),
        pytest.param(
            replace(RIGHT, deliveries=[*RIGHT.deliveries[:3], *RIGHT.deliveries[:2:-1]]),
            "another order",
            id="posts out of order",
        ),
    ],
)
def test_what_went_wrong_is_found(books: Books, words: str) -> None:
    assert any(words in sentence for sentence in differences(books))
