"""Starting, steering and ending sessions, as people ask for it."""

from dataclasses import replace
from typing import Any

import pytest

from engine.app.changes import end_session
from engine.app.sessions import StartRequest
from engine.domain.errors import Conflict, NotFound, Refused
from engine.domain.event import EventKind
from engine.domain.job import JobKind
from engine.domain.session import EndReason, Session, SessionState, SessionTrigger, Wanted
from engine.domain.task import Task, TaskState
from engine.domain.values import (
    AgentName,
    Conversation,
    EnvironmentName,
    HostName,
    Network,
    ProjectName,
)
from engine.ports.store import Transaction
from tests.build import a_project
from tests.ground import ANN, BOB, DEMO, LOCAL, Ground

HERE = Conversation("local", "", "", "")
DEMO_PROJECT = ProjectName("demo")


def a_request(**changes: Any) -> StartRequest:
    request = StartRequest(actor=ANN, conversation=HERE, project=DEMO_PROJECT, task="Fix it.")
    return replace(request, **changes)


@pytest.fixture
async def started(ground: Ground) -> Session:
    await ground.at_desk(lambda desk: desk.tx.projects.add(a_project(name=DEMO_PROJECT)))
    return await ground.do(lambda use: use.sessions.start(a_request()))


async def put_into(ground: Ground, state: SessionState, task: TaskState) -> None:
    """Put the one session and its one task into the states that a runner would."""
    await ground.at_desk(
        lambda desk: desk.tx.sessions.save(
            replace(_session(desk.tx), state=state, host=LOCAL, attempt=1, start_commit="c1")
        )
    )
    await ground.at_desk(lambda desk: desk.tx.tasks.save(replace(_task(desk.tx), state=task)))


def _session(tx: Transaction) -> Session:
    found = tx.sessions.find(DEMO_PROJECT, 1)
    assert found is not None
    return found


def _task(tx: Transaction) -> Task:
    found = tx.tasks.find(_session(tx).id, 1)
    assert found is not None
    return found


async def states(ground: Ground) -> tuple[SessionState, list[TaskState]]:
    return await ground.at_desk(
        lambda desk: (
            _session(desk.tx).state,
            [task.state for task in desk.tx.tasks.of(_session(desk.tx).id)],
        )
    )


async def test_start_queues_a_session_with_its_task_and_tells_of_both(
    ground: Ground, started: Session
) -> None:
    told = await ground.events(EventKind.SESSION, EventKind.TASK)

    assert (started.name, started.state, started.agent) == ("demo-1", SessionState.QUEUED, DEMO)
    assert [(event.kind, event.data["state"]) for event in told] == [
        (EventKind.SESSION, "queued"),
        (EventKind.TASK, "queued"),
    ]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        pytest.param({"project": ProjectName("nope")}, "nope", id="project"),
        pytest.param(
            {"agent": AgentName("hal")}, "no agent hal; halyard.yaml has: demo", id="agent"
        ),
        pytest.param(
            {"environment": EnvironmentName("big")}, "no environment big", id="environment"
        ),
        pytest.param({"host": HostName("moon")}, "no host moon", id="host"),
        pytest.param({"task": " \n"}, "task is empty", id="empty-task"),
        pytest.param({"task": "x" * 1_000_000}, "1,000,000 characters", id="a-megabyte"),
        pytest.param({"task": "a\x1b[2Jb"}, "control characters", id="escape"),
        pytest.param({"task": "a\x00b"}, "control characters", id="nul"),
    ],
)
@pytest.mark.usefixtures("started")
async def test_a_start_that_cannot_be_is_told_and_changes_nothing(
    ground: Ground, changes: dict[str, Any], told: str
) -> None:
    before = await ground.events()

    with pytest.raises(Refused, match=told):
        await ground.do(lambda use: use.sessions.start(a_request(**changes)))

    assert await ground.events() == before


async def test_a_start_takes_what_it_names_before_what_the_project_has(
    ground: Ground, started: Session
) -> None:
    request = a_request(host=LOCAL, network=Network.JAIL, once=True)

    session = await ground.do(lambda use: use.sessions.start(request))

    assert (session.name, session.host_wanted, session.network, session.once) == (
        "demo-2",
        LOCAL,
        Network.JAIL,
        True,
    )


@pytest.mark.usefixtures("started")
@pytest.mark.parametrize("name", ["demo-2", "demo", "demo-", "other-1", "demo-1.1", ""])
async def test_a_session_that_is_not_there_is_told(ground: Ground, name: str) -> None:
    with pytest.raises(NotFound, match="session list"):
        await ground.do(lambda use: use.sessions.find(name))


@pytest.mark.usefixtures("started")
async def test_what_is_said_while_the_agent_works_waits_its_turn(ground: Ground) -> None:
    await put_into(ground, SessionState.WORKING, TaskState.RUNNING)

    task = await ground.do(lambda use: use.sessions.say("demo-1", "And this.", now=False, by=BOB))

    assert (task.number, task.actor) == (2, BOB)
    assert await states(ground) == (
        SessionState.WORKING,
        [TaskState.RUNNING, TaskState.QUEUED],
    )


