"""The engine as faces see it: commands in, events out."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeAlias, TypeVar
from uuid import uuid4

import structlog

from engine.app.desk import World
from engine.app.use_cases import UseCases, use_cases
from engine.domain.event import Event, EventKind, of_few_sessions
from engine.domain.host import HostStatus
from engine.domain.values import (
    ActorId,
    ApprovalId,
    EventNumber,
    GroupId,
    HostName,
    InboxKey,
    SessionId,
)
from engine.ports.files import Files
from engine.ports.store import Store, Transaction, Watch
from engine.ports.talk import Received

ResultT = TypeVar("ResultT")
Notes: TypeAlias = Callable[[UseCases], Mapping[str, str]]
"""Looks at what is stored, and returns entries of an origin."""

log = structlog.get_logger()

LOOP_RETRY_S = 1.0
LAG_MAX = 10_000
"""Events of no interest that a feed reads again and again, before it moves past them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Something that a person, or a program, said to us once."""

    key: InboxKey
    """The thing said; hearing it again answers the same and does nothing."""
    actor: ActorId
    surface: str
    path: str
    values: Mapping[str, str]
    groups: frozenset[GroupId] = frozenset()
    origin: Mapping[str, str] = field(default_factory=dict)
    """What the face needs to answer there; opaque here."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered, encoded by the face, and how it went."""

    answer: str
    outcome: str
    """done, refused, unavailable or broken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A reader of the events that must miss none of some kinds."""

    name: str
    kinds: frozenset[EventKind]
    batch: int = 100
    sessions: int = 100
    """Of how many sessions one step handles events, at most."""


class Loop(Protocol):
    """Work that goes on as long as the engine runs."""

    async def run(self) -> None:
        """Run until cancelled."""
        ...


class HostChecker(Protocol):
    """Looks at hosts when asked to, besides doing so at times."""

    async def check(self, name: HostName) -> HostStatus:
        """Look at a host of the settings now, and note what was seen."""
        ...


class Engine:
    """Performs commands, tells events, and runs the loops that do the rest."""

    def __init__(
        self,
        store: Store,
        world: World,
        files: Files,
        *,
        loops: Sequence[Loop],
        checker: HostChecker,
    ) -> None:
        self._store = store
        self._world = world
        self._loops = loops
        self._checker = checker
        self.files = files
        self.clock = world.clock

    async def run(self) -> None:
        """Run the loops until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for loop in self._loops:
                tasks.create_task(_kept_up(loop))

    async def receive(self, said: Said, notes: Notes | None = None) -> Received | None:
        """Keep what was said, so that no crash can lose it; none if it was heard before.

        `notes` adds to its origin what is to be known before it is done, as the rows tell then.
        """

        def receive_once(tx: Transaction) -> Received | None:
            received = self._received(tx, said)
            if notes is not None:
                noted = notes(use_cases(tx, self._world))
                received = replace(received, origin={**received.origin, **noted})
            return tx.inbox.add(received)

        return await self._store.write(receive_once, is_first=True)

    async def perform(
        self, said: Said, handle: Callable[[UseCases], Reply], *, is_first: bool = False
    ) -> Reply:
        """Do what was said, once; its effects and its answer are stored together.

        `is_first` does it before all that waits: where a platform waits for it.
        `handle` never raises for what a person can cause; it takes back its own effects then.
        """

        def perform_once(tx: Transaction) -> Reply:
            found = tx.inbox.find(said.key)
            if found is not None and found.answer is not None:
                return Reply(found.answer, found.outcome)
            if found is None:
                tx.inbox.add(self._received(tx, said))
            reply = handle(use_cases(tx, self._world))
            tx.inbox.done(said.key, answer=reply.answer, outcome=reply.outcome)
            return reply

        return await self._store.write(perform_once, is_first=is_first)

    async def change(self, change: Callable[[UseCases], ResultT]) -> ResultT:
        """Change what a face itself keeps: deliveries and bookmarks; nobody asked for it."""
        return await self._store.write(lambda tx: change(use_cases(tx, self._world)))

    async def feed(self, feed: Feed, handle: Callable[[UseCases, Sequence[Event]], None]) -> bool:
        """Handle the next events of a feed once; return whether there may be more.

        What `handle` does and how far the feed has come are stored together.
        """
        start = await self._store.read(lambda tx: _start(tx, feed))
        if start is None:
            return False

        def step(tx: Transaction) -> bool:
            found = _next(tx, feed, max(start, tx.feeds.cursor(feed.name)))
            events = of_few_sessions(found, feed.sessions)
            if events:
                handle(use_cases(tx, self._world), events)
            is_full = len(found) == feed.batch or len(events) < len(found)
            tx.feeds.move(feed.name, events[-1].number if is_full else tx.events.head())
            return is_full

        return await self._store.write(step)

    async def read(self, look: Callable[[UseCases], ResultT]) -> ResultT:
        """Look at what is committed; `look` changes nothing."""
        return await self._store.read(lambda tx: look(use_cases(tx, self._world)))

    async def events(
        self, after: EventNumber, *, limit: int, session: SessionId | None = None
    ) -> Sequence[Event]:
        """Return the next events behind `after`, of one session or of all."""
        return await self._store.read(
            lambda tx: tx.events.after(after, limit=limit, session=session)
        )

    def watch(
        self, session: SessionId | None = None, kinds: Collection[EventKind] | None = None
    ) -> AbstractContextManager[Watch]:
        """Watch for new events, of one session or of all, of some kinds or of all."""
        return self._store.watch(session=session, kinds=kinds)

    async def shown(self, approvals: Collection[ApprovalId]) -> None:
        """Note that a person could now see these approvals; their time starts to count."""
        await self._store.write(lambda tx: use_cases(tx, self._world).approvals.shown(approvals))

    async def check_host(self, name: HostName) -> HostStatus:
        """Look at a host now.

        Raises:
            NotFound: the settings have none of this name.
        """
        return await self._checker.check(name)

    def _received(self, tx: Transaction, said: Said) -> Received:
        accounts = tx.people.accounts(said.actor)
        return Received(
            key=said.key,
            actor=said.actor,
            surface=said.surface,
            path=said.path,
            values=said.values,
            received_at=self._world.clock.now(),
            groups=said.groups,
            origin=said.origin,
            person=accounts[0].person if accounts else None,
        )


def _next(tx: Transaction, feed: Feed, after: EventNumber) -> Sequence[Event]:
    return tx.events.after(after, limit=feed.batch, kinds=feed.kinds)


def _start(tx: Transaction, feed: Feed) -> EventNumber | None:
    """Return a number up to which nothing is of interest; none if there is nothing to do.

    Looked for here, so that the writer need not pass over all that lies before it.
    """
    cursor, head = tx.feeds.cursor(feed.name), tx.events.head()
    events = _next(tx, feed, cursor)
    if events:
        return EventNumber(events[0].number - 1)
    return head if head - cursor > LAG_MAX else None


async def _kept_up(loop: Loop) -> None:
    """Run a loop, and begin it anew when a bug, or a store that fails, ends it."""
    while True:
        try:
            await loop.run()
        except Exception:  # The head of every loop: the others must go on.
            incident = uuid4().hex[:8]
            log.exception("loop_failed", loop=type(loop).__name__, incident=incident)
        await asyncio.sleep(LOOP_RETRY_S)
