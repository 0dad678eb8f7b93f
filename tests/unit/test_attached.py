"""Files that come along with a task are there before the agent hears of it."""

import asyncio
from dataclasses import replace

import pytest

from engine.adapters.acp.language import AcpLanguage
from engine.api import Attached, FileId
from engine.app.attached import prompt_of
from engine.app.changes import save_job
from engine.app.desk import Desk
from engine.app.loops.jobs import Jobs
from engine.app.outgoing import Outgoing
from engine.domain.attempt import Attempt
from engine.domain.job import Job, JobState, JobTrigger
from engine.domain.session import EndReason, SessionState
from engine.domain.task import Task
from engine.domain.values import SessionId
from engine.ports.store import Message
from tests.build import S1, a_session
from tests.ground import ANN, LOCAL, Ground

IMAGE = Attached(FileId("a" * 64), "image.png")
OTHER = Attached(FileId("b" * 64), "image.png")


@pytest.fixture
async def task(ground: Ground) -> Task:
    """A task with two files, in a session that is ready for it."""

    def set_up(desk: Desk) -> None:
        desk.tx.sessions.add(
            a_session(state=SessionState.READY, host=LOCAL, attempt=1, start_commit="c0ffee")
        )
        desk.tx.attempts.add(Attempt(session=S1, number=1, host=LOCAL, started_at=desk.now))

    await ground.at_desk(set_up)
    files = (IMAGE, OTHER)
    return await ground.do(
        lambda use: use.sessions.say("web-1", "Look.", now=False, by=ANN, files=files)
    )


async def jobs(ground: Ground) -> list[Job]:
    return await ground.at_desk(lambda desk: list(desk.tx.jobs.of(S1)))


async def due(ground: Ground) -> list[Message]:
    def ask(desk: Desk) -> list[Message]:
        attempt = desk.tx.attempts.find(S1, 1)
        assert attempt is not None
        session = desk.tx.sessions.get(S1)
        return Outgoing(desk, AcpLanguage(version="1"), session, attempt).due(set())

    return await ground.at_desk(ask)


async def end(ground: Ground, job: Job, trigger: JobTrigger) -> None:
    def end_it(desk: Desk) -> None:
        taken = job.moved(JobTrigger.TAKE, at=desk.now)
        save_job(desk, taken.moved(trigger, at=desk.now))

    await ground.at_desk(end_it)


async def test_a_task_waits_for_its_files_and_then_names_them(ground: Ground, task: Task) -> None:
    first, second = await jobs(ground)
    await end(ground, first, JobTrigger.FINISH)
    assert await due(ground) == []

    await end(ground, second, JobTrigger.FINISH)
    [prompt] = await due(ground)

    assert "attached/1/image.png, attached/1/image-2.png" in prompt.payload


async def test_a_file_that_could_not_be_brought_is_not_named(ground: Ground, task: Task) -> None:
    first, second = await jobs(ground)

    await end(ground, first, JobTrigger.FAIL)
    await end(ground, second, JobTrigger.FINISH)

    text = await ground.at_desk(lambda desk: prompt_of(desk, task))
    assert text == "Look.\n\nAttached files: attached/1/image-2.png"
    assert len(await due(ground)) == 1


async def test_editing_a_task_keeps_its_files(ground: Ground, task: Task) -> None:
    for job in await jobs(ground):
        await end(ground, job, JobTrigger.FINISH)

    edited = await ground.do(lambda use: use.tasks.edit("web-1.1", "Look twice."))

    text = await ground.at_desk(lambda desk: prompt_of(desk, edited))
    assert text.startswith("Look twice.\n\nAttached files: attached/1/image.png")


async def states_after_a_step(ground: Ground) -> list[JobState]:
    async with asyncio.TaskGroup() as tasks:
        await Jobs(ground.given).step(tasks)
    return [job.state for job in await jobs(ground)]


async def change(ground: Ground, **changes: object) -> None:
    def save(desk: Desk) -> None:
        session = desk.tx.sessions.get(SessionId(S1))
        desk.tx.sessions.save(replace(session, **changes))  # type: ignore[arg-type]  # by name

    await ground.at_desk(save)


async def test_files_wait_for_the_work_folder(ground: Ground, task: Task) -> None:
    await change(ground, start_commit="", state=SessionState.QUEUED)

    assert await states_after_a_step(ground) == [JobState.QUEUED, JobState.QUEUED]


async def test_files_of_a_session_that_never_had_a_work_folder_are_given_up(
    ground: Ground, task: Task
) -> None:
    await change(ground, start_commit="", state=SessionState.ENDED, reason=EndReason.KILLED)

    assert await states_after_a_step(ground) == [JobState.FAILED, JobState.FAILED]
    assert {job.why for job in await jobs(ground)} == {
        "The session ended before it had a work folder."
    }
