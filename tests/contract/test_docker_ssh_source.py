"""A private source over ssh: only if its host key is known, and by a key that stays nowhere."""

import base64
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
from docker import APIClient

from engine.adapters.docker.containers import Containers
from engine.adapters.docker.host import DockerHost
from engine.domain.agent import MIB
from engine.domain.errors import Failed, PrepareFailed
from engine.ports.hosts import Source
from tests.docker_host import S1, a_spec, opened_host, output, plain_network
from tests.git_repository import a_repository, commit, git
from tests.ssh_server import SshServer, make_key, ssh_server

pytestmark = pytest.mark.docker

NAME = "source.test"
BRANCH = "halyard/x"
PATH = "team/code.git"


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SshServer]:
    """Serve team/code.git at `NAME`, which this machine alone can resolve."""
    a_repository(tmp_path / "made")
    git(tmp_path, "clone", "-q", "--bare", "made", PATH)
    with plain_network() as (network, address):
        found = [(2, 1, 6, "", (address, 0))]
        with ssh_server(tmp_path, address, network, NAME) as server:
            monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: found)
            yield server


def near_host(
    server: SshServer, known_hosts: str, **rules: Any
) -> AbstractAsyncContextManager[DockerHost]:
    """Open a host that may reach the server, and knows these host keys."""
    file = server.root / "known_hosts"
    file.write_text(known_hosts)
    return opened_host(**{"allowed": (server.address,), "known_hosts": file, **rules})


@pytest.fixture
async def near(server: SshServer) -> AsyncIterator[DockerHost]:
    """Give a host that may reach the server and knows its key."""
    async with near_host(server, server.known_hosts) as host:
        yield host


def source(server: SshServer, *, key: bytes | None = None, path: str = PATH) -> Source:
    credential = server.private_key if key is None else key
    return Source(url=server.url(path), ref="", bundle=None, credential=credential)


def remote(server: SshServer) -> Path:
    return server.root / PATH


async def work_of(host: DockerHost, image: str, start: str, target: Path) -> str:
    """Let an agent work; return the commit that was bundled."""
    await output(host, a_spec(image, "sh", "-ec", "echo x >new.txt"))
    return await host.bundle(S1, start, BRANCH, target, max_bytes=MIB)


async def test_a_source_is_cloned_with_a_key(
    near: DockerHost, server: SshServer, image: str
) -> None:
    start = await near.prepare(S1, source(server))

    assert start == git(remote(server), "rev-parse", "HEAD")
    said = await output(near, a_spec(image, "git", "remote", "-v"))
    assert said.split()[1] == server.url(PATH)


async def test_a_push_brings_the_work_and_again_changes_nothing(
    near: DockerHost, server: SshServer, image: str, tmp_path: Path
) -> None:
    start = await near.prepare(S1, source(server))
    head = await work_of(near, image, start, tmp_path / "work")

    pushed = await near.push(S1, tmp_path / "work", BRANCH, source(server))
    refs = git(remote(server), "for-each-ref")
    again = await near.push(S1, tmp_path / "work", BRANCH, source(server))

    assert pushed == again
    assert (pushed.branch, pushed.commit) == (BRANCH, head)
    assert git(remote(server), "show", f"{BRANCH}:new.txt") == "x"
    assert git(remote(server), "for-each-ref") == refs


async def test_commits_of_somebody_else_are_not_thrown_away(
    near: DockerHost, server: SshServer, image: str, tmp_path: Path
) -> None:
    start = await near.prepare(S1, source(server))
    await work_of(near, image, start, tmp_path / "work")
    theirs = commit(tmp_path / "made", "theirs.txt", "theirs")
    git(tmp_path / "made", "push", "-q", str(remote(server)), f"main:{BRANCH}")

    with pytest.raises(Failed, match="has commits that this session does not have"):
        await near.push(S1, tmp_path / "work", BRANCH, source(server))

    assert git(remote(server), "rev-parse", BRANCH) == theirs


