"""What the volumes of sessions hold: measured, and held against their limits."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

import structlog

from engine.app import lifecycle
from engine.app.desk import Desk
from engine.app.loops.given import Given
from engine.domain.errors import Failed
from engine.domain.session import SessionState
from engine.domain.values import HostName, SessionId
from engine.ports.hosts import Host

log = structlog.get_logger()

AT_REST_MAX = 2
"""Sessions at rest that one round measures on each host: a container each is not free."""


class Measuring:
    """Measures sessions at work in every round, others now and then, and ended ones once.

    It is a part of the janitor's round, which takes any helper for a leftover that it sees.
    """

    def __init__(self, given: Given) -> None:
        self._given = given

    async def step(self, name: HostName, host: Host) -> None:
        """Measure on a host what is due now."""
        for session in await self._given.read(partial(_due_on, name)):
            await self._measure(host, session)

    async def _measure(self, host: Host, session: SessionId) -> None:
        try:
            sizes = await host.volume_sizes(session)
        except Failed as error:
            # Its end is seen by its runner; what has ended is asked for again in the next round.
            log.info("volumes_not_measured", session=session, error=str(error))
            return
        await self._given.write(lambda desk: lifecycle.measured(desk, session, sizes))


def _due_on(name: HostName, desk: Desk) -> Sequence[SessionId]:
    at_work = desk.tx.sessions.in_states({SessionState.WORKING})
    before = desk.now - timedelta(seconds=desk.settings.durations.measure_s)
    at_rest = desk.tx.volumes.at_rest(name, before=before, limit=AT_REST_MAX)
    return [*(session.id for session in at_work if session.host == name), *at_rest]
