"""How sessions end, and what dies on the way: on the real Engine."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from engine.api import (
    Conflict,
    EndReason,
    EventKind,
    JobKind,
    SessionState,
    Settings,
    Sizes,
    TaskState,
)
from tests.agents import DEAF, with_program
from tests.office import ANN, Office, opened_office

pytestmark = pytest.mark.docker

LONG_S = 3600.0
"""No test lasts as long as this grace."""


async def test_an_idle_session_that_is_stopped_is_done(office: Office) -> None:
    name = await office.start("slow=20/0.1")
    await office.task(f"{name}.1", TaskState.DONE)

    await office.do(lambda use: use.sessions.stop(name))
    ended = await office.ends(name)

    assert ended.reason is EndReason.DONE
    assert (await office.holds()).containers == {}
    assert len((await office.holds()).volumes) == 2


async def test_a_session_that_is_stopped_in_mid_turn_ends(office: Office) -> None:
    name = await office.start("slow=20/30 #1")
    await office.task(f"{name}.1", TaskState.RUNNING)
    await office.say(name, "slow=20/1 #2")

    await office.do(lambda use: use.sessions.stop(name))
    ended = await office.ends(name)

    assert ended.reason is EndReason.STOPPED
    tasks = [task.state for task in (await office.view(name)).tasks]
    assert tasks == [TaskState.CANCELLED, TaskState.DROPPED]
    assert await office.text(name) == await office.told(name)


async def test_stop_beats_allow(office: Office) -> None:
    name = await office.start("ask=1")
    await office.opened(f"{name}.1")

    await office.do(lambda use: use.sessions.stop(name))

    with pytest.raises(Conflict, match="withdrawn"):
        await office.allow(f"{name}.1")
    await office.ends(name)
    answers = [entry["answer"]["outcome"] for entry in await office.ledger(name, "answer")]
    assert all("optionId" not in answer for answer in answers)


async def test_kill_in_mid_turn_leaves_no_container(office: Office) -> None:
    name = await office.start("slow=50/30")
    await office.task(f"{name}.1", TaskState.RUNNING)

    await office.do(lambda use: use.sessions.kill(name))
    ended = await office.ends(name)

    assert (await office.holds()).containers == {}
    assert (ended.reason, ended.wanted) == (EndReason.KILLED, "kill")


async def test_kill_overtakes_a_stop_that_an_agent_does_not_obey(
    settings: Settings, source: Path
) -> None:
    patient = replace(settings, durations=replace(settings.durations, stop_grace_s=LONG_S))
    async with opened_office(with_program(patient, DEAF), source) as office:
        name = await office.start("go")
        await office.hears(name, "I do not listen.")
        await office.do(lambda use: use.sessions.stop(name))

        await office.do(lambda use: use.sessions.kill(name))
        ended = await office.ends(name)

        assert ended.reason is EndReason.KILLED


async def test_an_agent_that_obeys_nothing_is_ended_after_the_grace(
    settings: Settings, source: Path
) -> None:
    async with opened_office(with_program(settings, DEAF), source) as office:
        name = await office.start("go")
        await office.hears(name, "I do not listen.")

        await office.do(lambda use: use.sessions.stop(name))
        ended = await office.ends(name)

        assert ended.reason is EndReason.STOPPED


async def test_kill_while_preparing_leaves_no_container(office: Office) -> None:
    name = await office.start("work")
    await office.reaches(name, SessionState.PREPARING)

    await office.do(lambda use: use.sessions.kill(name))
    ended = await office.ends(name)

    assert ended.reason is EndReason.KILLED
    assert (await office.holds()).containers == {}
    states = [task.state for task in (await office.view(name)).tasks]
    assert states == [TaskState.DROPPED]


async def test_a_death_in_a_turn_is_left_to_a_person_and_holds_the_queue(
    office: Office,
) -> None:
    name = await office.start("slow=50/0.2 die=3 #1")
    await office.say(name, "slow=50/0.1 #2")
    unknown = await office.task(f"{name}.1", TaskState.UNKNOWN)
    await office.reaches(name, SessionState.READY)

    assert unknown.why == "The agent ended by itself with exit code 3."
    assert (await office.view(name)).session.attempt == 2
    assert (await office.view(name)).queued == 1

    await office.do(lambda use: use.tasks.done(f"{name}.1"))
    await office.task(f"{name}.2", TaskState.DONE)

    conversations = {entry["session"] for entry in await office.ledger(name, "prompt")}
    assert len(conversations) == 1
    assert await office.text(name) == await office.told(name)
    assert (await office.view(name)).session.deaths == 0


async def test_the_third_death_without_a_completed_turn_ends_the_session_until_a_restart(
    office: Office,
) -> None:
    name = await office.start("die=7")
    for _ in range(2):
        await office.task(f"{name}.1", TaskState.UNKNOWN)
        await office.reaches(name, SessionState.READY)
        await office.do(lambda use: use.tasks.retry(f"{name}.1"))

    ended = await office.ends(name)

    assert ended.reason is EndReason.AGENT_DIED
    assert "exit code 7" in ended.why
    assert len(await office.ledger(name, "prompt")) == 3
    await office.task(f"{name}.1", TaskState.UNKNOWN)

    await office.do(lambda use: use.sessions.restart(name, "", by=ANN))
    await office.do(lambda use: use.tasks.done(f"{name}.1"))
    await office.say(name, "slow=20/0.1")
    await office.task(f"{name}.2", TaskState.DONE)


async def test_an_agent_that_takes_too_much_memory_ends_the_session(office: Office) -> None:
    name = await office.start("memory")

    ended = await office.ends(name)

    assert ended.reason is EndReason.OOM
    assert "memory" in ended.why


async def test_output_past_the_limit_ends_the_session(settings: Settings, source: Path) -> None:
    small = replace(settings, sizes=Sizes(log_end_bytes=200_000))
    async with opened_office(small, source) as office:
        name = await office.start("flood=20000")

        ended = await office.ends(name)

        assert ended.reason is EndReason.DISK
        assert (await office.holds()).containers == {}


def with_limits(settings: Settings, **limits: int) -> Settings:
    """Return settings that measure all the time, and allow little."""
    environments = {
        name: replace(one, limits=replace(one.limits, **limits))
        for name, one in settings.environments.items()
    }
    durations = replace(settings.durations, janitor_s=0.3, measure_s=0.3)
    return replace(settings, durations=durations, environments=environments)


async def test_a_work_folder_past_its_limit_ends_the_session(
    settings: Settings, source: Path
) -> None:
    async with opened_office(with_limits(settings, work_bytes=1_000_000), source) as office:
        name = await office.start("slow=20/30")
        await office.task(f"{name}.1", TaskState.RUNNING)
        file = await office.keep(bytes(2_000_000))

        await office.job(name, JobKind.PUT, path="large", file=file)
        ended = await office.ends(name)

        assert ended.reason is EndReason.DISK
        assert ended.why == "Its work volume holds more than its environment allows."


async def test_a_session_at_rest_is_measured_too(settings: Settings, source: Path) -> None:
    async with opened_office(with_limits(settings, work_bytes=1_000_000), source) as office:
        name = await office.start("slow=20/0.1")
        await office.task(f"{name}.1", TaskState.DONE)
        file = await office.keep(bytes(2_000_000))

        await office.job(name, JobKind.PUT, path="large", file=file)
        ended = await office.ends(name)

        assert ended.reason is EndReason.DISK


async def test_a_home_past_its_limit_ends_the_session(settings: Settings, source: Path) -> None:
    async with opened_office(with_limits(settings, home_bytes=1_000), source) as office:
        name = await office.start("slow=20/30")

        ended = await office.ends(name)

        assert ended.reason is EndReason.DISK
        assert ended.why == "Its home volume holds more than its environment allows."


async def test_what_an_ended_session_leaves_is_measured_and_shown_until_it_goes(
    settings: Settings, source: Path
) -> None:
    quick = with_limits(settings)
    durations = replace(quick.durations, volumes_kept=timedelta(seconds=6))
    async with opened_office(replace(quick, durations=durations), source) as office:
        name = await office.start("slow=20/0.1", once=True)
        await office.ends(name)

        await office.comes_to(lambda use: use.views.session(name).volumes is not None)
        view = await office.view(name)
        assert view.volumes is not None
        assert view.volumes.work_bytes > 10_000
        held = (await office.engine.read(lambda use: use.views.host("local"))).volumes_bytes
        assert held == view.volumes.total_bytes

        await office.until(lambda use: use.sessions.find(name).volumes_until is None)
        assert (await office.view(name)).volumes is None
        assert (await office.engine.read(lambda use: use.views.host("local"))).volumes_bytes == 0


async def test_a_long_log_is_left_behind_between_turns(settings: Settings, source: Path) -> None:
    small = replace(settings, sizes=Sizes(log_replace_bytes=20_000))
    async with opened_office(small, source) as office:
        name = await office.start("flood=500 #1")
        await office.say(name, "slow=20/0.1 #2")

        await office.task(f"{name}.2", TaskState.DONE)

        session = (await office.view(name)).session
        assert (session.attempt, session.deaths) == (2, 0)
        assert "This is task 2 of our talk." in await office.text(name)
        assert await office.text(name) == await office.told(name)


async def test_a_container_that_somebody_removes_is_a_death(office: Office) -> None:
    name = await office.start("slow=50/30")
    await office.task(f"{name}.1", TaskState.RUNNING)

    [container] = (await office.holds()).containers
    await office.remove(container)
    unknown = await office.task(f"{name}.1", TaskState.UNKNOWN)
    await office.reaches(name, SessionState.READY)

    assert unknown.why == "Its container was removed by somebody else."
    assert (await office.view(name)).session.attempt == 2
    assert await office.events(name, EventKind.GAP) == []
