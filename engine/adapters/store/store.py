"""The store on a SQLite database."""

import asyncio
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError, OperationalError

from engine.adapters.store import schema, sqlite
from engine.adapters.store.cleaning import Cleaner
from engine.adapters.store.lock import Lock
from engine.adapters.store.mark import Mark
from engine.adapters.store.transaction import SqlTransaction
from engine.adapters.store.watches import Watches
from engine.adapters.store.writer import Ask, Writer
from engine.domain.errors import Unavailable
from engine.domain.event import EventKind
from engine.domain.redaction import Redactor
from engine.domain.values import EventNumber, InstallationId, SessionId
from engine.ports.clock import Clock
from engine.ports.store import ResultT, Transaction, Watch


@dataclass(frozen=True, slots=True)
class _Database:
    """A database that is open and up to date, and held by this process alone."""

    lock: Lock
    writer: Engine
    readers: Engine
    db: Connection
    """The connection that writes."""
    tx: SqlTransaction
    """The writer's transaction."""
    mark: Mark
    went_back: bool

    def close(self) -> None:
        self.readers.dispose()
        self.db.close()
        self.writer.dispose()
        self.lock.release()


class SqlStore:
    """`Store` on one SQLite file, used from one loop."""

    def __init__(self, database: _Database, cleaner: Cleaner) -> None:
        self._loop = asyncio.get_running_loop()
        self._database = database
        self._cleaner = cleaner
        self._watches = Watches()
        self._readers = ThreadPoolExecutor(sqlite.READERS, "store-reader")
        self._writer = Writer(database.db, database.tx, self._loop, self._watches.wake)
        self._writer.start()
        self._closed = False

    @classmethod
    async def open(cls, path: Path, clock: Clock, redactor: Redactor | None = None) -> "SqlStore":
        """Open the database at `path`, made or brought up to date if need be.

        Values that are added to `redactor` later are taken out from then on.

        Raises:
            Refused: another process has it, it is damaged, not ours, or newer than this program.
        """
        cleaner = Cleaner(redactor or Redactor())
        return cls(await asyncio.to_thread(_opened, path, clock, cleaner), cleaner)

    @property
    def installation(self) -> InstallationId:
        """Whose database this is."""
        return self._database.tx.installation

    @property
    def went_back(self) -> bool:
        return self._database.went_back

    async def keep_mark(self) -> None:
        head = await self.read(lambda tx: tx.events.head())
        await asyncio.to_thread(self._database.mark.keep, head)

    async def close(self) -> None:
        """Commit what is queued, then let go of the database. Doing it again does nothing."""
        if self._closed:
            return
        try:
            await self.keep_mark()
        finally:
            self._closed = True
            await asyncio.to_thread(self._end)

    async def write(
        self, fn: Callable[[Transaction], ResultT], *, is_first: bool = False
    ) -> ResultT:
        self._refuse_if_closed()
        future: asyncio.Future[ResultT] = self._loop.create_future()
        queue = self._writer.ask_first if is_first else self._writer.ask
        queue(Ask(fn, future))
        return await future

    async def read(self, fn: Callable[[Transaction], ResultT]) -> ResultT:
        self._refuse_if_closed()
        return await self._loop.run_in_executor(self._readers, self._read, fn)

    def watch(
        self, *, session: SessionId | None = None, kinds: Collection[EventKind] | None = None
    ) -> AbstractContextManager[Watch]:
        return self._watches.open(session, kinds)

    def _end(self) -> None:
        # In one thread, so that a cancelled caller leaves nothing half closed.
        self._writer.finish()
        self._readers.shutdown()
        self._database.close()

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise Unavailable("The store is closed.")

    def _read(self, fn: Callable[[Transaction], ResultT]) -> ResultT:
        try:
            with self._database.readers.connect() as db:
                tx = SqlTransaction(db, self._cleaner, self.installation)
                result = fn(tx)
                tx.events.flush()  # Fails if something was appended, like every other write.
                return result
        except OperationalError as error:
            raise Unavailable("The database could not be read.") from error


def _opened(path: Path, clock: Clock, cleaner: Cleaner) -> _Database:
    lock = Lock(path)
    try:
        schema.refuse_unknown(sqlite.revision_of(path), path)
        path.touch(mode=0o600)  # What people and agents said is nobody else's.
        return _connected(path, lock, clock, cleaner)
    except DatabaseError as error:
        lock.release()
        raise sqlite.damaged(path) from error
    except BaseException:
        lock.release()
        raise


def _connected(path: Path, lock: Lock, clock: Clock, cleaner: Cleaner) -> _Database:
    writer = sqlite.writer_engine(path)
    db = writer.connect()
    try:
        schema.upgrade(db)
        installation = schema.installation(db, clock.now())
        head = _head(db, cleaner, installation)
        tx = SqlTransaction(db, cleaner, installation, committed=head)
    except BaseException:
        db.close()
        writer.dispose()
        raise
    mark = Mark(path, installation)
    readers = sqlite.reader_engine(path)
    return _Database(lock, writer, readers, db, tx, mark, went_back=mark.is_ahead_of(head))


def _head(db: Connection, cleaner: Cleaner, installation: InstallationId) -> EventNumber:
    head = SqlTransaction(db, cleaner, installation).events.head()
    db.rollback()
    return head
