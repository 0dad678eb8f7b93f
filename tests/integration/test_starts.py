"""Sessions that do not get to work: each says why, in a sentence."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.api import EndReason, EnvironmentName, Settings, TaskState
from tests.agents import DEMO, REFUSING, with_agent, with_program
from tests.office import opened_office

pytestmark = pytest.mark.docker


async def test_an_image_that_is_not_there_is_told(settings: Settings, source: Path) -> None:
    demo = settings.agents[DEMO]
    agents = {DEMO: replace(demo, image="halyard-nothing:1")}
    async with opened_office(replace(settings, agents=agents), source) as office:
        name = await office.start("work")

        ended = await office.ends(name)

        assert ended.reason is EndReason.PREPARE_FAILED
        assert ended.why == (
            "Host local has no image halyard-nothing:1; build or load it there, then restart."
        )


async def test_a_runtime_that_the_host_does_not_have_is_told(
    settings: Settings, source: Path
) -> None:
    name = EnvironmentName("default")
    environments = {name: replace(settings.environments[name], runtime="no-such-runtime")}
    async with opened_office(replace(settings, environments=environments), source) as office:
        session = await office.start("work")

        ended = await office.ends(session)

        assert ended.reason is EndReason.FAILED
        assert "no-such-runtime" in ended.why


@pytest.mark.parametrize(
    ("source", "said"),
    [
        pytest.param("/nowhere/at/all", "The source /nowhere/at/all cannot be read", id="path"),
        pytest.param("https://127.0.0.1/x.git", "127.0.0.1", id="loopback"),
        pytest.param("https://no-such-host.invalid/x.git", "no-such-host.invalid", id="name"),
    ],
)
async def test_a_source_that_cannot_be_cloned_is_told(
    settings: Settings, source: str, said: str
) -> None:
    async with opened_office(settings, source) as office:
        name = await office.start("work")

        ended = await office.ends(name)

        assert ended.reason is EndReason.PREPARE_FAILED
        assert said in ended.why
        assert (await office.holds()).containers == {}


@pytest.mark.parametrize(
    ("argv", "why"),
    [
        pytest.param(("false",), "The agent ended by itself with exit code 1.", id="exits"),
        pytest.param(("no-such-program",), "The agent ended by itself", id="missing"),
        pytest.param(("sleep", "600"), "The agent did not open a session in time.", id="silent"),
    ],
)
async def test_an_agent_that_opens_no_session_is_given_up_after_three_tries(
    settings: Settings, source: Path, argv: tuple[str, ...], why: str
) -> None:
    hasty = replace(settings, durations=replace(settings.durations, start_s=1.0))
    async with opened_office(with_agent(hasty, *argv), source) as office:
        name = await office.start("work")

        ended = await office.ends(name)

        assert ended.reason is EndReason.AGENT_DIED
        assert ended.why.startswith(why)
        assert ended.attempt == 3
        assert (await office.holds()).containers == {}
        assert [task.state for task in (await office.view(name)).tasks] == [TaskState.QUEUED]


async def test_an_agent_that_refuses_to_open_a_session_ends_it_at_once(
    settings: Settings, source: Path
) -> None:
    async with opened_office(with_program(settings, REFUSING), source) as office:
        name = await office.start("work")

        ended = await office.ends(name)

        assert (ended.reason, ended.attempt) == (EndReason.FAILED, 1)
        assert "Log in first." in ended.why
