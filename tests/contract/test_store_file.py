"""The file under the store: one process, nothing lost, and no harm to what is not ours."""

import asyncio
import os
import re
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from engine.adapters.store import sqlite
from engine.domain.errors import Conflict, InvalidInput, Refused
from engine.domain.values import EventNumber
from tests.build import a_project, an_event
from tests.stores import open_store

ROOT = Path(__file__).parents[2]
WRITER = """
import asyncio, sys
from pathlib import Path
from tests.build import an_event
from tests.stores import open_store

async def main():
    async with open_store(Path(sys.argv[1])) as store:
        for number in range(int(sys.argv[2])):
            event = an_event(data={"text": str(number)})
            await store.write(lambda tx: tx.events.append(event))
            sys.stdout.write(f"{number}\\n")
            sys.stdout.flush()
        sys.stdin.read()

asyncio.run(main())
"""
"""Tells each number on its stdout once it was acknowledged, then waits for the end of its stdin."""


@asynccontextmanager
async def another_process(database: Path, *, writes: int) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", WRITER, str(database), str(writes)),
        stdin=PIPE,
        stdout=PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def lines_of(process: Process, count: int) -> list[str]:
    assert process.stdout is not None
    async with asyncio.timeout(30):
        return [(await process.stdout.readline()).decode() for _ in range(count)]


async def refusal_of(database: Path) -> Refused:
    with pytest.raises(Refused) as caught:
        async with open_store(database):
            pass
    return caught.value


def modes_in(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}


async def made(database: Path) -> None:
    """Make a database with a few hundred events in it."""
    async with open_store(database) as store:
        await store.write(lambda tx: tx.events.append(*[an_event()] * 500))


async def test_a_second_process_is_refused(tmp_path: Path) -> None:
    database = tmp_path / "halyard.db"
    async with another_process(database, writes=1) as other:
        await lines_of(other, 1)

        refusal = await refusal_of(database)

    assert isinstance(refusal, Conflict)
    assert re.fullmatch(
        rf"Another Halyard \(process {other.pid}\) uses the database {database};"
        " stop that one, or give this one a database of its own.",
        str(refusal),
    )


async def test_a_second_store_of_this_process_is_refused_too(tmp_path: Path) -> None:
    database = tmp_path / "halyard.db"
    async with open_store(database):
        refusal = await refusal_of(database)

    assert f"process {os.getpid()}" in str(refusal)


async def test_a_refused_database_can_be_opened_once_the_other_is_gone(tmp_path: Path) -> None:
    database = tmp_path / "halyard.db"
    async with open_store(database):
        await refusal_of(database)

    async with open_store(database) as store:
        assert await store.read(lambda tx: tx.events.head()) == 0


async def test_kill_9_loses_no_acknowledged_write(tmp_path: Path) -> None:
    database = tmp_path / "halyard.db"
    async with another_process(database, writes=1_000_000) as other:
        await lines_of(other, 200)
        other.kill()
        assert other.stdout is not None
        told = (await other.stdout.read()).decode()
        acknowledged = 200 + told.count("\n")

    async with open_store(database) as store:
        events = await store.read(lambda tx: tx.events.after(EventNumber(0), limit=1_000_000))
    texts = [event.data["text"] for event in events]
    assert texts == [str(number) for number in range(len(texts))]
    assert acknowledged <= len(texts) <= acknowledged + 1


async def test_the_installation_is_made_with_the_database(tmp_path: Path) -> None:
    seen = []
    for name in ("one.db", "one.db", "two.db"):
        async with open_store(tmp_path / name) as store:
            seen.append(await store.read(lambda tx: tx.installation))
            assert store.installation == seen[-1]

    assert re.fullmatch("[0-9a-f]{8}", seen[0])
    assert seen[0] == seen[1] != seen[2]


async def test_others_on_the_machine_cannot_read_it(tmp_path: Path) -> None:
    async with open_store(tmp_path / "halyard.db"):
        modes = modes_in(tmp_path)

    assert modes == dict.fromkeys(
        ["halyard.db", "halyard.db-shm", "halyard.db-wal", "halyard.db.lock"], 0o600
    )


async def test_every_commit_reaches_the_disk(tmp_path: Path) -> None:
    async with open_store(tmp_path / "halyard.db") as store:
        db = store._database.db
        pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        values = [db.exec_driver_sql(f"PRAGMA {pragma}").scalar() for pragma in pragmas]
        db.rollback()

    assert values == ["wal", 2, 1, 5000]


async def test_a_newer_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    database = tmp_path / "halyard.db"
    await made(database)
    with closing(sqlite3.connect(database)) as db, db:
        db.execute("UPDATE alembic_version SET version_num = '20991231_2359'")
    before = database.read_bytes()

    refusal = await refusal_of(database)

    assert "written by a newer Halyard (schema 20991231_2359)" in str(refusal)
    assert database.read_bytes() == before


async def test_a_database_of_another_program_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    database = tmp_path / "halyard.db"
    with closing(sqlite3.connect(database)) as db, db:
        db.execute("CREATE TABLE bookmark (url TEXT)")
    before = database.read_bytes()

    refusal = await refusal_of(database)

    assert "is a database of another program" in str(refusal)
    assert database.read_bytes() == before


@pytest.mark.parametrize(
    ("start", "end", "filler"),
    [
        pytest.param(0, 100, b"x", id="no-database"),
        pytest.param(100, 9000, b"\xff", id="schema-overwritten"),
        pytest.param(20_000, None, b"", id="cut-short"),
    ],
)
async def test_a_damaged_database_is_refused_and_left_as_it_is(
    tmp_path: Path, start: int, end: int | None, filler: bytes
) -> None:
    database = tmp_path / "halyard.db"
    await made(database)
    whole = database.read_bytes()
    rest = b"" if end is None else whole[end:]
    damaged = whole[:start] + filler * ((end or start) - start) + rest
    database.write_bytes(damaged)

    refusal = await refusal_of(database)

    assert isinstance(refusal, InvalidInput)
    assert "is damaged or not a database; it was left as it is." in str(refusal)
    assert database.read_bytes() == damaged


async def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    database = tmp_path / "a folder with spaces & 100%" / "halyard?.db"
    database.parent.mkdir()
    database.touch()

    await made(database)

    async with open_store(database) as store:
        assert await store.read(lambda tx: tx.events.head()) == 500


async def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    refusal = await refusal_of(tmp_path / "missing" / "halyard.db")

    assert isinstance(refusal, InvalidInput)
    assert "cannot be opened: No such file or directory." in str(refusal)


async def test_what_was_stored_is_there_after_a_restart(tmp_path: Path) -> None:
    database = tmp_path / "halyard.db"
    async with open_store(database) as store:
        await store.write(lambda tx: tx.projects.add(a_project()))

    async with open_store(database) as store:
        assert await store.read(lambda tx: tx.projects.all()) == [a_project()]


async def test_a_database_that_another_program_writes_to_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_S", 0.1)
    database = tmp_path / "halyard.db"
    async with open_store(database):
        pass

    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Refused):
            async with open_store(database):
                pass
