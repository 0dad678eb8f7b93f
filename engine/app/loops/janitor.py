"""What lies on the hosts, compared with the rows: leftovers go, strays are reported first."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial

import structlog

from engine.app import lifecycle
from engine.app.alerts import close_alert, open_alert
from engine.app.changes import tell_session
from engine.app.desk import Desk
from engine.app.loops.given import Given
from engine.domain.alert import Severity
from engine.domain.errors import Failed, HostUnavailable, NotFound
from engine.domain.job import JobState
from engine.domain.session import ACTIVE, Session, SessionState
from engine.domain.values import HostName, SessionId
from engine.ports.hosts import ContainerState, Found, Host, Inventory

log = structlog.get_logger()

AGENT_ROLE = "agent"


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

    async def run(self) -> None:
        """Compare again and again, until cancelled."""
        while True:
            await self.step()
            await asyncio.sleep(self._given.world.settings.durations.janitor_s)

    async def step(self) -> None:
        """Compare all hosts with the rows now."""
        for name, host in self._given.hosts.items():
            try:
                await self._tidy(name, host)
                await self._remove_due_volumes(name, host)
                await self._measure(name, host)
            except HostUnavailable as error:
                log.warning("janitor_skips_host", host=name, error=str(error))

    async def _tidy(self, name: HostName, host: Host) -> None:
        inventory = await host.inventory()
        known = await self._given.read(lambda desk: _known(desk, name, inventory))
        for found in inventory.containers:
            await self._tidy_container(host, found, known)
        for network, session in inventory.networks.items():
            if session is not None and session not in known.live:
                log.info("network_removed", host=name, network=network)
                await host.remove_network(session)
        for session in set(inventory.volumes.values()):
            await self._tidy_volumes(host, session)
        await self._given.write(lambda desk: _close_settled(desk, host, inventory))

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
        await self._report_stray(host, found)

    async def _report_stray(self, host: Host, found: Found) -> None:
        """Stop what nobody knows of, tell of it, and remove it when nobody came for it."""
        if found.state in {ContainerState.RUNNING, ContainerState.PAUSED}:
            grace_s = self._given.world.settings.durations.stop_grace_s
            await host.stop(found.container, grace_s=grace_s)
        fingerprint = f"{_stray(host)}{found.name}"
        await self._given.write(
            lambda desk: open_alert(
                desk,
                fingerprint=fingerprint,
                severity=Severity.WARNING,
                text=f"Container {found.name} on host {host.name} has no row; it was stopped.",
            )
        )
        age_s = self._given.world.clock.now().timestamp() - found.created_s
        if age_s > self._given.world.settings.durations.strays_kept.total_seconds():
            await host.remove(found.container)
            await self._given.write(lambda desk: close_alert(desk, fingerprint))

    async def _tidy_volumes(self, host: Host, id_: SessionId) -> None:
        """Remove what is kept no longer; it may be left from a step that was cut off."""
        session = await self._given.read(partial(_row, id_))
        if session is None:
            await self._report_stray_volumes(host, id_)
        elif session.is_over and session.volumes_until is None:
            await host.remove_volumes(id_)

    async def _report_stray_volumes(self, host: Host, session: SessionId) -> None:
        """Volumes without any row are reported, and kept for a person to look at."""
        await self._given.write(
            lambda desk: open_alert(
                desk,
                fingerprint=f"{_stray(host)}volumes-{session}",
                severity=Severity.WARNING,
                text=f"Host {host.name} has volumes of a session {session} without a row.",
            )
        )

    async def _remove_due_volumes(self, name: HostName, host: Host) -> None:
        for session in await self._given.write(partial(_let_volumes_go, name)):
            await host.remove_volumes(session)

    async def _measure(self, name: HostName, host: Host) -> None:
        """End the sessions whose work volumes hold more than they may."""
        for session in await self._given.read(lambda desk: _at_work_on(desk, name)):
            environment = self._given.world.settings.environments.get(session.environment)
            if environment is None:
                continue
            try:
                size = await host.work_bytes(session.id)
            except Failed:
                continue  # Its end is seen by its runner.
            if size > environment.limits.work_bytes:
                await self._given.write(partial(lifecycle.outgrew, session.id))


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


def _row(id_: SessionId, desk: Desk) -> Session | None:
    try:
        return desk.tx.sessions.get(id_)
    except NotFound:
        return None


def _at_work_on(desk: Desk, name: HostName) -> list[Session]:
    at_work = desk.tx.sessions.in_states({SessionState.WORKING})
    return [session for session in at_work if session.host == name]


def _let_volumes_go(name: HostName, desk: Desk) -> list[SessionId]:
    """Note whose volumes are kept no longer, before they go: who restarts such a one is refused."""
    due = [s for s in desk.tx.sessions.with_volumes_due(desk.now) if s.host == name]
    for session in due:
        desk.tx.sessions.save(replace(session, volumes_until=None))
        tell_session(desk, replace(session, why="The time of its volumes is over."), was=session)
    return [session.id for session in due]


def _stray(host: Host) -> str:
    """Return what the fingerprints of a host's strays begin with."""
    return f"stray:{host.name}:"


def _close_settled(desk: Desk, host: Host, inventory: Inventory) -> None:
    """Close the alerts of strays that are there no more."""
    there = {_stray(host) + found.name for found in inventory.containers}
    there |= {f"{_stray(host)}volumes-{session}" for session in inventory.volumes.values()}
    for alert in desk.tx.alerts.open():
        if alert.fingerprint.startswith(_stray(host)) and alert.fingerprint not in there:
            close_alert(desk, alert.fingerprint)
