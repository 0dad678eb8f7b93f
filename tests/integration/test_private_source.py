"""A private source by the name of its credential, from halyard.yaml to the pushed branch."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from engine.domain.event import Event, EventKind
from tests.chaos.story import Story
from tests.docker_host import plain_network
from tests.git_repository import a_repository, git
from tests.git_server import GitServer, git_server
from tests.halyard import Halyard, running_halyard

pytestmark = pytest.mark.docker

CREDENTIAL = "TEAM_GIT"


@pytest.fixture
def address() -> Iterator[str]:
    """An address of this machine that containers can reach."""
    with plain_network() as (_, address):
        yield address


@pytest.fixture
def server(tmp_path: Path, address: str) -> Iterator[GitServer]:
    """Serve team/code.git to whoever has the password."""
    a_repository(tmp_path / "made")
    git(tmp_path, "clone", "-q", "--bare", "made", "team/code.git")
    with git_server(tmp_path, address, password=uuid4().hex) as server:
        yield server


@asynccontextmanager
async def halyard_with(
    server: GitServer, address: str, folder: Path
) -> AsyncIterator[tuple[Halyard, Story]]:
    """Start Halyard with settings that allow the source and say where its credential is."""
    secret = folder / "team-git"
    secret.write_text(f"{server.user}:{server.password}\n")
    credentials = {CREDENTIAL: {"file": str(secret)}}
    sources = {"allow": [address], "ca_file": str(server.authority)}
    async with (
        running_halyard(folder / "home", credentials=credentials, sources=sources) as halyard,
        asyncio.TaskGroup() as tasks,
    ):
        story = Story(halyard)
        following = tasks.create_task(story.follow())
        yield halyard, story
        following.cancel()


async def done(halyard: Halyard, path: str, **values: str) -> None:
    answer = await halyard.call(path, **values)
    assert answer["outcome"] == "done", answer


def is_over(story: Story) -> bool:
    return story.state_of("web-1") == "ended"


def ended_jobs(story: Story) -> list[Event]:
    jobs = [event for event in story.events if event.kind is EventKind.JOB]
    return [event for event in jobs if event.data["state"] in {"done", "failed"}]


async def test_a_named_credential_opens_a_private_source_for_the_clone_and_for_the_push(
    server: GitServer, address: str, tmp_path: Path
) -> None:
    remote = server.root / "team/code.git"
    source = f"https://{address}:{server.port}/team/code.git"
    async with halyard_with(server, address, tmp_path) as (halyard, story):
        await done(halyard, "project add", name="web", source=source, credential=CREDENTIAL)
        await done(halyard, "session start", project="web", task="#1 work=", once="yes")
        await story.until(lambda: story.open_approvals() or is_over(story), what="it asks")
        assert not is_over(story), story.sessions
        await done(halyard, "approval allow", approval="web-1.1")
        await story.until(lambda: is_over(story), what="it has ended")

        await done(halyard, "session push", session="web-1")
        pushed = await story.until(lambda: ended_jobs(story), what="it is pushed")

    assert [job.data["state"] for job in pushed] == ["done"]
    assert "# Notes" in git(remote, "show", "halyard/web-1:NOTES.md")
    assert git(remote, "merge-base", "halyard/web-1", "main") == git(remote, "rev-parse", "main")
    kept = [path.read_bytes() for path in (tmp_path / "home").rglob("*") if path.is_file()]
    assert kept
    assert not [place for place, data in enumerate(kept) if server.password.encode() in data]
