"""From a call to an answer."""

from datetime import datetime
from typing import NoReturn

import pytest
from structlog.testing import capture_logs

from bot.core.answer import Answer, Outcome
from engine.api import (
    EVERYTHING,
    Conflict,
    Engine,
    EventNumber,
    HostUnavailable,
    InboxKey,
    UseCases,
)
from engine.app.changes import tell_approval
from engine.app.desk import Desk
from engine.app.sessions import Sessions
from engine.domain.host import HostState
from tests.build import an_approval
from tests.faces import asked, engine_of
from tests.ground import ANN, BOB, Ground

WEB = {"name": "web", "source": "https://git.example/acme/web.git"}
START = {"project": "web", "task": "Fix the login."}


@pytest.fixture
async def engine(ground: Ground) -> Engine:
    """An engine with one project and one session."""
    engine = engine_of(ground)
    await asked(engine, "project add", key="add", values=WEB)
    await asked(engine, "session start", key="start", values=START)
    return engine


def sentence(answer: Answer) -> str:
    data = answer.message.data
    assert isinstance(data, dict)
    return str(data["error"])


async def everything(ground: Ground) -> tuple[object, ...]:
    """All that a refused call might have changed."""
    return await ground.do(
        lambda use: (
            use.desk.tx.events.head(),
            use.projects.all(EVERYTHING),
            sessions := use.sessions.newest(EVERYTHING, project=None, limit=100),
            [list(use.desk.tx.tasks.of(session.id)) for session in sessions],
        )
    )


async def test_a_call_answers_and_tells_where_its_events_begin(
    engine: Engine, ground: Ground
) -> None:
    before = await ground.do(lambda use: use.desk.tx.events.head())

    answer = await asked(engine, "session start", key="again", values=START)

    assert answer.outcome is Outcome.DONE
    assert answer.message.session == "web-2"
    assert answer.head == before
    told = await engine.events(before, limit=10)
    assert [event.data.get("name") for event in told if "name" in event.data] == ["web-2"]


BAD = [
    pytest.param("sesion start", {}, "did you mean `session start`", id="unknown-command"),
    pytest.param("session start", {**START, "colour": "x"}, "no option 'colour'", id="option"),
    pytest.param("session start", {"project": "web"}, "task is missing", id="missing"),
    pytest.param(
        "session start", {**START, "project": "shop"}, "no project shop", id="other-project"
    ),
    pytest.param("session start", {**START, "agent": "hal"}, "no agent hal", id="agent"),
    pytest.param("session start", {**START, "host": "far"}, "no host far", id="host"),
    pytest.param("session start", {**START, "environment": "x"}, "no environment x", id="env"),
    pytest.param("session start", {**START, "task": " \n "}, "task is empty", id="empty"),
    pytest.param(
        "session start", {**START, "task": "x" * 1_000_000}, "1,000,000 characters", id="1-mb"
    ),
    pytest.param(
        "session start", {**START, "task": "a\x1b[2Jb"}, "control characters", id="control"
    ),
    pytest.param(
        "session show", {"session": "web\x07-1"}, "control characters", id="control-in-name"
    ),
    pytest.param("session say", {"session": "shop-1", "text": "x"}, "no session shop-1", id="shop"),
    pytest.param("session say", {"session": "web", "text": "x"}, "no session web", id="no-number"),
    pytest.param("session diff", {"session": "web-1"}, "has no work yet", id="too-early"),
    pytest.param("session restart", {"session": "web-1"}, "cannot restart", id="not-ended"),
    pytest.param("task drop", {"task": "web-1.9"}, "no task web-1.9", id="no-task"),
    pytest.param("task done", {"task": "web-1.1"}, "only an unknown one", id="not-unknown"),
    pytest.param("task cancel", {"task": "web-1.1"}, "`task drop` takes it off", id="queued"),
    pytest.param("approval allow", {"approval": "web-1.1"}, "no approval web-1.1", id="approval"),
    pytest.param("project add", WEB, "web", id="project-twice"),
    pytest.param("project add", {**WEB, "name": "My Web"}, "lower-case letters", id="bad-name"),
    pytest.param(
        "project add",
        {"name": "x", "source": "ftp://example.org/x"},
        "source must be an https:// address",
        id="bad-source",
    ),
    pytest.param(
        "project add",
        {"name": "x", "source": WEB["source"], "credential": "NOPE"},
        "no credential NOPE",
        id="credential",
    ),
    pytest.param("project remove", {"project": "shop"}, "shop", id="no-project"),
    pytest.param("host check", {"host": "far"}, "no host far", id="no-host"),
    pytest.param("session list", {"limit": "9" * 100}, "from 1 to 500", id="huge-limit"),
    pytest.param("session log", {"session": "web-1", "limit": "-1"}, "from 1 to 1000", id="minus"),
    pytest.param("session show", {"session": f"web-{'9' * 20}"}, "no session", id="huge-number"),
    pytest.param("task drop", {"task": f"web-1.{'9' * 20}"}, "no task", id="huge-task"),
    pytest.param("host check", {}, "host is missing", id="look-without-host"),
    pytest.param("help", {"command": "sesion"}, "did you mean `session`?", id="help"),
]


