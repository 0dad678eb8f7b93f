"""A host on the real Docker Engine, for tests: everything made goes with its installation id."""

import io
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager, contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from docker import APIClient

from engine.adapters.docker.host import JAILS, DockerHost
from engine.adapters.docker.names import Names
from engine.domain.agent import MIB, Limits
from engine.domain.attempt import Cursor
from engine.domain.host import HostSettings
from engine.domain.source import SourceRules
from engine.domain.values import ContainerId, HostName, InstallationId, Network, SessionId
from engine.ports.hosts import ContainerSpec, LogLine, Stream

SOCKET = "/var/run/docker.sock"
ROOT = Path(__file__).parent.parent
S1 = SessionId("s1")
S2 = SessionId("s2")


@cache
def base_image() -> str:
    """Return the image that all agents stand on, made if it is not there."""
    command = [sys.executable, "-m", "deploy.images", "base"]
    made = subprocess.run(  # noqa: S603 - our own program
        command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=600
    )
    return made.stdout.splitlines()[-1]


@contextmanager
def docker_client() -> Iterator[APIClient]:
    """Open a client that sees everything on the Engine."""
    client = APIClient(base_url=f"unix://{SOCKET}", version="auto", timeout=30)
    try:
        yield client
    finally:
        client.close()


@contextmanager
def bare_image() -> Iterator[str]:
    """Make the base without its entrypoint and with a program that is root's by its mode bits."""
    tag = f"halyard-test:{uuid4().hex[:12]}"
    recipe = f"""
        FROM {base_image()}
        USER root
        RUN cp /usr/bin/id /usr/local/bin/roots-id && chmod 4755 /usr/local/bin/roots-id
        USER 10001:10001
        ENTRYPOINT []
    """
    with docker_client() as client:
        recipe_file = io.BytesIO(recipe.encode())
        said = list(
            client.build(fileobj=recipe_file, tag=tag, rm=True, forcerm=True, network_mode="none")
        )
        assert client.images(name=tag), said
        try:
            yield tag
        finally:
            client.remove_image(tag, force=True)


@contextmanager
def plain_network() -> Iterator[tuple[str, str]]:
    """Make a network where the host has an address; give its name and that address."""
    with docker_client() as client:
        name = f"halyard-test-{uuid4().hex[:8]}"
        client.create_network(name, internal=True, check_duplicate=True)
        try:
            (config,) = client.inspect_network(name)["IPAM"]["Config"]
            yield name, config["Gateway"]
        finally:
            client.remove_network(name)


@asynccontextmanager
async def opened_host(
    *, socket: str = SOCKET, jails: str = JAILS, **rules: Any
) -> AsyncIterator[DockerHost]:
    """Open a host for a new installation, by the rules of its sources; leave nothing behind."""
    installation = InstallationId(f"test{uuid4().hex[:8]}")
    settings = HostSettings(name=HostName("local"), socket=socket)
    host = DockerHost(
        settings,
        installation,
        base_image=base_image(),
        sources=SourceRules(**rules),
        jails=jails,
    )
    try:
        yield host
    finally:
        await host.close()
        _clear(installation)


def _clear(installation: InstallationId) -> None:
    filters = Names(installation).filters()
    with docker_client() as client:
        for container in client.containers(all=True, filters=filters):
            client.remove_container(container["Id"], v=True, force=True)
        for volume in client.volumes(filters)["Volumes"] or ():
            client.remove_volume(volume["Name"])
        for network in client.networks(filters=filters):
            client.remove_network(network["Id"])


def a_spec(image: str, *argv: str, **fields: Any) -> ContainerSpec:
    """Return a small container's specification; the words after the first go to a shell."""
    values: dict[str, Any] = {
        "session": S1,
        "attempt": 1,
        "image": image,
        "argv": argv,
        "env": {},
        "limits": Limits(memory_bytes=256 * MIB, pids=64, tmp_bytes=64 * MIB),
        "network": Network.NONE,
    }
    return ContainerSpec(**{**values, **fields})


async def started(host: DockerHost, spec: ContainerSpec) -> ContainerId:
    """Make a container and start it."""
    container = await host.create(spec)
    await host.start(container)
    return container


async def all_lines(
    host: DockerHost, container: ContainerId, cursor: Cursor | None = None
) -> list[LogLine]:
    """Return what the container prints until its end."""
    return [line async for batch in host.lines(container, cursor or Cursor()) for line in batch]


async def some_lines(
    host: DockerHost, container: ContainerId, count: int, cursor: Cursor | None = None
) -> list[LogLine]:
    """Return the first `count` lines as soon as they are there."""
    lines: list[LogLine] = []
    async with aclosing(host.lines(container, cursor or Cursor())) as batches:
        async for batch in batches:
            lines.extend(batch)
            if len(lines) >= count:
                return lines[:count]
    raise AssertionError(f"The container ended after {len(lines)} lines.")


async def output(host: DockerHost, spec: ContainerSpec) -> str:
    """Run a container to its end and return all that it printed."""
    container = await started(host, spec)
    lines = await all_lines(host, container)
    await host.remove(container)
    return "\n".join(line.text.decode() for line in lines)


def texts(lines: Sequence[LogLine], stream: Stream = Stream.STDOUT) -> list[bytes]:
    """Return the texts of one stream."""
    return [line.text for line in lines if line.stream is stream]
