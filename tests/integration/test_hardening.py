"""What an agent tries from inside a running container, and does not get."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from ipaddress import ip_address, ip_network
from uuid import uuid4

import pytest
from docker import APIClient

from engine.adapters.docker.host import JAILS, DockerHost
from engine.adapters.docker.names import Names
from engine.domain.agent import MIB, Limits
from engine.domain.values import Network
from tests.docker_host import (
    S2,
    a_spec,
    all_lines,
    bare_image,
    docker_client,
    opened_host,
    output,
    plain_network,
    some_lines,
    started,
    texts,
)

pytestmark = pytest.mark.docker

TRY = """
import os, socket, sys
def tried(what, act):
    try:
        act()
    except OSError as error:
        print(what, "refused", error.errno)
    else:
        print(what, "DONE")
"""


@pytest.fixture(scope="module")
def image() -> Iterator[str]:
    with bare_image() as name:
        yield name


@pytest.fixture
async def host() -> AsyncIterator[DockerHost]:
    async with opened_host() as host:
        yield host


async def tried(host: DockerHost, image: str, script: str, network: Network = Network.NONE) -> str:
    spec = a_spec(image, "python3", "-c", TRY + script, network=network)
    return await output(host, spec)


@pytest.mark.parametrize(
    "place", ["/x", "/etc/passwd", "/usr/bin/git", "/run/x", "/proc/sys/kernel/core_pattern"]
)
async def test_nothing_outside_its_own_folders_can_be_written(
    host: DockerHost, image: str, place: str
) -> None:
    said = await tried(host, image, f"tried('write', lambda: open({place!r}, 'w'))")

    assert said.startswith("write refused")


async def test_its_own_folders_can_be_written_and_programs_run_in_them(
    host: DockerHost, image: str
) -> None:
    script = """
        set -e
        for folder in /work "$HOME" /tmp; do cp /usr/bin/id $folder/me; $folder/me -u; done
        echo secret >/run/secrets/a
        stat -c '%a %u' /run/secrets
    """

    said = await output(host, a_spec(image, "sh", "-c", script))

    assert said.split("\n") == ["10001", "10001", "10001", "700 10001"]


async def test_nothing_can_be_mounted(host: DockerHost, image: str) -> None:
    script = "mount -t tmpfs none /work; unshare --user --map-root-user id; unshare --mount id"

    said = await output(host, a_spec(image, "sh", "-c", script))

    assert "uid=" not in said
    assert said.count("superuser") + said.count("not permitted") == 3


async def test_a_program_with_roots_mode_bits_gives_no_root(host: DockerHost, image: str) -> None:
    script = "roots-id -u; grep -E 'NoNew|CapEff|Seccomp:' /proc/self/status"

    said = await output(host, a_spec(image, "sh", "-c", script))

    assert said.split() == ["10001", "CapEff:", "0" * 16, "NoNewPrivs:", "1", "Seccomp:", "2"]


async def test_no_raw_socket_can_be_opened(host: DockerHost, image: str) -> None:
    script = (
        "tried('raw', lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1))\n"
        "tried('packet', lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW))"
    )

    said = await tried(host, image, script, Network.JAIL)

    assert said.split("\n") == ["raw refused 1", "packet refused 1"]


async def test_there_is_no_docker_socket_and_no_device(host: DockerHost, image: str) -> None:
    script = "find / -xdev -type s 2>/dev/null; ls /var/run/docker.sock; find /dev -type b"

    said = await output(host, a_spec(image, "sh", "-c", script))

    assert said.startswith("ls: cannot access")


async def test_other_processes_of_the_host_are_not_seen(host: DockerHost, image: str) -> None:
    said = await output(host, a_spec(image, "sh", "-c", "ls -d /proc/[0-9]* | wc -l"))

    assert int(said) < 6


async def test_another_sessions_volumes_are_out_of_reach(host: DockerHost, image: str) -> None:
    mine = uuid4().hex
    first = await started(host, a_spec(image, "sh", "-c", f"echo {mine} | tee /work/a $HOME/b"))
    await all_lines(host, first)

    script = f"grep -rs {mine} /work /home /tmp /mnt /media /srv /opt /var; ls /var/lib/docker"
    said = await output(host, a_spec(image, "sh", "-c", script, session=S2))

    assert mine not in said
    assert "No such file" in said


async def test_forks_end_at_the_limit_and_the_container_lives(host: DockerHost, image: str) -> None:
    script = """
import time
children = 0
try:
    while children < 500:
        if os.fork() == 0:
            time.sleep(30)
        children += 1
except OSError as error:
    print(children, error.errno, flush=True)
