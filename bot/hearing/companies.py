"""The people of all platforms: which groups somebody is in with their other accounts."""

import asyncio
from dataclasses import dataclass, field
from uuid import uuid4

import structlog

from bot.hearing.messages import Company
from bot.hearing.turns import Turns
from engine.api import ActorId, Engine, GroupId, Unavailable

log = structlog.get_logger()

LIMIT_S = 1.5
"""So long somebody waits at most for what another platform tells of them.

Slack itself waits for three seconds until what they wrote was heard.
"""


@dataclass(frozen=True, slots=True)
class Companies:
    """Asks the platforms that are there just now; one for all faces of a Halyard."""

    engine: Engine
    _there: dict[str, Company] = field(default_factory=dict)
    _turns: Turns = field(default_factory=Turns)

    async def join(self, company: Company) -> None:
        """Let a platform be asked about its people, until cancelled."""
        self._there[company.platform] = company
        try:
            await asyncio.Event().wait()
        finally:
            del self._there[company.platform]

    async def elsewhere(self, actor: ActorId) -> frozenset[GroupId]:
        """Return the groups that the other accounts of an actor's person are in now.

        What a platform does not tell in time counts as none.

        Raises:
            Unavailable: the store cannot be read.
        """
        if self._there.keys() <= {_platform_of(actor)}:
            return frozenset()
        # What one person says is done in its order, however soon each is answered.
        async with self._turns.of(actor):
            return await self._asked(actor)

    async def _asked(self, actor: ActorId) -> frozenset[GroupId]:
        accounts = await self.engine.read(lambda use: use.access.elsewhere(actor))
        async with asyncio.TaskGroup() as tasks:
            asked = [
                tasks.create_task(self._told(account, space))
                for account, spaces in accounts.items()
                for space in spaces
            ]
        return frozenset().union(*(one.result() for one in asked))

    async def _told(self, account: ActorId, space: str) -> frozenset[GroupId]:
        try:
            async with asyncio.timeout(LIMIT_S):
                return await self._company_of(account).groups(account, space)
        except TimeoutError:
            log.warning("groups_unknown", account=account, why=f"not told within {LIMIT_S} s")
        except Unavailable as error:
            log.warning("groups_unknown", account=account, why=str(error))
        except Exception:  # A bug with one platform must not keep another one from answering.
            log.exception("groups_unknown", account=account, incident=uuid4().hex[:8])
        return frozenset()

    def _company_of(self, account: ActorId) -> Company:
        company = self._there.get(_platform_of(account))
        if company is None:
            raise Unavailable("Halyard is not on that platform now.")
        return company


def _platform_of(actor: ActorId) -> str:
    return actor.partition(":")[0]