async def test_the_key_is_found_nowhere(
    near: DockerHost,
    server: SshServer,
    image: str,
    docker: APIClient,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[bytes] = []
    remove = Containers.remove

    async def look_and_remove(containers: Containers, name: str) -> None:
        seen.append(json.dumps(docker.inspect_container(name)).encode())
        seen.append(docker.logs(name))
        seen.append(b"".join(docker.export(name)))
        folders = [mount["Destination"] for mount in docker.inspect_container(name)["Mounts"]]
        seen.extend(b"".join(docker.get_archive(name, folder)[0]) for folder in folders)
        await remove(containers, name)

    monkeypatch.setattr(Containers, "remove", look_and_remove)
    start = await near.prepare(S1, source(server))
    await work_of(near, image, start, tmp_path / "work")
    await near.push(S1, tmp_path / "work", BRANCH, source(server))

    lines = server.private_key.splitlines()[1:-1]
    whole = base64.b64encode(server.private_key)[:60]
    assert not [n for n, text in enumerate(seen) if whole in text or any(k in text for k in lines)]
    assert any(b"new.txt" in text for text in seen)


async def test_a_key_that_is_not_let_in_is_said(
    near: DockerHost, server: SshServer, tmp_path: Path
) -> None:
    other = make_key(tmp_path / "other").read_bytes()

    with pytest.raises(PrepareFailed, match=rf"^{NAME} does not take the credential's key\.$"):
        await near.prepare(S1, source(server, key=other))


@pytest.mark.parametrize("passphrase", [None, b"a passphrase"])
async def test_a_credential_that_is_no_usable_key_is_said_before_anybody_is_asked(
    near: DockerHost, server: SshServer, tmp_path: Path, passphrase: bytes | None
) -> None:
    locked = make_key(tmp_path / "locked", passphrase).read_bytes() if passphrase else b"a token"

    with pytest.raises(PrepareFailed, match="no private key that ssh can use without a passphrase"):
        await near.prepare(S1, source(server, key=locked))

    assert server.connections == []


@pytest.mark.parametrize("known", ["", "elsewhere.test ssh-ed25519 AAAA\n"])
async def test_a_host_whose_key_is_not_known_is_not_trusted(server: SshServer, known: str) -> None:
    async with near_host(server, known) as host:
        with pytest.raises(PrepareFailed) as caught:
            await host.prepare(S1, source(server))

    said = str(caught.value)
    assert f"No host key of {NAME} is known" in said
    assert server.fingerprint in said
    assert "sources.known_hosts" in said


async def test_without_a_file_of_known_hosts_none_is_trusted(server: SshServer) -> None:
    async with opened_host(allowed=(server.address,)) as host:
        with pytest.raises(PrepareFailed, match=r"sources\.known_hosts of halyard.yaml names"):
            await host.prepare(S1, source(server))


async def test_a_host_whose_key_has_changed_is_not_spoken_to(
    near: DockerHost, server: SshServer, image: str, tmp_path: Path
) -> None:
    start = await near.prepare(S1, source(server))
    await work_of(near, image, start, tmp_path / "work")
    make_key(tmp_path / "earlier")
    (server.root / "known_hosts").write_text(server.known_as(tmp_path / "earlier.pub"))

    with pytest.raises(Failed, match=f"host key of {NAME} is not the one that is known") as caught:
        await near.push(S1, tmp_path / "work", BRANCH, source(server))

    assert server.fingerprint in str(caught.value)
    assert BRANCH not in git(remote(server), "for-each-ref")


async def test_a_file_of_known_hosts_that_is_gone_is_said(
    near: DockerHost, server: SshServer
) -> None:
    (server.root / "known_hosts").unlink()

    with pytest.raises(PrepareFailed, match="known_hosts cannot be read"):
        await near.prepare(S1, source(server))


async def test_a_host_may_be_allowed_by_its_name(server: SshServer) -> None:
    async with near_host(server, server.known_hosts, allowed=(NAME,)) as host:
        assert await host.prepare(S1, source(server))


async def test_an_address_that_is_not_allowed_is_not_asked(server: SshServer) -> None:
    async with near_host(server, server.known_hosts, allowed=()) as host:
        with pytest.raises(PrepareFailed, match="not allowed by the settings"):
            await host.prepare(S1, source(server))

        assert (await host.inventory()).containers == []
    assert server.connections == []


async def test_a_source_that_is_not_there_is_said(near: DockerHost, server: SshServer) -> None:
    with pytest.raises(PrepareFailed, match="does not appear to be a git repository"):
        await near.prepare(S1, source(server, path="team/none.git"))


async def test_the_short_form_names_the_host_and_sshs_own_port(
    near: DockerHost, server: SshServer
) -> None:
    short = Source(url=f"git@{NAME}:{PATH}", ref="", bundle=None, credential=server.private_key)

    with pytest.raises(PrepareFailed, match=rf"{NAME} port 22: |No host key of {NAME} is known"):
        await near.prepare(S1, short)

    assert server.connections == []
