"""What tests on a whole engine stand on: images, a repository, settings, an office."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.images.agent import agent_image
from deploy.images.base import base_image
from deploy.images.engine import engine
from engine.api import (
    Agent,
    AgentName,
    Durations,
    Environment,
    EnvironmentName,
    HostName,
    HostSettings,
    Limits,
    Settings,
)
from tests.discord_room import Room, opened_room
from tests.docker_host import SOCKET
from tests.office import ANN, Office, git, opened_office
from tests.slack_room import Room as SlackRoom
from tests.slack_room import opened_room as opened_slack_room

MIB = 1024 * 1024


@pytest.fixture(scope="session")
def images() -> tuple[str, str]:
    """The base, and the demo agent on it."""
    with engine() as opened:
        return base_image(opened), agent_image(opened, "demo")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A small repository of this test."""
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "app.py").write_text("def main():\n    return 1\n")
    (folder / "outside").symlink_to("/etc/passwd")
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message=Start")
    return folder


@pytest.fixture
def settings(tmp_path: Path, images: tuple[str, str]) -> Settings:
    """One host with the demo agent, in a folder of this test."""
    base, demo = images
    return Settings(
        database=tmp_path / "halyard.db",
        files=tmp_path / "files",
        hosts=(HostSettings(name=HostName("local"), socket=SOCKET),),
        agents={
            AgentName("demo"): Agent(
                name=AgentName("demo"), image=demo, argv=("halyard-demo-agent",)
            )
        },
        environments={
            EnvironmentName("default"): Environment(
                name=EnvironmentName("default"),
                limits=Limits(memory_bytes=256 * MIB, tmp_bytes=64 * MIB, pids=64),
            )
        },
        admins=frozenset({ANN}),
        durations=Durations(stop_grace_s=2.0, host_check_s=0.5),
        helper_image=base,
    )


@pytest.fixture
async def office(settings: Settings, source: Path) -> AsyncIterator[Office]:
    """People at work with a project of the demo agent."""
    async with opened_office(settings, source) as office:
        yield office


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    """A server of the emulated Discord; Halyard is not there yet."""
    async with opened_room(tmp_path) as room:
        yield room


@pytest.fixture
async def workspace(tmp_path: Path) -> AsyncIterator[SlackRoom]:
    """A workspace of the emulated Slack; Halyard is not there yet."""
    async with opened_slack_room(tmp_path) as room:
        yield room
