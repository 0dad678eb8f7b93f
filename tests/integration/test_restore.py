"""An older database is put back under what goes on at the hosts: nothing is lost for that."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from engine.adapters.docker.host import DockerHost
from engine.api import InstallationId, Settings, TaskState
from engine.bootstrap import running_engine
from tests.docker_host import SOCKET
from tests.office import Office

pytestmark = pytest.mark.docker

BUSY = "slow=20/60"


@pytest.fixture
def quick(settings: Settings) -> Settings:
    """Settings with a janitor that looks all the time, and rests a good while after a restore."""
    durations = replace(settings.durations, janitor_s=0.2, stop_grace_s=0.1, janitor_rest_s=3600.0)
    return replace(settings, durations=durations)


@asynccontextmanager
async def day(settings: Settings) -> AsyncIterator[Office]:
    """Run an engine beside the block; what it started goes on without it."""
    async with running_engine(settings) as engine:
        installation = await engine.read(lambda use: use.desk.tx.installation)
        yield Office(engine, installation, settings, SOCKET)


@pytest.fixture
async def restored(quick: Settings, source: Path) -> AsyncIterator[tuple[str, InstallationId]]:
    """Put a database back that knows nothing of a session at work; give its container."""
    async with day(quick) as office:
        await office.add_project(source)
        installation = office.installation
    backup = quick.database.with_name("backup.db")
    await asyncio.to_thread(shutil.copy, quick.database, backup)
    try:
        async with day(quick) as office:
            name = await office.start(BUSY)
            await office.task(f"{name}.1", TaskState.RUNNING)
            # Beside it may be one that measures.
            [container] = [c for c in (await office.holds()).containers if c.endswith("-1")]
        await asyncio.to_thread(put_back, backup, quick.database)
        yield container, installation
    finally:
        await asyncio.to_thread(quick.database.unlink)
        await clear(quick, installation)


def put_back(backup: Path, database: Path) -> None:
    """Restore as a person would: the file, and none of what SQLite had beside it."""
    shutil.copy(backup, database)
    for beside in ("-wal", "-shm"):
        database.with_name(database.name + beside).unlink(missing_ok=True)


async def clear(settings: Settings, installation: InstallationId) -> None:
    host = DockerHost(settings.hosts[0], installation, base_image=settings.helper_image)
    await host.purge()
    await host.close()


async def looked_again(office: Office) -> None:
    """Return when the janitor has looked at the host at least once more, from beginning to end."""
    await asyncio.sleep(3 * office.settings.durations.janitor_s + 0.5)


async def test_what_the_older_database_does_not_know_goes_on_and_is_reported(
    quick: Settings, restored: tuple[str, InstallationId]
) -> None:
    container, _ = restored
    async with day(quick) as office:
        told = await office.alert("restored", "open")
        stray = await office.alert(f"stray:local:{container}", "open")
        before = await office.holds()
        await looked_again(office)

        assert "The database is older" in told
        assert stray.endswith("nothing is done to it until the janitor's rest is over.")
        assert before.containers[container] == "running"
        assert await office.holds() == before
        assert len(before.volumes) >= 2


async def test_the_hosts_tell_where_the_mark_beside_the_database_is_gone(
    quick: Settings, restored: tuple[str, InstallationId]
) -> None:
    container, _ = restored
    quick.database.with_name("halyard.db.mark").unlink()

    async with day(quick) as office:
        await office.alert("restored", "open")
        await looked_again(office)

        assert (await office.holds()).containers[container] == "running"


async def test_a_restart_does_not_begin_the_rest_anew(
    quick: Settings, restored: tuple[str, InstallationId]
) -> None:
    async with day(quick) as office:
        await office.alert("restored", "open")
    async with day(quick) as office:
        await looked_again(office)
        rests = [e for e in await office.events() if e.data.get("fingerprint") == "restored"]

    assert len(rests) == 1


async def test_after_the_rest_what_has_no_row_is_stopped(
    quick: Settings, restored: tuple[str, InstallationId]
) -> None:
    container, _ = restored
    short = replace(quick, durations=replace(quick.durations, janitor_rest_s=2.0))

    async with day(short) as office:
        await office.alert("restored", "closed")
        await office.comes_to_hold(lambda held: held.containers == {container: "exited"})

        assert len((await office.holds()).volumes) == 2


async def test_a_database_that_went_on_is_not_taken_for_an_older_one(
    quick: Settings, source: Path
) -> None:
    async with day(quick) as office:
        await office.add_project(source)
        name = await office.start(BUSY)
        await office.task(f"{name}.1", TaskState.RUNNING)
    async with day(quick) as office:
        await looked_again(office)
        told = [e for e in await office.events() if e.data.get("fingerprint") == "restored"]
        installation = office.installation
    await clear(quick, installation)

    assert told == []