@pytest.mark.usefixtures("started")
async def test_saying_it_now_cuts_what_the_agent_does(ground: Ground) -> None:
    await put_into(ground, SessionState.WORKING, TaskState.RUNNING)

    task = await ground.do(lambda use: use.sessions.say("demo-1", "Stop.", now=True, by=ANN))

    assert task.is_urgent
    assert (await states(ground))[1] == [TaskState.CANCELLING, TaskState.QUEUED]


@pytest.mark.usefixtures("started")
async def test_stopping_a_queued_session_ends_it_and_drops_its_task(ground: Ground) -> None:
    session = await ground.do(lambda use: use.sessions.stop("demo-1"))

    assert (session.state, session.reason) == (SessionState.ENDED, EndReason.STOPPED)
    assert (await states(ground))[1] == [TaskState.DROPPED]


@pytest.mark.usefixtures("started")
async def test_stopping_a_working_session_cuts_its_turn(ground: Ground) -> None:
    await put_into(ground, SessionState.WORKING, TaskState.RUNNING)

    session = await ground.do(lambda use: use.sessions.stop("demo-1"))

    assert (session.wanted, session.reason) == (Wanted.STOP, EndReason.STOPPED)
    assert await states(ground) == (SessionState.STOPPING, [TaskState.CANCELLING])


@pytest.mark.usefixtures("started")
async def test_stopping_a_session_without_open_tasks_is_done(ground: Ground) -> None:
    await put_into(ground, SessionState.READY, TaskState.DONE)

    session = await ground.do(lambda use: use.sessions.stop("demo-1"))

    assert session.reason is EndReason.DONE


@pytest.mark.usefixtures("started")
async def test_a_kill_overrules_a_stop(ground: Ground) -> None:
    await put_into(ground, SessionState.WORKING, TaskState.RUNNING)
    await ground.do(lambda use: use.sessions.stop("demo-1"))

    session = await ground.do(lambda use: use.sessions.kill("demo-1"))

    assert (session.state, session.wanted) == (SessionState.STOPPING, Wanted.KILL)
    assert session.reason is EndReason.KILLED


@pytest.mark.usefixtures("started")
async def test_a_session_that_is_to_stop_takes_no_more_tasks(ground: Ground) -> None:
    await put_into(ground, SessionState.WORKING, TaskState.RUNNING)
    await ground.do(lambda use: use.sessions.stop("demo-1"))

    with pytest.raises(Conflict, match="session restart"):
        await ground.do(lambda use: use.sessions.say("demo-1", "More.", now=False, by=ANN))


@pytest.mark.usefixtures("started")
async def test_an_ended_session_comes_back_while_its_volumes_are_there(ground: Ground) -> None:
    await end_with_volumes(ground)

    session = await ground.do(lambda use: use.sessions.restart("demo-1", "Go on.", by=ANN))

    assert (session.state, session.wanted, session.reason) == (
        SessionState.QUEUED,
        Wanted.RUN,
        None,
    )
    assert (await states(ground))[1][-1] is TaskState.QUEUED


@pytest.mark.usefixtures("started")
async def test_a_session_whose_volumes_are_gone_does_not_come_back(ground: Ground) -> None:
    await end_with_volumes(ground)
    await ground.at_desk(
        lambda desk: desk.tx.sessions.save(replace(_session(desk.tx), volumes_until=None))
    )

    with pytest.raises(Conflict, match="volumes of demo-1 are gone"):
        await ground.do(lambda use: use.sessions.restart("demo-1", "", by=ANN))


@pytest.mark.usefixtures("started")
async def test_a_session_without_work_has_no_diff(ground: Ground) -> None:
    with pytest.raises(Conflict, match="no work yet"):
        await ground.do(lambda use: use.sessions.ask("demo-1", JobKind.DIFF, {}, by=ANN))


@pytest.mark.usefixtures("started")
async def test_a_diff_is_asked_for_as_a_job_that_is_told_of(ground: Ground) -> None:
    await put_into(ground, SessionState.READY, TaskState.DONE)

    job = await ground.do(lambda use: use.sessions.ask("demo-1", JobKind.DIFF, {}, by=ANN))

    told = await ground.events(EventKind.JOB)
    assert [(event.data["job"], event.data["state"]) for event in told] == [(job.id, "queued")]


@pytest.mark.usefixtures("started")
async def test_numbers_of_a_removed_project_are_not_given_again(ground: Ground) -> None:
    await ground.do(lambda use: use.projects.remove("demo"))
    await ground.at_desk(lambda desk: desk.tx.projects.add(a_project(name=DEMO_PROJECT)))

    session = await ground.do(lambda use: use.sessions.start(a_request()))

    assert session.name == "demo-2"


async def end_with_volumes(ground: Ground) -> None:
    await put_into(ground, SessionState.STOPPING, TaskState.DONE)
    await ground.at_desk(
        lambda desk: end_session(
            desk,
            _session(desk.tx),
            SessionTrigger.STOPPED,
            EndReason.DONE,
            why="",
        )
    )
