"""Local repositories: bundles out of them, and work back into them."""

import os
from pathlib import Path

import pytest

from engine.adapters.git.sources import ENVIRONMENT, LocalSources
from engine.domain.errors import Failed, PrepareFailed
from tests.git_repository import a_repository, commit, git

SOURCES = LocalSources()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return a_repository(tmp_path / "source")


async def cloned(tmp_path: Path, source: Path, ref: str) -> Path:
    await SOURCES.bundle(source, ref, tmp_path / "out.bundle")
    git(tmp_path, "clone", "-q", *(("-b", ref) if ref else ()), "out.bundle", "clone")
    return tmp_path / "clone"


async def test_a_bundle_holds_head_and_its_branch(tmp_path: Path, source: Path) -> None:
    clone = await cloned(tmp_path, source, "")

    assert git(clone, "log", "--format=%H") == git(source, "log", "--format=%H")
    assert git(clone, "branch", "--show-current") == "main"


@pytest.mark.parametrize("ref", ["other", "v1", "feature/x"])
async def test_a_bundle_of_a_branch_or_tag_stands_on_it(
    tmp_path: Path, source: Path, ref: str
) -> None:
    git(source, *(("tag", ref) if ref == "v1" else ("branch", ref)))
    first = git(source, "rev-parse", "HEAD")
    commit(source, "later.txt", "later")

    clone = await cloned(tmp_path, source, ref)

    assert git(clone, "rev-parse", "HEAD") == first


async def test_a_detached_head_is_bundled(tmp_path: Path, source: Path) -> None:
    git(source, "checkout", "-q", "HEAD~1")

    clone = await cloned(tmp_path, source, "")

    assert git(clone, "rev-parse", "HEAD") == git(source, "rev-parse", "HEAD")


async def test_what_is_no_repository_is_said(tmp_path: Path) -> None:
    with pytest.raises(PrepareFailed, match="not a git repository"):
        await SOURCES.bundle(tmp_path, "", tmp_path / "out")


async def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(PrepareFailed, match="No such file"):
        await SOURCES.bundle(tmp_path / "none", "", tmp_path / "out")


async def test_a_repository_without_a_commit_is_said(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")

    with pytest.raises(PrepareFailed, match="no commit"):
        await SOURCES.bundle(tmp_path, "", tmp_path / "out")


async def test_a_ref_that_is_not_there_is_said(tmp_path: Path, source: Path) -> None:
    with pytest.raises(PrepareFailed, match="no branch or tag nothing"):
        await SOURCES.bundle(source, "nothing", tmp_path / "out")


async def test_a_bundle_takes_no_longer_than_its_limit(tmp_path: Path, source: Path) -> None:
    with pytest.raises(PrepareFailed, match="longer than 0 seconds"):
        await LocalSources(limit_s=0.0001).bundle(source, "", tmp_path / "out")


@pytest.fixture
def work(tmp_path: Path, source: Path) -> Path:
    """A bundle of one commit on branch halyard/x."""
    git(tmp_path, "clone", "-q", str(source), "agents")
    git(tmp_path / "agents", "checkout", "-q", "-b", "halyard/x")
    commit(tmp_path / "agents", "done.txt", "done")
    return bundled(tmp_path)


def bundled(tmp_path: Path) -> Path:
    git(tmp_path / "agents", "bundle", "create", "-q", "../work", "halyard/x", "^origin/main")
    return tmp_path / "work"


async def test_work_comes_as_a_branch_and_again_changes_nothing(source: Path, work: Path) -> None:
    before = git(source, "status", "--porcelain", "-b")

    await SOURCES.fetch(source, work, "halyard/x")
    first = git(source, "for-each-ref")
    await SOURCES.fetch(source, work, "halyard/x")

    assert git(source, "show", "halyard/x:done.txt") == "done"
    assert git(source, "for-each-ref") == first
    assert git(source, "status", "--porcelain", "-b") == before


async def test_more_work_moves_the_branch_on(tmp_path: Path, source: Path, work: Path) -> None:
    await SOURCES.fetch(source, work, "halyard/x")
    newest = commit(tmp_path / "agents", "more.txt", "more")

    await SOURCES.fetch(source, bundled(tmp_path), "halyard/x")

    assert git(source, "rev-parse", "halyard/x") == newest


async def test_commits_of_somebody_else_are_not_thrown_away(source: Path, work: Path) -> None:
    git(source, "checkout", "-q", "-b", "halyard/x")
    theirs = commit(source, "theirs.txt", "theirs")
    git(source, "checkout", "-q", "main")

    with pytest.raises(Failed, match=r"does not take the work: .*non-fast-forward"):
        await SOURCES.fetch(source, work, "halyard/x")

    assert git(source, "rev-parse", "halyard/x") == theirs


async def test_a_damaged_bundle_is_said(source: Path, work: Path) -> None:
    os.truncate(work, 200)

    with pytest.raises(Failed, match="does not take the work"):
        await SOURCES.fetch(source, work, "halyard/x")


async def test_no_hook_of_the_repository_runs(source: Path, work: Path, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    for name in ("reference-transaction", "post-merge", "post-update", "pre-auto-gc"):
        hook = source / ".git" / "hooks" / name
        hook.write_text(f"#!/bin/sh\necho {name} >>{trace}\n")
        hook.chmod(0o755)
    git(source, "config", "core.fsmonitor", f"echo fsmonitor >>{trace};")

    await SOURCES.bundle(source, "", tmp_path / "out")
    await SOURCES.fetch(source, work, "halyard/x")

    assert not trace.exists()


async def test_a_repository_of_another_user_is_taken(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ENVIRONMENT, "GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")

    await SOURCES.bundle(source, "", tmp_path / "out")

    assert git(tmp_path, "bundle", "list-heads", "out")
