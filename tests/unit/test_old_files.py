"""Which files are let go, and which are needed yet."""

import os
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from engine.app.loops.old_files import OldFiles
from engine.domain.errors import NotFound
from engine.domain.job import JobKind, JobState
from engine.domain.values import FileId
from engine.ports.files import Files
from tests.build import a_job, a_session
from tests.ground import Ground


async def stored(files: Files, content: bytes, at: datetime) -> FileId:
    """Store a file as if that had been then."""

    async def chunks() -> AsyncIterator[bytes]:
        yield content

    id_ = await files.add(chunks(), max_bytes=100)
    touch(await files.path(id_), at)
    return id_


def touch(path: Path, at: datetime) -> None:
    os.utime(path, (at.timestamp(), at.timestamp()))


async def test_a_file_goes_when_its_time_is_over(ground: Ground) -> None:
    given, now = ground.given, ground.clock.now()
    old = await stored(given.files, b"old", now - timedelta(days=8))
    new = await stored(given.files, b"new", now - timedelta(days=6))

    await OldFiles(given).step()

    assert (await given.files.path(new)).name == new
    with pytest.raises(NotFound, match="send it or ask for it again"):
        await given.files.path(old)


async def test_the_same_bytes_again_are_as_new(ground: Ground) -> None:
    given, now = ground.given, ground.clock.now()
    await stored(given.files, b"same", now - timedelta(days=8))
    again = await stored(given.files, b"same", now)

    await OldFiles(given).step()

    assert (await given.files.path(again)).name == again


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.RUNNING, JobState.DONE])
async def test_what_a_job_is_still_to_put_stays(ground: Ground, state: JobState) -> None:
    given, now = ground.given, ground.clock.now()
    file = await stored(given.files, b"old", now - timedelta(days=8))
    job = a_job(kind=JobKind.PUT, args={"file": file, "path": "a"}, state=state)
    await ground.at_desk(lambda desk: desk.tx.sessions.add(a_session()))
    await ground.at_desk(lambda desk: desk.tx.jobs.add(job))

    await OldFiles(given).step()

    is_there = (ground.settings.files / "files" / file).is_file()
    assert is_there is (state is not JobState.DONE)
