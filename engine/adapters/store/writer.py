"""The one writer: a thread that commits together what is queued."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import chain
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


class Sign(Enum):
    """What is queued beside asks."""

    LOOK = "look"
    """Something waits that goes first."""
    END = "end"
    """Nothing comes behind this."""


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
        self._queue: SimpleQueue[Ask | Sign] = SimpleQueue()
        self._first: deque[Ask] = deque()
        """What goes before all that is queued."""
        # A program that ends without closing its store must not wait for this thread.
        self._thread = Thread(target=self._run, name="store-writer", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def ask(self, ask: Ask) -> None:
        """Queue something to be written."""
        self._queue.put(ask)

    def ask_first(self, ask: Ask) -> None:
        """Put something before all that is queued, and have it committed at once."""
        self._first.append(ask)
        self._queue.put(Sign.LOOK)

    def finish(self) -> None:
        """Do all that is queued, then end; return when that has happened."""
        self._queue.put(Sign.END)
        self._thread.join()

    def _run(self) -> None:
        while (item := self._queue.get()) is not Sign.END:
            if item is not Sign.LOOK or self._first:
                self._tell(*self._commit(self._batch(item)))

    def _batch(self, item: Ask | Sign) -> Iterator[Ask]:
        """Yield an item and what is queued behind it; nothing is waited for to make it more.

        What goes first is not kept waiting by more than one other, and it ends the batch.
        """
        for one in chain((item,), self._queued()):
            if isinstance(one, Ask):
                yield one
            if self._first:
                yield from self._all_first()
                return

    def _queued(self) -> Iterator[Ask | Sign]:
        for _ in range(BATCH_MAX):
            try:
                item = self._queue.get_nowait()
            except Empty:
                return
            if item is Sign.END:
                self._queue.put(item)
                return
            yield item

    def _all_first(self) -> Iterator[Ask]:
        # Those that come meanwhile are the next batch: else a stream of them would commit nothing.
        for _ in range(len(self._first)):
            yield self._first.popleft()

    def _commit(self, asks: Iterator[Ask]) -> tuple[list[Outcome], Touched]:
        taken: list[Ask] = []
        try:
            outcomes = self._do_all(asks, taken)
        except BaseException as error:  # The thread must outlive it.
            self._tx.forget()
            log.exception("commit_failed", asks=len(taken))
            return [Outcome(ask.future, error=_unavailable(error)) for ask in taken], {}
        return outcomes, self._tx.events.settle()

    def _do_all(self, asks: Iterator[Ask], taken: list[Ask]) -> list[Outcome]:
        """Do them in one transaction, and note in `taken` which those were, also if it fails."""
        # The first is off the queue already, and has to be told also if no transaction begins.
        taken.append(next(asks))
        try:
            with self._db.begin():
                outcomes = [self._do(taken[0])]
                for ask in asks:
                    taken.append(ask)
                    outcomes.append(self._do(ask))
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