@pytest.mark.parametrize(("path", "values", "told"), BAD)
async def test_what_is_wrong_is_told_and_changes_nothing(
    path: str, values: dict[str, str], told: str, engine: Engine, ground: Ground
) -> None:
    before = await everything(ground)

    answer = await asked(engine, path, values=values)

    assert answer.outcome is Outcome.REFUSED
    assert told in sentence(answer)
    assert len(sentence(answer)) < 500
    assert await everything(ground) == before


async def test_the_same_key_does_it_once_and_answers_the_same(
    engine: Engine, ground: Ground
) -> None:
    first = await asked(engine, "session start", key="twice", values=START)
    before = await everything(ground)

    again = await asked(engine, "session start", key="twice", values=START)

    assert again == first
    assert await everything(ground) == before


async def test_the_key_of_another_actor_is_another_thing(engine: Engine) -> None:
    await asked(engine, "project list", key="mine")

    theirs = await asked(engine, "project list", key="mine", actor=BOB)

    assert theirs.outcome is Outcome.REFUSED


async def test_who_lacks_the_permission_is_told_and_changes_nothing(
    engine: Engine, ground: Ground
) -> None:
    before = await everything(ground)

    answer = await asked(engine, "session start", actor=BOB, values=START)

    assert answer.outcome is Outcome.REFUSED
    assert "local:1001 may not do this" in sentence(answer)
    assert await everything(ground) == before


async def test_who_lacks_the_permission_does_not_make_us_look_outside(
    engine: Engine, ground: Ground
) -> None:
    answer = await asked(engine, "host check", actor=BOB, values={"host": "local"})

    assert "may not do this" in sentence(answer)
    assert await ground.do(lambda use: use.views.host("local").status.state) is HostState.NEW


async def test_a_refusal_takes_back_what_was_done_before_it(
    engine: Engine, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = Sessions.start

    def start_and_refuse(self: Sessions, request: object) -> NoReturn:
        start(self, request)  # type: ignore[arg-type]
        raise Conflict("Too late.")

    monkeypatch.setattr(Sessions, "start", start_and_refuse)
    before = await everything(ground)

    answer = await asked(engine, "session start", values=START)

    assert sentence(answer) == "Too late."
    assert await everything(ground) == before


async def test_a_bug_shows_a_number_and_logs_no_text_of_anybody(
    engine: Engine, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(*_: object) -> NoReturn:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(Sessions, "start", explode)
    before = await everything(ground)

    with capture_logs() as logs:
        answer = await asked(engine, "session start", values=START)

    [entry] = logs
    assert answer.outcome is Outcome.BROKEN
    assert entry["event"] == "command_failed"
    assert entry["incident"] in sentence(answer)
    assert "secret" not in answer.encode()
    assert "secret" not in str(logs)
    assert START["task"] not in str(logs)
    assert any("explode" in frame for frame in entry["where"])
    assert await everything(ground) == before


async def test_what_is_unavailable_is_told_as_such(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> NoReturn:
        raise HostUnavailable("Host local does not answer.")

    monkeypatch.setattr(Sessions, "newest", fail)

    answer = await asked(engine, "session list")

    assert answer.outcome is Outcome.UNAVAILABLE
    assert "try again" in sentence(answer)


async def test_an_answer_is_stored_with_what_it_answers(engine: Engine, ground: Ground) -> None:
    answer = await asked(engine, "project list", key="kept")

    received = await ground.do(lambda use: use.desk.tx.inbox.find(InboxKey(f"{ANN}/kept")))

    assert received is not None
    assert received.answer == answer.encode()
    assert (received.path, received.outcome, received.surface) == ("project list", "done", "local")


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("status", {}),
        ("session show", {"session": "web-1"}),
        ("session log", {"session": "web-1"}),
        ("approval list", {}),
        ("approval list", {"session": "web-1"}),
        ("approval show", {"approval": "web-1.1"}),
    ],
)
async def test_an_answer_that_shows_a_question_lets_its_time_begin(
    path: str, values: dict[str, str], engine: Engine, ground: Ground
) -> None:
    await ground.at_desk(ask)

    await asked(engine, path, values=values)

    assert await ground.do(shown_at) == ground.clock.now()


@pytest.mark.parametrize("path", ["session list", "project list", "host list", "help"])
async def test_an_answer_without_the_question_leaves_its_time_alone(
    path: str, engine: Engine, ground: Ground
) -> None:
    await ground.at_desk(ask)

    await asked(engine, path)

    assert await ground.do(shown_at) is None


def ask(desk: Desk) -> None:
    [session] = desk.tx.sessions.newest(project=None, limit=1)
    approval = an_approval(session=session.id, task=None)
    desk.tx.approvals.add(approval)
    tell_approval(desk, approval)


def shown_at(use: UseCases) -> datetime | None:
    return use.approvals.find("web-1.1").shown_at


async def test_the_log_of_a_session_shows_its_events(engine: Engine) -> None:
    answer = await asked(engine, "session log", values={"session": "web-1"})

    data = answer.message.data
    assert isinstance(data, list)
    assert [entry["kind"] for entry in data] == ["session", "task"]
    assert answer.head > EventNumber(0)
