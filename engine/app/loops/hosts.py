"""How the hosts are: whether they answer, and whether they have room on their disks."""

import asyncio
from functools import partial

from engine.app.alerts import paused_fingerprint
from engine.app.desk import Desk
from engine.app.host_notes import live_on, note_down, note_pause, note_up
from engine.app.loops.given import Given
from engine.domain.errors import HostUnavailable, NotFound
from engine.domain.host import HostSettings, HostState, HostStatus
from engine.domain.session import Session
from engine.domain.values import ContainerId, HostName


class HostWatch:
    """Looks at every host, at times and when asked to."""

    def __init__(self, given: Given) -> None:
        self._given = given

    async def run(self) -> None:
        """Look at all hosts again and again, until cancelled."""
        while True:
            await self.step()
            await asyncio.sleep(self._given.world.settings.durations.host_check_s)

    async def step(self) -> None:
        """Look at all hosts, side by side."""
        async with asyncio.TaskGroup() as tasks:
            for host in self._given.world.settings.hosts:
                tasks.create_task(self._look(host))

    async def check(self, name: HostName) -> HostStatus:
        """Look at a host now, and note what was seen.

        Raises:
            NotFound: the settings have none of this name.
        """
        settings = self._given.world.settings.host(name)
        if settings is None:
            raise NotFound(f"There is no host {name}; `host list` shows those there are.")
        return await self._look(settings)

    async def _look(self, settings: HostSettings) -> HostStatus:
        try:
            facts = await self._given.host(settings.name).check()
        except HostUnavailable as error:
            why = str(error)
            return await self._given.write(lambda desk: note_down(desk, settings, why))
        status = await self._given.write(lambda desk: note_up(desk, settings, facts))
        await self._pause_or_thaw(settings, is_full=status.state is HostState.FULL)
        return status

    async def _pause_or_thaw(self, settings: HostSettings, *, is_full: bool) -> None:
        """Freeze what could fill the disk up; thaw it when there is room again."""
        look = partial(_not_as_they_should_be, settings.name, is_full=is_full)
        for session, container in await self._given.read(look):
            await self._freeze(settings.name, session, container, is_full=is_full)

    async def _freeze(
        self, name: HostName, session: Session, container: ContainerId, *, is_full: bool
    ) -> None:
        try:
            await self._given.host(name).pause(container, paused=is_full)
        except HostUnavailable:
            return  # The next look tells more.
        await self._given.write(lambda desk: note_pause(desk, session, is_full=is_full))


def _not_as_they_should_be(
    name: HostName, desk: Desk, *, is_full: bool
) -> list[tuple[Session, ContainerId]]:
    """Return the live sessions on a host that are to be frozen, or thawed."""
    paused = {alert.fingerprint for alert in desk.tx.alerts.open()}
    found = []
    for session in live_on(desk, name):
        if (paused_fingerprint(session.id) in paused) is not is_full:
            attempt = desk.tx.attempts.find(session.id, session.attempt)
            if attempt is not None and attempt.container is not None:
                found.append((session, attempt.container))
    return found
