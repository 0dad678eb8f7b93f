"""The one writer: a thread that commits together what is queued."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeAlias

import structlog
from sqlalchemy import Connection

from engine.adapters.store.events import Touched
from engine.adapters.store.steps import TransactionLost
from engine.adapters.store.transaction import SqlTransaction
from engine.domain.errors import Unavailable
from engine.ports.store import Transaction

BATCH_MAX = 500

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Ask:
    """Something to be written, and who waits for it."""

    fn: Callable[[Transaction], Any]
    future: asyncio.Future[Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an ask."""

    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None

    def tell(self) -> None:
        """Give it to who waits, if somebody still does."""
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


Committed: TypeAlias = Callable[[Touched], None]
"""Called on the loop's thread after each commit, before its callers go on."""


class Writer:
    """Runs asks one after the other, each alone, and tells their outcome once it is durable."""

    def __init__(
        self,
        db: Connection,
        tx: SqlTransaction,
        loop: asyncio.AbstractEventLoop,
        committed: Committed,
    ) -> None:
        self._db = db
        self._tx = tx
        self._loop = loop
        self._committed = committed
        self._queue: SimpleQueue[Ask | None] = SimpleQueue()
        # A program that ends without closing its store must not wait for this thread.
        self._thread = Thread(target=self._run, name="store-writer", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def ask(self, ask: Ask) -> None:
        """Queue something to be written."""
        self._queue.put(ask)

    def finish(self) -> None:
        """Do all that is queued, then end; return when that has happened."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while True:
            batch = self._next()
            asks = [ask for ask in batch if ask is not None]
            if asks:
                self._tell(*self._commit(asks))
            if len(asks) < len(batch):
                return

    def _next(self) -> list[Ask | None]:
        """Return what is queued, at least one; nothing is waited for to make it more."""
        batch = [self._queue.get()]
        try:
            while len(batch) < BATCH_MAX:
                batch.append(self._queue.get_nowait())
        except Empty:
            pass
        return batch

    def _commit(self, asks: list[Ask]) -> tuple[list[Outcome], Touched]:
        try:
            outcomes = self._do_all(asks)
        except BaseException as error:  # The thread must outlive it.
            self._tx.events.forget()
            log.exception("commit_failed", asks=len(asks))
            return [Outcome(ask.future, error=_unavailable(error)) for ask in asks], {}
        return outcomes, self._tx.events.settle()

    def _do_all(self, asks: list[Ask]) -> list[Outcome]:
        try:
            with self._db.begin():
                outcomes = [self._do(ask) for ask in asks]
                self._tx.events.flush()
        except BaseException:
            # SQLAlchemy leaves the transaction open when its COMMIT fails.
            self._db.connection.rollback()
            raise
        return outcomes

    def _do(self, ask: Ask) -> Outcome:
        try:
            with self._tx.undo_on_error():
                return Outcome(ask.future, result=ask.fn(self._tx))
        except TransactionLost:
            raise
        except StopIteration as error:  # A future takes any exception but this one.
            bug = RuntimeError("A unit of work raised StopIteration.")
            bug.__cause__ = error
            return Outcome(ask.future, error=bug)
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is the caller's.
            return Outcome(ask.future, error=error)

    def _tell(self, outcomes: list[Outcome], touched: Touched) -> None:
        try:
            self._loop.call_soon_threadsafe(self._tell_here, outcomes, touched)
        except RuntimeError:  # The loop is closed, so nobody waits any more.
            log.warning("outcomes_untold", asks=len(outcomes))

    def _tell_here(self, outcomes: list[Outcome], touched: Touched) -> None:
        self._committed(touched)
        for outcome in outcomes:
            outcome.tell()


def _unavailable(error: BaseException) -> Unavailable:
    told = Unavailable("The database could not keep the change; nothing of it was done.")
    told.__cause__ = error
    return told
