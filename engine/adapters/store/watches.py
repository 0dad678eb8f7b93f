"""Who waits for which events. Used on the loop's thread only."""

import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from engine.adapters.store.events import Touched
from engine.domain.event import EventKind
from engine.domain.values import SessionId


class EventWatch:
    """`Watch` on what the writer commits."""

    def __init__(self, kinds: Collection[EventKind] | None) -> None:
        self._kinds = None if kinds is None else frozenset(kinds)
        self._news = asyncio.Event()
        self._news.set()

    async def wait(self) -> None:
        await self._news.wait()
        self._news.clear()

    def wake(self, kinds: Collection[EventKind]) -> None:
        """Note that events of these kinds were committed."""
        if self._kinds is None or not self._kinds.isdisjoint(kinds):
            self._news.set()


class Watches:
    """All watches, by session; those of every session are under none."""

    def __init__(self) -> None:
        self._watches: dict[SessionId | None, set[EventWatch]] = {}

    @contextmanager
    def open(
        self, session: SessionId | None, kinds: Collection[EventKind] | None
    ) -> Iterator[EventWatch]:
        """Watch as long as the block lasts."""
        watch = EventWatch(kinds)
        self._watches.setdefault(session, set()).add(watch)
        try:
            yield watch
        finally:
            self._watches[session].discard(watch)
            if not self._watches[session]:
                del self._watches[session]

    def wake(self, touched: Touched) -> None:
        """Wake exactly those whom these events concern."""
        for watch in self._watches.get(None, ()):
            for kinds in touched.values():
                watch.wake(kinds)
        for session, kinds in touched.items():
            if session is not None:
                for watch in self._watches.get(session, ()):
                    watch.wake(kinds)
