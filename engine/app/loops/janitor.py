"""What lies on the hosts, compared with the rows: leftovers go, strays are reported first."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial

import structlog

from engine.app.alerts import close_alert
from engine.app.changes import tell_session
from engine.app.desk import Desk
from engine.app.loops.given import Given
from engine.app.loops.measuring import Measuring
from engine.app.strays import (
    AGENT_ROLE,
    begin_rest,
    close_settled,
    fingerprint_of,
    is_resting,
    report,
    row_of,
    strays_of,
    tell_of_a_restore,
)
from engine.domain.errors import HostUnavailable
from engine.domain.job import JobState
from engine.domain.session import ACTIVE, SessionState
from engine.domain.values import HostName, SessionId
from engine.ports.hosts import ContainerState, Found, Host, Inventory

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Known:
    """What the rows say of one host's things."""

    live: Mapping[SessionId, int]
    """Sessions that hold a slot there -> number of their newest container."""
    preparing: Collection[SessionId]
    busy: Collection[SessionId]
    """Sessions with a job at work."""
    attempts: Collection[tuple[SessionId, int]]
    """Containers that have a row, of those that were found."""


class Janitor:
    """Keeps hosts and rows the same. Everything it does may be done twice."""

    def __init__(self, given: Given) -> None:
        self._given = given
        self._measuring = Measuring(given)
        self._went_back = given.store.went_back
        self._seen: set[HostName] = set()
        """Hosts that were looked at since the start."""

    async def run(self) -> None:
        """Compare again and again, until cancelled."""
        while True:
            await self.step()
            await asyncio.sleep(self._given.world.settings.durations.janitor_s)

    async def step(self) -> None:
        """Compare all hosts with the rows now."""
        if self._went_back:
            await self._given.write(begin_rest)
            self._went_back = False
        for name, host in self._given.hosts.items():
            try:
                await self._look(name, host)
            except HostUnavailable as error:
                log.warning("janitor_skips_host", host=name, error=str(error))
        await self._given.store.keep_mark()

    async def _look(self, name: HostName, host: Host) -> None:
        inventory = await host.inventory()
        rests = await self._given.write(partial(self._rests, name, inventory))
        self._seen.add(name)
        if not rests:
            await self._tidy(name, host, inventory)
            await self._remove_due_volumes(name, host)
        await self._measuring.step(name, host)

    def _rests(self, name: HostName, inventory: Inventory, desk: Desk) -> bool:
        """Whether a host is to be left as it is for now; what has no row there is reported."""
        strays = strays_of(desk, name, inventory)
        is_news = name not in self._seen and tell_of_a_restore(desk, strays)
        if is_news and not is_resting(desk):
            begin_rest(desk)
        rests = is_resting(desk)
        if rests:
            report(desk, strays.all, then="nothing is done to it until the janitor's rest is over")
        else:
            report(desk, strays.volumes, then="they are kept for a person to look at")
        close_settled(desk, name, strays)
        return rests

    async def _tidy(self, name: HostName, host: Host, inventory: Inventory) -> None:
        known = await self._given.read(lambda desk: _known(desk, name, inventory))
        for found in inventory.containers:
            await self._tidy_container(host, found, known)
        for network, session in inventory.networks.items():
            if session is not None and session not in known.live:
                log.info("network_removed", host=name, network=network)
                await host.remove_network(session)
        held = set(inventory.volumes.values())
        for session in await self._given.read(lambda desk: _kept_no_longer(desk, held)):
            await host.remove_volumes(session)

    async def _tidy_container(self, host: Host, found: Found, known: Known) -> None:
        if found.role != AGENT_ROLE:
            if found.session not in {*known.preparing, *known.busy}:
                await host.remove(found.container)
            return
        if known.live.get(found.session) == found.attempt:
            return
        if (found.session, found.attempt) in known.attempts:
            # Its end is in the rows; we were cut off before it was removed.
            await host.remove(found.container)
            return
        await self._stop_stray(host, found)

    async def _stop_stray(self, host: Host, found: Found) -> None:
        """Stop what nobody knows of, tell of it, and remove it when nobody came for it."""
        if found.state in {ContainerState.RUNNING, ContainerState.PAUSED}:
            grace_s = self._given.world.settings.durations.stop_grace_s
            await host.stop(found.container, grace_s=grace_s)
        fingerprint = fingerprint_of(host.name, found)
        which = f"Container {found.name} on host {host.name} has no row"
        await self._given.write(
            partial(report, which_ones={fingerprint: which}, then="it was stopped")
        )
        age_s = self._given.world.clock.now().timestamp() - found.created_s
        if age_s > self._given.world.settings.durations.strays_kept.total_seconds():
            await host.remove(found.container)
            await self._given.write(lambda desk: close_alert(desk, fingerprint))

    async def _remove_due_volumes(self, name: HostName, host: Host) -> None:
        for session in await self._given.write(partial(_let_volumes_go, name)):
            await host.remove_volumes(session)


def _known(desk: Desk, name: HostName, inventory: Inventory) -> Known:
    tx = desk.tx
    live = [session for session in tx.sessions.in_states(ACTIVE) if session.host == name]
    jobs = tx.jobs.in_states({JobState.QUEUED, JobState.RUNNING})
    found = {(found.session, found.attempt) for found in inventory.containers}
    return Known(
        live={session.id: session.attempt for session in live},
        preparing={s.id for s in live if s.state is SessionState.PREPARING},
        busy={job.session for job in jobs},
        attempts={key for key in found if tx.attempts.find(*key) is not None},
    )


def _kept_no_longer(desk: Desk, held: Collection[SessionId]) -> list[SessionId]:
    """Return whose volumes should be gone; they may be left from a step that was cut off."""
    rows = [row_of(desk, id_) for id_ in held]
    return [row.id for row in rows if row and row.is_over and row.volumes_until is None]


def _let_volumes_go(name: HostName, desk: Desk) -> list[SessionId]:
    """Note whose volumes are kept no longer, before they go: who restarts such a one is refused."""
    due = [s for s in desk.tx.sessions.with_volumes_due(desk.now) if s.host == name]
    for session in due:
        desk.tx.sessions.save(replace(session, volumes_until=None))
        desk.tx.volumes.remove(session.id)
        tell_session(desk, replace(session, why="The time of its volumes is over."), was=session)
    return [session.id for session in due]
