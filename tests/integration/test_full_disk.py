"""A Docker host whose disk runs full: a second Engine on a small disk of its own."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from engine.adapters.docker.host import DockerHost
from engine.api import (
    EndReason,
    EventKind,
    HostName,
    HostSettings,
    InstallationId,
    SessionState,
    Settings,
    TaskState,
)
from engine.app.loops.speech import unlock_line
from engine.domain.attempt import Cursor
from engine.domain.errors import LogDamaged
from engine.domain.values import ContainerId
from engine.ports.hosts import LogLine
from tests.agents import COUNTING, with_program
from tests.docker_host import a_spec, docker_client, some_lines, started
from tests.office import Office, opened_office
from tests.small_engine import SmallEngine, small_engine

pytestmark = pytest.mark.docker

FULL = "host-full:local"
MIB = 1024**2


@pytest.fixture(scope="module")
def small(images: tuple[str, str]) -> Iterator[SmallEngine]:
    """An Engine with the demo agent's image, which serves helpers as well."""
    with small_engine(images[1]) as engine:
        yield engine


@pytest.fixture
def on_small(settings: Settings, small: SmallEngine, images: tuple[str, str]) -> Settings:
    """Settings whose only host is the small one."""
    host = HostSettings(name=HostName("local"), socket=small.socket, free_min_bytes=0)
    return replace(settings, hosts=(host,), helper_image=images[1])


@pytest.fixture
def cautious(on_small: Settings) -> Settings:
    """Settings that want some room on the host to stay free."""
    [host] = on_small.hosts
    return replace(on_small, hosts=(replace(host, free_min_bytes=100 * MIB),))


@pytest.fixture
async def host(small: SmallEngine, images: tuple[str, str]) -> AsyncIterator[DockerHost]:
    """The small Engine, as a host for a new installation."""
    installation = InstallationId(f"test{uuid4().hex[:8]}")
    settings = HostSettings(name=HostName("local"), socket=small.socket)
    host = DockerHost(settings, installation, base_image=images[1])
    yield host
    await asyncio.to_thread(small.make_room)
    await host.purge()
    await host.close()


def test_an_engine_beside_it_keeps_its_bridge(small: SmallEngine) -> None:
    with docker_client() as docker:
        bridge = docker.inspect_network("bridge")["Options"]["com.docker.network.bridge.name"]

    assert small.free_bytes
    assert bridge in [name for _, name in socket.if_nameindex()]


@pytest.mark.parametrize("has_room_again", [False, True])
async def test_a_log_with_a_hole_is_not_taken_for_a_whole_one(
    host: DockerHost, small: SmallEngine, images: tuple[str, str], has_room_again: bool
) -> None:
    before = small.lost_lines
    container = await started(host, a_spec(images[1], "cat"))
    async with host.stdin(container) as stdin:
        await stdin.write(unlock_line({}) + b"first\n")
        heard = await some_lines(host, container, 2)
        await asyncio.to_thread(small.fill)
        await stdin.write((b"x" * 5000 + b"\n") * 3)
        await asyncio.to_thread(small.lose_lines, before)
        if has_room_again:
            await asyncio.to_thread(small.make_room)
            await stdin.write(b"last\n" * 3)
            await asyncio.to_thread(small.logs, container, b"last")
    lines: list[LogLine] = []

    with pytest.raises(LogDamaged, match="had no room for a part of the log"):
        await read_into(lines, host, container, heard[0].cursor)

    assert lines[0] == heard[1]
    assert b"last" not in [line.text for line in lines]


async def test_sessions_stand_still_while_their_host_is_nearly_full(
    cautious: Settings, small: SmallEngine, source: Path
) -> None:
    async with opened_office(cautious, source, socket=small.socket) as office:
        name = await office.start("slow=50/3", once=True)
        await office.hears(name, "slow 5 of")

        await asyncio.to_thread(small.leave, 50 * MIB)
        paused = await office.alert(await paused_alert(office, name), "open")
        told = await office.alert(FULL, "open")
        states = (await office.holds()).containers.values()
        later = await office.start("slow=20/0.1", once=True)
        await office.waits(later, told)
        await asyncio.to_thread(small.make_room)
        ended = await office.ends(name)

        assert paused == "demo-1 is paused until host local has room on its disk."
        assert "its sessions are paused until there is room" in told
        assert list(states) == ["paused"]
        assert ended.reason is EndReason.DONE
        assert await office.text(name) == await office.told(name)
        assert await office.events(name, EventKind.GAP) == []
        await office.alert(FULL, "closed")
        await office.ends(later)


async def test_a_session_that_stands_still_can_be_stopped(
    cautious: Settings, small: SmallEngine, source: Path
) -> None:
    async with opened_office(cautious, source, socket=small.socket) as office:
        name = await office.start("slow=50/30")
        await office.hears(name, "slow 5 of")
        await asyncio.to_thread(small.leave, 50 * MIB)
        alert = await paused_alert(office, name)
        await office.alert(alert, "open")

        await office.do(lambda use: use.sessions.stop(name))
        ended = await office.ends(name)
        await asyncio.to_thread(small.make_room)

        assert ended.reason is EndReason.STOPPED
        await office.alert(alert, "closed")


@pytest.mark.timeout(120)
async def test_lines_that_a_full_host_lost_are_told_and_the_session_goes_on(
    on_small: Settings, small: SmallEngine, source: Path
) -> None:
    # Not the demo agent: its ledger lies on the full disk too.
    counting = with_program(on_small, COUNTING)
    async with opened_office(counting, source, socket=small.socket) as office:
        name = await office.start("30")
        await office.hears(name, "line 20\n")

        await asyncio.to_thread(small.fill)
        unknown = await office.task(f"{name}.1", TaskState.UNKNOWN)
        await asyncio.to_thread(small.make_room)
        await office.reaches(name, SessionState.READY)
        heard = await office.text(name)
        await office.do(lambda use: use.tasks.done(f"{name}.1"))
        await office.say(name, "0.1")
        await office.task(f"{name}.2", TaskState.DONE)

        assert unknown.why == "Host local had no room for a part of the log."
        gaps = [event.data for event in await office.events(name, EventKind.GAP)]
        assert unknown.why in [gap["why"] for gap in gaps]
        lines = heard.splitlines()
        assert lines == [f"line {number}" for number in range(1, len(lines) + 1)]
        assert (await office.text(name)).startswith(heard)
        assert (await office.view(name)).session.attempt == 2


async def read_into(
    lines: list[LogLine], host: DockerHost, container: ContainerId, cursor: Cursor
) -> None:
    async with asyncio.timeout(20):
        async for batch in host.lines(container, cursor):
            lines.extend(batch)


async def paused_alert(office: Office, name: str) -> str:
    return f"paused:{(await office.view(name)).session.id}"
