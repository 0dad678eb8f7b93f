"""A private source over https: cloned and pushed with a password that stays nowhere."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from docker import APIClient

from engine.adapters.docker.containers import Containers
from engine.adapters.docker.host import DockerHost
from engine.domain.agent import MIB
from engine.domain.errors import Failed, PrepareFailed
from engine.ports.hosts import Source
from tests.docker_host import S1, S2, a_spec, opened_host, output, plain_network
from tests.git_repository import a_repository, commit, git
from tests.git_server import GitServer, git_server

pytestmark = pytest.mark.docker

NAME = "source.test"
BRANCH = "halyard/x"


@pytest.fixture
def password() -> str:
    return uuid4().hex


@pytest.fixture
def address() -> Iterator[str]:
    """The host's address in a network of this test."""
    with plain_network() as (_, address):
        yield address


@pytest.fixture
def server(
    tmp_path: Path, address: str, password: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[GitServer]:
    """Serve team/code.git at `NAME`, which this machine alone can resolve."""
    a_repository(tmp_path / "made")
    git(tmp_path, "clone", "-q", "--bare", "made", "team/code.git")
    found = [(2, 1, 6, "", (address, 0))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: found)
    with git_server(tmp_path, address, NAME, password=password) as server:
        yield server


@pytest.fixture
async def near(server: GitServer, address: str) -> AsyncIterator[DockerHost]:
    """Give a host that may reach the server."""
    async with opened_host(allowed=(address,), ca_file=server.authority) as host:
        yield host


def source(
    server: GitServer, *, credential: str | None = None, path: str = "team/code.git"
) -> Source:
    given = f"{server.user}:{server.password}" if credential is None else credential
    url = f"https://{NAME}:{server.port}/{path}"
    return Source(url=url, ref="", bundle=None, credential=given.encode())


def remote(server: GitServer) -> Path:
    return server.root / "team/code.git"


async def work_of(host: DockerHost, image: str, start: str, script: str, target: Path) -> str:
    """Let an agent work; return the commit that was bundled."""
    await output(host, a_spec(image, "sh", "-ec", script))
    return await host.bundle(S1, start, BRANCH, target, max_bytes=MIB)


async def test_a_private_source_is_cloned_by_its_name(
    near: DockerHost, server: GitServer, image: str
) -> None:
    start = await near.prepare(S1, source(server))

    assert start == git(remote(server), "rev-parse", "HEAD")
    said = await output(near, a_spec(image, "git", "remote", "-v"))
    assert said.split()[1] == source(server).url


async def test_the_password_is_found_nowhere(
    near: DockerHost,
    server: GitServer,
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
        await remove(containers, name)

    monkeypatch.setattr(Containers, "remove", look_and_remove)
    start = await near.prepare(S1, source(server))
    bundle = tmp_path / "work"
    await work_of(near, image, start, "echo x >new.txt", bundle)
    await near.push(S1, bundle, BRANCH, source(server))

    container = await near.create(a_spec(image, "true", attempt=9))
    folders = ("/work", "/home/agent")
    seen += [b"".join(docker.get_archive(container, folder)[0]) for folder in folders]
    for secret in (server.password, server.authorization.split()[1]):
        for form in (secret.encode(), base64.b64encode(secret.encode())):
            assert not [place for place, text in enumerate(seen) if form in text]
    assert any(b"new.txt" in text for text in seen)


@pytest.mark.parametrize("credential", ["", "robot:wrong-one"])
async def test_a_wrong_or_missing_password_is_said_without_it(
    near: DockerHost, server: GitServer, credential: str
) -> None:
    with pytest.raises(PrepareFailed) as caught:
        await near.prepare(S1, source(server, credential=credential))

    assert "could not read Username" in str(caught.value) or "Authentication" in str(caught.value)
    assert "wrong-one" not in str(caught.value)


async def test_a_token_needs_no_user(tmp_path: Path, near: DockerHost, server: GitServer) -> None:
    server.user = "x-access-token"

    assert await near.prepare(S1, source(server, credential=server.password))


async def test_a_source_that_is_not_there_is_said(near: DockerHost, server: GitServer) -> None:
    with pytest.raises(PrepareFailed, match="not found"):
        await near.prepare(S1, source(server, path="team/none.git"))


async def test_prepare_again_does_not_need_the_source(near: DockerHost, server: GitServer) -> None:
    start = await near.prepare(S1, source(server))
    asked = len(server.paths)

    assert await near.prepare(S1, source(server, credential="")) == start
    assert len(server.paths) == asked


async def test_an_authority_that_was_not_given_is_not_trusted(
    server: GitServer, address: str
) -> None:
    async with opened_host(allowed=(address,)) as host:
        with pytest.raises(PrepareFailed, match="certificate"):
            await host.prepare(S1, source(server))

    assert server.paths == []


async def test_an_address_that_is_not_allowed_is_not_asked(server: GitServer) -> None:
    async with opened_host(ca_file=server.authority) as host:
        with pytest.raises(PrepareFailed, match="not allowed by the settings"):
            await host.prepare(S1, source(server))

        assert (await host.inventory()).containers == []
    assert server.paths == []


async def test_a_redirect_is_not_followed(
    near: DockerHost, server: GitServer, address: str
) -> None:
    server.redirect = f"https://{address}:{server.port}"

    with pytest.raises(PrepareFailed, match=r"redirect|error: 302"):
        await near.prepare(S1, source(server))


async def test_a_push_brings_the_work_and_again_changes_nothing(
    near: DockerHost, server: GitServer, image: str, tmp_path: Path
) -> None:
    start = await near.prepare(S1, source(server))
    head = await work_of(near, image, start, "echo x >new.txt", tmp_path / "work")

    pushed = await near.push(S1, tmp_path / "work", BRANCH, source(server))
    refs = git(remote(server), "for-each-ref")
    again = await near.push(S1, tmp_path / "work", BRANCH, source(server))

    assert pushed == again
    assert (pushed.branch, pushed.commit) == (BRANCH, head)
    assert git(remote(server), "show", f"{BRANCH}:new.txt") == "x"
    assert git(remote(server), "for-each-ref") == refs


async def test_a_later_push_goes_on_where_the_source_has_moved(
    near: DockerHost, server: GitServer, image: str, tmp_path: Path
) -> None:
    start = await near.prepare(S1, source(server))
    await work_of(near, image, start, "echo x >new.txt", tmp_path / "first")
    await near.push(S1, tmp_path / "first", BRANCH, source(server))
    commit(tmp_path / "made", "elsewhere.txt", "elsewhere")
    git(tmp_path / "made", "push", "-q", str(remote(server)), "main")

    head = await work_of(near, image, start, "echo y >new.txt", tmp_path / "second")
    pushed = await near.push(S1, tmp_path / "second", BRANCH, source(server))

    assert pushed.commit == head == git(remote(server), "rev-parse", BRANCH)


async def test_commits_of_somebody_else_are_not_thrown_away(
    near: DockerHost, server: GitServer, image: str, tmp_path: Path
) -> None:
    start = await near.prepare(S1, source(server))
    await work_of(near, image, start, "echo x >new.txt", tmp_path / "work")
    theirs = commit(tmp_path / "made", "theirs.txt", "theirs")
    git(tmp_path / "made", "push", "-q", str(remote(server)), f"main:{BRANCH}")

    with pytest.raises(Failed, match="has commits that this session does not have"):
        await near.push(S1, tmp_path / "work", BRANCH, source(server))

    assert git(remote(server), "rev-parse", BRANCH) == theirs


async def test_a_source_that_refuses_is_quoted(
    near: DockerHost, server: GitServer, image: str, tmp_path: Path
) -> None:
    start = await near.prepare(S1, source(server))
    await work_of(near, image, start, "echo x >new.txt", tmp_path / "work")
    hook = remote(server) / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)

    with pytest.raises(Failed, match="pre-receive hook declined"):
        await near.push(S1, tmp_path / "work", BRANCH, source(server))


async def test_a_damaged_bundle_is_not_pushed(
    near: DockerHost, server: GitServer, image: str, tmp_path: Path
) -> None:
    start = await near.prepare(S1, source(server))
    bundle = tmp_path / "work"
    await work_of(near, image, start, "echo x >new.txt", bundle)
    content = bundle.read_bytes()
    bundle.write_bytes(content[:-30] + bytes(30))
    refs = git(remote(server), "for-each-ref")

    with pytest.raises(Failed):
        await near.push(S1, bundle, BRANCH, source(server))

    assert git(remote(server), "for-each-ref") == refs


async def test_a_push_never_mounts_the_work_volume(
    near: DockerHost,
    server: GitServer,
    image: str,
    docker: APIClient,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start = await near.prepare(S1, source(server))
    await work_of(near, image, start, "echo x >new.txt", tmp_path / "work")
    mounted: list[str] = []
    remove = Containers.remove

    async def look_and_remove(containers: Containers, name: str) -> None:
        mounted.extend(mount["Destination"] for mount in docker.inspect_container(name)["Mounts"])
        await remove(containers, name)

    monkeypatch.setattr(Containers, "remove", look_and_remove)
    await near.push(S1, tmp_path / "work", BRANCH, source(server))

    assert mounted == ["/home/agent"]


async def test_two_prepare_at_once_share_one_way_out(near: DockerHost, server: GitServer) -> None:
    starts = await asyncio.gather(*(near.prepare(s, source(server)) for s in (S1, S2)))

    assert len(set(starts)) == 1
    networks = (await near.inventory()).networks
    assert networks == {f"halyard-{near.installation}-prepare": None}