time.sleep(30)
"""
    limits = Limits(memory_bytes=256 * MIB, pids=40, tmp_bytes=MIB)
    container = await started(host, a_spec(image, "python3", "-c", TRY + script, limits=limits))

    (line,) = texts(await some_lines(host, container, 1))

    children, errno = map(int, line.split())
    assert 20 < children < 40
    assert errno == 11
    await host.kill(container)


async def test_memory_ends_at_the_limit_and_tmp_counts(host: DockerHost, image: str) -> None:
    limits = Limits(memory_bytes=64 * MIB, pids=40, tmp_bytes=512 * MIB)
    script = "exec head -c 256M /dev/zero > /tmp/a"
    container = await started(host, a_spec(image, "sh", "-c", script, limits=limits))

    await all_lines(host, container)

    assert (await host.observe(container)).out_of_memory


async def test_a_file_ends_at_its_limit(host: DockerHost, image: str) -> None:
    limits = Limits(memory_bytes=64 * MIB, pids=40, file_bytes=MIB)
    script = "head -c 2M /dev/zero > /work/a; stat -c %s /work/a"

    said = await output(host, a_spec(image, "sh", "-c", script, limits=limits))

    assert str(MIB) in said.split("\n")


async def test_no_network_means_no_interface(host: DockerHost, image: str) -> None:
    said = await output(host, a_spec(image, "sh", "-c", "ls /sys/class/net; cat /proc/net/route"))

    assert said.split()[0] == "lo"
    assert said.count("\n") == 1  # The heading of the routes alone.


CONNECT = "tried('connect', lambda: socket.create_connection(({address!r}, {port}), 2))"
SERVE = """
server = socket.create_server(("", 0))
print(socket.gethostbyname(socket.gethostname()), server.getsockname()[1], flush=True)
while True:
    print(server.accept()[1], flush=True)
"""


@pytest.fixture
def bridge() -> Iterator[tuple[str, str]]:
    with plain_network() as network:
        yield network


async def test_a_jail_reaches_no_port_of_the_host_where_a_plain_network_does(
    host: DockerHost, image: str, bridge: tuple[str, str]
) -> None:
    plain, gateway = bridge
    visits: list[str] = []

    def visit(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visits.append(writer.get_extra_info("peername")[0])
        writer.close()

    async with await asyncio.start_server(visit, gateway, 0) as server:
        port = server.sockets[0].getsockname()[1]
        script = CONNECT.format(address=gateway, port=port)
        jailed = await tried(host, image, script, Network.JAIL)
        none = await tried(host, image, script, Network.NONE)
        assert visits == []
        reached = await asyncio.to_thread(_run_plainly, image, plain, script)

    assert jailed.startswith("connect refused")
    assert none.startswith("connect refused")
    assert reached == "connect DONE"
    assert len(visits) == 1


def _run_plainly(image: str, network: str, script: str) -> str:
    with docker_client() as client, _plainly_started(client, image, network, script) as made:
        client.wait(made, timeout=20)
        return client.logs(made).decode().strip()


@contextmanager
def _plainly_started(client: APIClient, image: str, network: str, script: str) -> Iterator[str]:
    config = client.create_host_config(network_mode=network)
    made = client.create_container(image, ["python3", "-c", TRY + script], host_config=config)
    try:
        client.start(made["Id"])
        yield made["Id"]
    finally:
        client.remove_container(made["Id"], force=True, v=True)


async def test_the_host_has_no_address_in_a_jail(host: DockerHost, image: str) -> None:
    await host.create(a_spec(image, "cat", network=Network.JAIL))
    with docker_client() as client:
        (network,) = client.networks(filters=Names(host.installation).filters())
    (config,) = network["IPAM"]["Config"]

    listed = await asyncio.create_subprocess_exec(
        "ip", "-4", "address", stdout=asyncio.subprocess.PIPE
    )
    addresses, _ = await listed.communicate()

    subnet = ip_network(config["Subnet"])
    found = re.findall(r"inet ([0-9.]+)", addresses.decode())
    assert found
    assert not [address for address in found if ip_address(address) in subnet]


async def test_a_jail_speaks_no_second_protocol(host: DockerHost, image: str) -> None:
    script = "ls /sys/class/net; cat /proc/net/if_inet6"

    said = await output(host, a_spec(image, "sh", "-c", script, network=Network.JAIL))

    assert said.split("\n") == ["eth0", "lo"]


async def test_two_jails_do_not_reach_each_other(host: DockerHost, image: str) -> None:
    first = a_spec(image, "python3", "-c", TRY + SERVE, network=Network.JAIL)
    container = await started(host, first)
    (line,) = texts(await some_lines(host, container, 1))
    address, port = line.decode().split()

    second = TRY + CONNECT.format(address=address, port=port)
    spec = a_spec(image, "python3", "-c", second, network=Network.JAIL, session=S2)
    said = await output(host, spec)

    assert said.startswith("connect refused")
    assert ip_address(address) in ip_network(JAILS)


async def test_the_way_out_passes_nothing_between_containers_where_a_plain_network_does(
    host: DockerHost, image: str, bridge: tuple[str, str]
) -> None:
    outside = await host._networks.outside()

    between = await asyncio.to_thread(_reached, image, outside)
    plain = await asyncio.to_thread(_reached, image, bridge[0])

    assert between.startswith("connect refused")
    assert plain == "connect DONE"


def _reached(image: str, network: str) -> str:
    """Try to reach a container from another in the same network."""
    with docker_client() as client, _plainly_started(client, image, network, SERVE) as serving:
        while not (line := client.logs(serving)):
            assert client.inspect_container(serving)["State"]["Running"]
        address, port = line.decode().split()
        return _run_plainly(image, network, CONNECT.format(address=address, port=port))
