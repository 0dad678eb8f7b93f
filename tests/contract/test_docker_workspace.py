"""A session's work: filled from a bundle, looked at, bundled again, with files put and got."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from docker import APIClient

from engine.adapters.docker.host import DockerHost
from engine.adapters.docker.names import Names
from engine.domain.agent import MIB
from engine.domain.errors import Failed, PrepareFailed
from engine.domain.values import ContainerId
from engine.ports.hosts import ContainerState, Source
from tests.docker_host import S1, S2, a_spec, all_lines, started, texts
from tests.git_repository import a_repository, commit, git

pytestmark = pytest.mark.docker

BRANCH = "halyard/x"
SNAPSHOT = "rev-parse HEAD && git status --porcelain && git branch -a && git log --format=%s"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return a_repository(tmp_path / "source")


def a_source(repository: Path, ref: str = "") -> Source:
    """Bundle a repository."""
    bundle = repository.parent / "source.bundle"
    git(repository, "bundle", "create", "-q", str(bundle), "HEAD", "--all")
    return Source(url="", ref=ref, bundle=bundle, credential=b"")


@pytest.fixture
async def start(host: DockerHost, source: Path) -> str:
    """Prepare the session; the commit it starts from."""
    return await host.prepare(S1, a_source(source))


async def agent(host: DockerHost, image: str, script: str) -> str:
    """Do as an agent would, in the work folder."""
    container = await started(host, a_spec(image, "sh", "-ec", script))
    lines = await all_lines(host, container)
    facts = await host.observe(container)
    await host.remove(container)
    assert facts.exit_code == 0, lines
    return "\n".join(text.decode() for text in texts(lines))


# --- prepare ------------------------------------------------------------------------------------


async def test_prepare_clones_and_returns_the_commit(
    host: DockerHost, image: str, source: Path, start: str
) -> None:
    said = await agent(
        host, image, "git rev-parse HEAD; git status -bs; git remote; cat first.txt; stat -c %u ."
    )

    assert start == git(source, "rev-parse", "HEAD")
    assert said.split("\n") == [start, "## main", "one", "10001"]


async def test_prepare_again_returns_the_same_and_changes_nothing(
    host: DockerHost, image: str, source: Path, start: str
) -> None:
    await agent(
        host, image, "git config user.name A; echo two >first.txt; git commit -qam two; echo 3 >3"
    )
    newer = commit(source, "newer.txt", "newer")

    again = await host.prepare(S1, a_source(source))

    assert again == start != newer
    assert await agent(host, image, "git log -1 --format=%s; cat 3; ls -A") == (
        "two\n3\n.git\n.gitignore\n3\nfirst.txt"
    )


async def test_prepare_starts_over_what_stopped_half_way(
    host: DockerHost, image: str, source: Path
) -> None:
    await agent(host, image, "mkdir -p .halyard-prepare/clone/.git; echo junk >left-over")

    start = await host.prepare(S1, a_source(source))

    assert start == git(source, "rev-parse", "HEAD")
    assert (
        await agent(host, image, "ls -A; git status --porcelain") == ".git\n.gitignore\nfirst.txt"
    )


async def test_prepare_never_wipes_what_it_did_not_make(
    host: DockerHost, image: str, source: Path, start: str
) -> None:
    await agent(host, image, "rm -rf .git; echo precious >precious")

    with pytest.raises(PrepareFailed, match="holds files"):
        await host.prepare(S1, a_source(source))

    assert await agent(host, image, "cat precious") == "precious"


async def test_prepare_may_be_cancelled_and_leaves_no_container(
    host: DockerHost, source: Path
) -> None:
    async with asyncio.TaskGroup() as tasks:
        preparing = tasks.create_task(host.prepare(S1, a_source(source)))
        while not (await host.inventory()).containers:  # noqa: ASYNC110 - the Engine tells no event
            await asyncio.sleep(0.005)
        preparing.cancel()

    assert (await host.inventory()).containers == []
    assert await host.prepare(S1, a_source(source)) == git(source, "rev-parse", "HEAD")


@pytest.mark.parametrize("ref", ["other", "v1"])
async def test_prepare_stands_on_the_branch_or_tag_that_is_asked_for(
    host: DockerHost, source: Path, ref: str
) -> None:
    git(source, *(("tag", ref) if ref == "v1" else ("branch", ref)))
    first = git(source, "rev-parse", "HEAD")
    commit(source, "later.txt", "later")

    assert await host.prepare(S1, a_source(source, ref)) == first


async def test_a_ref_that_is_not_there_is_said(host: DockerHost, source: Path) -> None:
    with pytest.raises(PrepareFailed, match="Remote branch nothing not found"):
        await host.prepare(S1, a_source(source, "nothing"))


async def test_a_damaged_bundle_is_said(host: DockerHost, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    bundle.write_text("no bundle")

    with pytest.raises(PrepareFailed, match="bundle of the source is damaged"):
        await host.prepare(S1, Source(url="", ref="", bundle=bundle, credential=b""))


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://example.org/a.git", id="http"),
        pytest.param("git://example.org/a.git", id="git"),
        pytest.param("file:///etc", id="file"),
        pytest.param("ext::sh -c id", id="ext"),
        pytest.param("ssh://example.org/a.git", id="ssh-without-user"),
        pytest.param("ssh://git@127.0.0.1/a.git", id="ssh-loopback"),
        pytest.param("git@10.0.0.1:a.git", id="ssh-private"),
        pytest.param("https://user@example.org/a.git", id="user"),
        pytest.param("https://", id="no-host"),
        pytest.param("https://[::1]/a.git", id="loopback-6"),
        pytest.param("https://127.0.0.1/a.git", id="loopback"),
        pytest.param("https://169.254.169.254/a.git", id="metadata"),
        pytest.param("https://10.0.0.1/a.git", id="private"),
        pytest.param("https://100.64.0.1/a.git", id="shared"),
        pytest.param("https://localhost/a.git", id="name-of-loopback"),
        pytest.param("https://[::ffff:10.0.0.1]/a.git", id="mapped"),
        pytest.param("https://[64:ff9b::a00:1]/a.git", id="translated"),
    ],
)
async def test_no_other_protocol_and_no_inner_address_is_cloned_from(
    host: DockerHost, url: str
) -> None:
    with pytest.raises(PrepareFailed, match=r"must be an https|must not hold|not a public address"):
        await host.prepare(S1, Source(url=url, ref="", bundle=None, credential=b""))


# --- what changed -------------------------------------------------------------------------------


async def test_no_change_is_the_start_commit(host: DockerHost, start: str) -> None:
    work = await host.work(S1, start, diff_max_bytes=MIB)

    assert (work.commit, work.diff, work.is_cut, work.files_changed) == (start, b"", False, 0)


async def test_work_shows_what_is_committed_and_what_is_not_but_nothing_ignored(
    host: DockerHost, image: str, start: str
) -> None:
    await agent(
        host,
        image,
        """
        echo two >first.txt; git commit -qam two; echo three >third.txt; git add third.txt
        echo four >fourth.txt; echo no >a.ignored; head -c 99 /dev/zero >binary
        echo hidden >.git/info/exclude; echo no >hidden
        """,
    )
    before = await agent(host, image, f"git {SNAPSHOT}")

    work = await host.work(S1, start, diff_max_bytes=MIB)

    for part in (b"-one\n+two", b"+three", b"+four", b"GIT binary patch"):
        assert part in work.diff
    assert b"ignored" not in work.diff
    assert b"hidden" not in work.diff
    assert (work.files_changed, work.is_cut) == (4, False)
    assert await agent(host, image, f"git {SNAPSHOT}") == before


async def test_a_long_difference_is_cut(host: DockerHost, image: str, start: str) -> None:
    await agent(host, image, "seq 1 100000 >long.txt")

    work = await host.work(S1, start, diff_max_bytes=1000)

    assert (len(work.diff), work.is_cut, work.files_changed) == (1000, True, 1)


@pytest.mark.parametrize(
    "damage",
    ["rm -rf .git", "rm -rf .git; ln -s / .git", "rm .git/HEAD", "rm -rf .git/objects"],
)
async def test_a_folder_that_is_no_repository_any_more_is_said(
    host: DockerHost, image: str, start: str, damage: str
) -> None:
    await agent(host, image, damage)

    with pytest.raises(Failed):
        await host.work(S1, start, diff_max_bytes=MIB)


async def test_nothing_that_the_repository_says_is_run(
    host: DockerHost, image: str, start: str
) -> None:
    await agent(
        host,
        image,
        """
        spy='echo ran >>/work/ran.ignored; cat'
        for hook in pre-commit post-commit reference-transaction post-index-change post-checkout \
            pre-auto-gc prepare-commit-msg; do
            mkdir -p .git/hooks; printf '#!/bin/sh\\n%s\\n' "$spy" >.git/hooks/$hook
            chmod +x .git/hooks/$hook
        done
        git config core.fsmonitor "$spy"; git config core.pager "$spy"; git config gpg.program x
        git config commit.gpgSign true; git config diff.external "$spy"
        git config filter.spy.clean "$spy"; git config filter.spy.process "$spy"
        git config diff.spy.textconv "$spy"; git config diff.spy.command "$spy"
        git config core.alternateRefsCommand "$spy"; git config credential.helper "!$spy"
        git config include.path /work/more-config; git config core.attributesFile /work/a
        echo '* filter=spy diff=spy merge=spy' | tee .gitattributes >.git/info/attributes
        echo changed >first.txt; rm -f ran.ignored
        """,
    )

    work = await host.work(S1, start, diff_max_bytes=MIB)

    assert b"+changed" in work.diff
    assert await agent(host, image, "ls *.ignored 2>&1 || true") == (
        "ls: cannot access '*.ignored': No such file or directory"
    )


# --- bundles ------------------------------------------------------------------------------------


@pytest.fixture
def bundled(host: DockerHost, start: str, source: Path, tmp_path: Path) -> Callable[[], object]:
    """Bundle the work and fetch it into the source, as a push does; return the commit."""

    async def bundle() -> str:
        target = tmp_path / "work.bundle"
        head = await host.bundle(S1, start, BRANCH, target, max_bytes=MIB)
        await asyncio.to_thread(git, source, "bundle", "verify", "-q", str(target))
        await asyncio.to_thread(git, source, "fetch", "-q", str(target), f"{BRANCH}:{BRANCH}")
        return head

    return bundle


async def test_a_bundle_brings_the_work_and_again_the_same(
    host: DockerHost, image: str, source: Path, bundled: Callable[[], object]
) -> None:
    await agent(host, image, "echo two >first.txt; git commit -qam two; echo x >new.txt")

    first = await bundled()  # type: ignore[misc]
    second = await bundled()  # type: ignore[misc]

    assert first == second == git(source, "rev-parse", BRANCH)
    assert git(source, "show", f"{BRANCH}:new.txt") == "x"
    assert git(source, "log", "-1", "--format=%an", BRANCH) == "Halyard"


@pytest.mark.parametrize(
    "more",
    [
        pytest.param("echo more >more.txt", id="not-committed"),
        pytest.param("git add -A; git commit -qm mine; echo more >more.txt", id="own-commit"),
        pytest.param("git add -A; git commit -qm mine; git gc -q --prune=now", id="clean"),
        pytest.param("git checkout -qb other; git add -A; git commit -qm b", id="other-branch"),
    ],
)
async def test_a_later_bundle_goes_on_from_the_earlier_one(
    host: DockerHost, image: str, source: Path, bundled: Callable[[], object], more: str
) -> None:
    await agent(host, image, "echo x >new.txt")
    first = await bundled()  # type: ignore[misc]

    await agent(host, image, f"echo y >new.txt; {more}")
    await bundled()  # type: ignore[misc]  # A fetch that is no fast-forward would fail.

    assert first in git(source, "rev-list", BRANCH)
    assert git(source, "show", f"{BRANCH}:new.txt") == "y"


async def test_nothing_new_is_said(host: DockerHost, start: str, tmp_path: Path) -> None:
    with pytest.raises(Failed, match="nothing new"):
        await host.bundle(S1, start, BRANCH, tmp_path / "b", max_bytes=MIB)


async def test_a_bundle_that_is_too_large_is_said(
    host: DockerHost, image: str, start: str, tmp_path: Path
) -> None:
    await agent(host, image, "head -c 100000 /dev/urandom >large")

    with pytest.raises(Failed, match="at most 1000 are taken"):
        await host.bundle(S1, start, BRANCH, tmp_path / "b", max_bytes=1000)


# --- files --------------------------------------------------------------------------------------


async def test_a_file_is_put_and_got(
    host: DockerHost, image: str, start: str, tmp_path: Path
) -> None:
    content = bytes(range(256)) * 1000
    (tmp_path / "in").write_bytes(content)

    for _ in range(2):
        await host.put_file(S1, "new folder/a$(id).bin", tmp_path / "in")
    await host.get_file(S1, "new folder/a$(id).bin", tmp_path / "out", max_bytes=len(content))

    assert (tmp_path / "out").read_bytes() == content
    assert await agent(host, image, "ls 'new folder'; stat -c '%u:%g' 'new folder'/*") == (
        "a$(id).bin\n10001:10001"
    )


ASTRAY = ["/etc/x", "../x", "a/../../x", "", ".", "a\nb", "a\0b", "link/x", "link", "x" * 2000]


async def test_no_path_leaves_the_folder(
    host: DockerHost, image: str, start: str, tmp_path: Path
) -> None:
    await agent(host, image, "ln -s /tmp link")
    (tmp_path / "in").write_text("x")

    for path in ASTRAY:
        with pytest.raises(Failed, match=r"path|link"):
            await host.put_file(S1, path, tmp_path / "in")
        with pytest.raises(Failed, match=r"path|link"):
            await host.get_file(S1, path, tmp_path / "out", max_bytes=MIB)


REFUSED = {
    "none": "is not there",
    "folder": "not a plain file",
    "pipe": "not a plain file",
    "first.txt": "4 bytes large; at most 3",
}


async def test_what_cannot_be_got_is_said(
    host: DockerHost, image: str, start: str, tmp_path: Path
) -> None:
    await agent(host, image, "mkdir folder; mkfifo pipe")

    for path, reason in REFUSED.items():
        with pytest.raises(Failed, match=reason):
            await host.get_file(S1, path, tmp_path / "out", max_bytes=3)


async def test_both_volumes_are_measured(host: DockerHost, image: str, start: str) -> None:
    before = await host.volume_sizes(S1)
    await agent(host, image, "head -c 5M /dev/zero >five; head -c 2M /dev/zero >~/two")
    after = await host.volume_sizes(S1)

    assert after.work_bytes - before.work_bytes == pytest.approx(5 * MIB, rel=0.01)
    assert after.home_bytes - before.home_bytes == pytest.approx(2 * MIB, rel=0.01)


async def test_without_a_volume_everything_fails_and_none_is_made(
    host: DockerHost, tmp_path: Path
) -> None:
    (tmp_path / "in").write_text("x")
    asked = [
        host.work(S2, "0" * 40, diff_max_bytes=1),
        host.bundle(S2, "0" * 40, BRANCH, tmp_path / "b", max_bytes=1),
        host.put_file(S2, "a", tmp_path / "in"),
        host.get_file(S2, "a", tmp_path / "out", max_bytes=1),
        host.volume_sizes(S2),
    ]

    for ask in asked:
        with pytest.raises(Failed, match="gone"):
            await ask

    assert (await host.inventory()).volumes == {}


async def test_the_same_asked_for_by_many_at_once_is_answered_to_all(
    host: DockerHost, start: str, tmp_path: Path
) -> None:
    targets = [tmp_path / f"out{number}" for number in range(3)]

    await asyncio.gather(
        *(host.get_file(S1, "first.txt", target, max_bytes=MIB) for target in targets)
    )

    assert {target.read_text() for target in targets} == {"one\n"}


async def test_a_helper_that_a_killed_halyard_left_is_ended_first(
    host: DockerHost, image: str, start: str, docker: APIClient
) -> None:
    names = Names(host.installation)
    left = docker.create_container(
        image,
        ["sleep", "60"],
        labels=names.labels(S1, role="work"),
        name=names.helper(S1, "work"),
        host_config=docker.create_host_config(network_mode="none"),
    )
    docker.start(left["Id"])

    await host.work(S1, start, diff_max_bytes=MIB)

    assert (await host.observe(ContainerId(left["Id"]))).state is ContainerState.GONE


async def test_helpers_leave_nothing_but_the_sessions_volumes(
    host: DockerHost, start: str, docker: APIClient
) -> None:
    await host.work(S1, start, diff_max_bytes=1)

    inventory = await host.inventory()

    assert inventory.containers == []
    assert len(inventory.volumes) == 2
    assert set(inventory.volumes.values()) == {S1}
