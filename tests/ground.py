"""A store, a clock that stands still and small settings: what use cases are tried on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TypeVar

from engine.adapters.acp.language import AcpLanguage
from engine.adapters.files.shelf import Shelf
from engine.adapters.git.sources import LocalSources
from engine.app.desk import Desk, World
from engine.app.loops.given import Given
from engine.app.use_cases import UseCases, use_cases
from engine.domain.agent import Agent, Environment
from engine.domain.event import Event, EventKind
from engine.domain.host import HostSettings
from engine.domain.redaction import Redactor
from engine.domain.settings import Settings
from engine.domain.values import (
    ActorId,
    AgentName,
    EnvironmentName,
    EventNumber,
    HostName,
)
from engine.ports.store import Store
from tests.fakes.clock import FakeClock

ResultT = TypeVar("ResultT")

ANN = ActorId("local:1000")
BOB = ActorId("local:1001")
LOCAL = HostName("local")
DEMO = AgentName("demo")
DEFAULT = EnvironmentName("default")


def a_settings(folder: Path) -> Settings:
    """One host with two slots, one agent, one admin."""
    return Settings(
        database=folder / "halyard.db",
        files=folder,
        hosts=(HostSettings(name=LOCAL, socket="/nowhere", slots=2),),
        agents={DEMO: Agent(name=DEMO, image="demo", argv=("demo",))},
        environments={DEFAULT: Environment(name=DEFAULT)},
        credentials={"TOKEN": b"correct-horse"},
        admins=frozenset({ANN}),
    )


@dataclass(frozen=True, slots=True)
class Ground:
    """What a test stands on."""

    store: Store
    settings: Settings
    clock: FakeClock = field(default_factory=FakeClock)
    _ids: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def world(self) -> World:
        """The same settings and clock, with ids that tell their order."""
        return World(settings=self.settings, clock=self.clock, new_id=self._new_id)

    @property
    def given(self) -> Given:
        """What loops work with, without any host."""
        return Given(
            store=self.store,
            world=self.world,
            hosts={},
            language=AcpLanguage(version="1"),
            sources=LocalSources(),
            files=Shelf(self.settings.files),
            redactor=Redactor(),
        )

    async def do(self, use: Callable[[UseCases], ResultT]) -> ResultT:
        """Run use cases in a transaction."""
        return await self.store.write(lambda tx: use(use_cases(tx, self.world)))

    async def at_desk(self, work: Callable[[Desk], ResultT]) -> ResultT:
        """Run anything in a transaction."""
        return await self.store.write(lambda tx: work(Desk(tx, self.world)))

    async def events(self, *kinds: EventKind) -> list[Event]:
        """Return what was told, of some kinds or of all."""
        return list(
            await self.store.read(
                lambda tx: tx.events.after(EventNumber(0), limit=10_000, kinds=kinds or None)
            )
        )

    def _new_id(self) -> str:
        return f"id{next(self._ids)}"
