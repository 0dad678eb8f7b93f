"""What a Docker host promises of containers, networks and volumes, on the real Engine."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from docker import APIClient
from docker.types import IPAMConfig, IPAMPool

from engine.adapters.docker.host import DockerHost
from engine.adapters.docker.names import Names
from engine.domain.agent import MIB, Limits
from engine.domain.attempt import Cursor
from engine.domain.errors import ContainerLost, Failed, HostUnavailable
from engine.domain.host import HostSettings
from engine.domain.values import ContainerId, HostName, InstallationId, Network
from engine.ports.hosts import ContainerState
from tests.docker_host import (
    S1,
    S2,
    SOCKET,
    a_spec,
    all_lines,
    base_image,
    opened_host,
    some_lines,
    started,
    texts,
)

pytestmark = pytest.mark.docker

GONE = ContainerId("0" * 64)


async def test_check_says_what_the_engine_is(host: DockerHost, docker: APIClient) -> None:
    facts = await host.check()

    assert facts.engine_id == docker.info()["ID"]
    assert facts.free_bytes is not None
    assert facts.free_bytes > MIB


async def test_a_forwarded_engine_is_asked_for_its_room_by_a_container(
    host: DockerHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = (await host.check()).free_bytes
    monkeypatch.setattr("socket.gethostname", lambda: "another-machine")

    there = (await host.check()).free_bytes

    assert here is not None
    assert there == pytest.approx(here, rel=0.05)


async def test_an_image_is_there_or_not(host: DockerHost, image: str) -> None:
    assert await host.has_image(image)
    assert not await host.has_image("halyard-no-such-image")


async def test_create_again_returns_the_container_that_is_there(
    host: DockerHost, image: str
) -> None:
    spec = a_spec(image, "true")

    first, second = await host.create(spec), await host.create(spec)

    assert first == second
    assert (await host.observe(first)).state is ContainerState.CREATED


async def test_create_without_the_image_fails_for_good(host: DockerHost) -> None:
    with pytest.raises(Failed, match="no image halyard-no-such-image"):
        await host.create(a_spec("halyard-no-such-image", "true"))


async def test_create_with_an_unknown_runtime_fails_for_good(host: DockerHost, image: str) -> None:
    with pytest.raises(Failed, match="runtime"):
        await host.create(a_spec(image, "true", runtime="no-such-runtime"))


async def test_a_container_of_the_same_name_with_other_labels_is_refused(
    host: DockerHost, image: str, docker: APIClient
) -> None:
    spec = a_spec(image, "true")
    names = Names(host.installation)
    labels = names.labels(S1, role="agent", attempt=2)
    docker.create_container(image, "true", name=names.container(S1, 1), labels=labels)

    with pytest.raises(HostUnavailable, match="did not make"):
        await host.create(spec)


@pytest.mark.parametrize("kind", ["work", "home"])
async def test_a_volume_of_the_same_name_without_our_labels_is_refused(
    host: DockerHost, image: str, docker: APIClient, kind: str
) -> None:
    name = f"halyard-{host.installation}-{S1}-{kind}"
    docker.create_volume(name)
    try:
        with pytest.raises(HostUnavailable, match="did not make"):
            await host.create(a_spec(image, "true"))
    finally:
        docker.remove_volume(name)


async def test_start_leaves_a_running_container_alone(host: DockerHost, image: str) -> None:
    container = await started(host, a_spec(image, "sleep", "60"))

    await host.start(container)

    assert (await host.observe(container)).state is ContainerState.RUNNING


async def test_a_container_that_has_ended_is_never_started_again(
    host: DockerHost, image: str
) -> None:
    container = await started(host, a_spec(image, "true"))
    await all_lines(host, container)

    with pytest.raises(ContainerLost):
        await host.start(container)


async def test_start_of_one_that_is_gone_is_lost(host: DockerHost) -> None:
    with pytest.raises(ContainerLost):
        await host.start(GONE)


async def test_the_exit_code_is_observed(host: DockerHost, image: str) -> None:
    container = await started(host, a_spec(image, "sh", "-c", "exit 7"))
    await all_lines(host, container)

    facts = await host.observe(container)

    assert (facts.state, facts.exit_code, facts.out_of_memory) == (
        ContainerState.EXITED,
        7,
        False,
    )


async def test_gone_is_an_answer(host: DockerHost) -> None:
    assert (await host.observe(GONE)).state is ContainerState.GONE


ENDINGS: list[Any] = [
    pytest.param(lambda host, one: host.stop(one, grace_s=1), id="stop"),
    pytest.param(lambda host, one: host.kill(one), id="kill"),
    pytest.param(lambda host, one: host.pause(one, paused=True), id="pause"),
    pytest.param(lambda host, one: host.pause(one, paused=False), id="unpause"),
    pytest.param(lambda host, one: host.remove(one), id="remove"),
]


@pytest.mark.parametrize("end", ENDINGS)
async def test_gone_is_no_error(
    host: DockerHost, end: Callable[[DockerHost, ContainerId], Awaitable[None]]
) -> None:
    await end(host, GONE)


@pytest.mark.parametrize("end", ENDINGS)
async def test_ended_is_no_error(
    host: DockerHost, image: str, end: Callable[[DockerHost, ContainerId], Awaitable[None]]
) -> None:
    container = await started(host, a_spec(image, "true"))
    await all_lines(host, container)

    await end(host, container)

    assert (await host.observe(container)).state is not ContainerState.RUNNING


async def test_stop_is_polite_first(host: DockerHost, image: str) -> None:
    script = "trap 'echo bye; exit 5' TERM; echo up; while :; do sleep 0.1; done"
    container = await started(host, a_spec(image, "sh", "-c", script))
    await some_lines(host, container, 1)

    await host.stop(container, grace_s=20)

    assert (await host.observe(container)).exit_code == 5
    assert texts(await all_lines(host, container)) == [b"up", b"bye"]


async def test_stop_kills_what_does_not_listen(host: DockerHost, image: str) -> None:
    script = "trap '' TERM; echo up; while :; do sleep 0.1; done"
    container = await started(host, a_spec(image, "sh", "-c", script))
    await some_lines(host, container, 1)

    await host.stop(container, grace_s=0.3)

    assert (await host.observe(container)).exit_code == 137


async def test_kill_ends_a_busy_container(host: DockerHost, image: str) -> None:
    container = await started(
        host, a_spec(image, "sh", "-c", "trap '' TERM; echo up; while :; do :; done")
    )
    await some_lines(host, container, 1)

    await host.kill(container)

    assert (await host.observe(container)).state is ContainerState.EXITED


async def test_a_stop_with_a_long_grace_holds_up_nobody_else(host: DockerHost, image: str) -> None:
    script = "trap '' TERM; echo up; sleep 60"
    deaf = [await started(host, a_spec(image, "sh", "-c", script, attempt=n)) for n in range(1, 7)]
    for container in deaf:
        await some_lines(host, container, 1)

    async with asyncio.TaskGroup() as tasks:
        stops = [tasks.create_task(host.stop(one, grace_s=50)) for one in deaf]
        async with asyncio.timeout(5):
            for container in deaf:
                await host.kill(container)
            await asyncio.gather(*stops)


async def test_a_paused_container_stands_still_and_goes_on(host: DockerHost, image: str) -> None:
    container = await started(host, a_spec(image, "cat"))

    for _ in range(2):
        await host.pause(container, paused=True)
    paused = await host.observe(container)
    for _ in range(2):
        await host.pause(container, paused=False)

    assert paused.state is ContainerState.PAUSED
    assert (await host.observe(container)).state is ContainerState.RUNNING


async def test_memory_over_the_limit_is_seen_as_such(host: DockerHost, image: str) -> None:
    script = "x = bytearray(1 << 30)"
    container = await started(host, a_spec(image, "python3", "-c", script))
    await all_lines(host, container)

    facts = await host.observe(container)

    assert (facts.exit_code, facts.out_of_memory) == (137, True)


async def test_a_child_that_took_too_much_memory_does_not_name_the_containers_end(
    host: DockerHost, image: str
) -> None:
    script = "python3 -c 'x = bytearray(1 << 30)'; exit 3"
    container = await started(host, a_spec(image, "sh", "-c", script))
    await all_lines(host, container)

    facts = await host.observe(container)

    assert (facts.exit_code, facts.out_of_memory) == (3, False)


async def test_both_volumes_outlive_the_container(host: DockerHost, image: str) -> None:
    script = "echo work > /work/a && echo home > $HOME/a"
    first = await started(host, a_spec(image, "sh", "-c", script))
    await all_lines(host, first)
    await host.remove(first)

    second = await started(host, a_spec(image, "sh", "-c", "cat /work/a $HOME/a", attempt=2))

    assert texts(await all_lines(host, second)) == [b"work", b"home"]


async def test_the_limits_reach_the_container(host: DockerHost, image: str) -> None:
    limits = Limits(memory_bytes=128 * MIB, tmp_bytes=32 * MIB, open_files=99, file_bytes=MIB)
    script = "ulimit -n; ulimit -c; ulimit -f; df --output=size -B1 /tmp | tail -1"
    container = await started(host, a_spec(image, "sh", "-c", script, limits=limits))

    words = [int(text) for text in texts(await all_lines(host, container))]

    assert words == [99, 0, MIB // 512, 32 * MIB]


async def test_settings_reach_the_container_and_home_is_ours(host: DockerHost, image: str) -> None:
    spec = a_spec(image, "sh", "-c", 'echo "$A"; pwd; echo "$HOME"', env={"A": "b c", "HOME": "/"})
    container = await started(host, spec)

    assert texts(await all_lines(host, container)) == [b"b c", b"/work", b"/home/agent"]


async def test_the_inventory_lists_all_that_was_made(host: DockerHost, image: str) -> None:
    container = await started(host, a_spec(image, "cat", network=Network.JAIL, attempt=3))

    inventory = await host.inventory()

    (found,) = inventory.containers
    assert (found.container, found.role, found.session, found.attempt, found.state) == (
        container,
        "agent",
        S1,
        3,
        ContainerState.RUNNING,
    )
    assert abs(found.created_s - time.time()) < 60
    prefix = f"halyard-{host.installation}-{S1}"
    assert found.name == f"{prefix}-3"
    assert inventory.volumes == {f"{prefix}-work": S1, f"{prefix}-home": S1}
    assert inventory.networks == {prefix: S1}


async def test_what_is_removed_is_gone_and_may_be_removed_again(
    host: DockerHost, image: str
) -> None:
    one = await started(host, a_spec(image, "cat", network=Network.JAIL))
    await host.create(a_spec(image, "cat", network=Network.JAIL, session=S2))

    for _ in range(2):
        await host.remove(one)
        await host.remove_volumes(S1)
        await host.remove_network(S1)

    left = await host.inventory()
    assert [found.session for found in left.containers] == [S2]
    assert set(left.volumes.values()) == {S2}
    assert set(left.networks.values()) == {S2}


async def test_two_installations_do_not_see_or_touch_each_others_things(
    host: DockerHost, image: str
) -> None:
    spec = a_spec(image, "cat", network=Network.JAIL)
    await started(host, spec)
    mine = await host.inventory()

    async with opened_host() as other:
        await other.create(spec)
        await other.remove_volumes(S2)
        for found in (await other.inventory()).containers:
            await other.remove(found.container)
        await other.remove_volumes(S1)
        await other.remove_network(S1)

    assert await host.inventory() == mine
    assert len(mine.containers) == 1


async def test_many_jails_at_once_get_networks_of_their_own(image: str, docker: APIClient) -> None:
    async with opened_host(jails="10.214.7.0/26") as host:
        specs = [
            a_spec(image, "cat", network=Network.JAIL, session=f"s{number}") for number in range(8)
        ]
        await asyncio.gather(*(host.create(spec) for spec in specs))
        with pytest.raises(HostUnavailable, match="No range"):
            await host.create(a_spec(image, "cat", network=Network.JAIL, session="one-too-many"))

        networks = docker.networks(filters=Names(host.installation).filters())

    assert len({network["IPAM"]["Config"][0]["Subnet"] for network in networks}) == 8


async def test_a_jail_keeps_clear_of_networks_of_others(image: str, docker: APIClient) -> None:
    taken = IPAMConfig(pool_configs=[IPAMPool(subnet="10.214.8.0/29")])
    theirs = docker.create_network(f"theirs-{uuid4().hex[:8]}", ipam=taken)
    try:
        async with opened_host(jails="10.214.8.0/28") as host:
            await host.create(a_spec(image, "cat", network=Network.JAIL))
            (ours,) = docker.networks(filters=Names(host.installation).filters())
    finally:
        docker.remove_network(theirs["Id"])

    assert ours["IPAM"]["Config"][0]["Subnet"] == "10.214.8.8/29"


async def test_another_process_of_the_same_installation_goes_on_with_what_is_there(
    host: DockerHost, image: str
) -> None:
    spec = a_spec(image, "cat", network=Network.JAIL)
    container = await started(host, spec)
    settings = HostSettings(name=host.name, socket=SOCKET)
    later = DockerHost(settings, host.installation, base_image=base_image())

    found = await later.create(spec)
    async with host.stdin(container) as before, later.stdin(found) as after:
        await before.write(b"one\n")
        await some_lines(later, found, 1)
        await after.write(b"two\n")
        lines = await some_lines(later, found, 2)
    await later.close()

    assert found == container
    assert texts(lines) == [b"one", b"two"]


async def test_a_host_that_is_silent_is_unavailable_after_its_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.adapters.docker.host.ANSWER_S", 1)
    path = str(tmp_path / "silent.sock")

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_unix_server(say_nothing, path):
        host = DockerHost(
            HostSettings(name=HostName("local"), socket=path),
            InstallationId("none"),
            base_image="none",
        )
        for ask in (
            host.check(),
            anext(aiter(host.lines(GONE, Cursor()))),
            host.stdin(GONE).__aenter__(),
        ):
            with pytest.raises(HostUnavailable, match="local"):
                await ask
        await host.close()


async def test_a_host_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    async with opened_host(socket=str(tmp_path / "none.sock")) as host:
        for ask in (
            host.check(),
            host.inventory(),
            host.observe(GONE),
            host.create(a_spec("any", "true")),
            anext(aiter(host.lines(GONE, Cursor()))),
            host.stdin(GONE).__aenter__(),
        ):
            with pytest.raises(HostUnavailable, match="local"):
                await ask


async def test_lines_of_a_container_that_is_gone_are_lost(host: DockerHost) -> None:
    with pytest.raises(ContainerLost):
        await all_lines(host, GONE)


async def test_a_call_that_is_cancelled_has_ended_when_the_caller_goes_on(
    host: DockerHost, image: str
) -> None:
    spec = a_spec(image, "cat")
    async with asyncio.TaskGroup() as tasks:
        creating = tasks.create_task(host.create(spec))
        await asyncio.sleep(0)
        creating.cancel()

    first = await host.inventory()

    assert len(first.volumes) == 1
    assert await host.inventory() == first
