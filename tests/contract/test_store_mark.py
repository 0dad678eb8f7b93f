"""A database that is put back from a backup is seen to be older than it was."""

import shutil
from pathlib import Path

import pytest

from engine.adapters.store.store import SqlStore
from tests.build import an_event
from tests.stores import open_store


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "halyard.db"


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    return tmp_path / "halyard.db.mark"


async def tell(store: SqlStore) -> None:
    await store.write(lambda tx: tx.events.append(an_event()))


@pytest.fixture
async def backup(database: Path) -> Path:
    """Make a database with a backup, and go on with it."""
    copy = database.with_name("backup.db")
    async with open_store(database) as store:
        await tell(store)
    shutil.copy(database, copy)
    async with open_store(database) as store:
        await tell(store)
    return copy


@pytest.fixture(params=["", "\0\0", "x y z", "id many"])
def damaged(mark: Path, backup: Path, request: pytest.FixtureRequest) -> None:
    """Leave a mark that no program wrote."""
    assert backup.exists()
    mark.write_text(request.param)


@pytest.fixture
def folder_in_the_way(mark: Path) -> None:
    """Let no file be written in the place of the mark."""
    mark.mkdir()


async def test_a_new_database_and_one_that_goes_on_did_not_go_back(database: Path) -> None:
    for _ in range(3):
        async with open_store(database) as store:
            assert not store.went_back
            await tell(store)


async def test_an_older_one_that_is_put_back_did(database: Path, backup: Path) -> None:
    shutil.copy(backup, database)

    async with open_store(database) as store:
        assert store.went_back


async def test_a_restore_is_seen_once(database: Path, backup: Path) -> None:
    shutil.copy(backup, database)
    async with open_store(database):
        pass

    async with open_store(database) as store:
        assert not store.went_back


async def test_a_mark_that_was_kept_before_a_crash_is_enough(
    database: Path, mark: Path, backup: Path
) -> None:
    async with open_store(database) as store:
        await tell(store)
        await store.keep_mark()
        shutil.copy(mark, mark.with_name("kept"))
    shutil.copy(backup, database)
    shutil.copy(mark.with_name("kept"), mark)

    async with open_store(database) as store:
        assert store.went_back


@pytest.mark.usefixtures("backup")
async def test_the_mark_of_another_installation_says_nothing(database: Path) -> None:
    shutil.move(database, database.with_name("gone.db"))

    async with open_store(database) as store:
        assert not store.went_back


@pytest.mark.usefixtures("damaged")
async def test_a_damaged_mark_says_nothing(database: Path) -> None:

    async with open_store(database) as store:
        assert not store.went_back


@pytest.mark.usefixtures("folder_in_the_way")
async def test_a_mark_that_cannot_be_kept_keeps_nobody_from_work(database: Path) -> None:
    async with open_store(database) as store:
        await tell(store)
        await store.keep_mark()

        assert not store.went_back
