"""What loops work with: the store, the world, and the ports to the outside."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from engine.app.desk import Desk, World
from engine.domain.errors import NotFound
from engine.domain.redaction import Redactor
from engine.domain.values import HostName
from engine.ports.agents import AgentLanguage
from engine.ports.files import Files
from engine.ports.hosts import Host
from engine.ports.sources import Sources
from engine.ports.store import Store

ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The same for every loop."""

    store: Store
    world: World
    hosts: Mapping[HostName, Host]
    language: AgentLanguage
    sources: Sources
    files: Files
    redactor: Redactor

    async def write(self, change: Callable[[Desk], ResultT]) -> ResultT:
        """Run `change` on the writer; see `Store.write`."""
        return await self.store.write(lambda tx: change(Desk(tx, self.world)))

    async def read(self, look: Callable[[Desk], ResultT]) -> ResultT:
        """Run `look` on what is committed; see `Store.read`."""
        return await self.store.read(lambda tx: look(Desk(tx, self.world)))

    def host(self, name: HostName | None) -> Host:
        """Return a host of the settings.

        Raises:
            NotFound: they have none of this name any more.
        """
        if name is None or name not in self.hosts:
            raise NotFound(f"Host {name} is not in the settings any more.")
        return self.hosts[name]
