"""A runner for every session that holds a slot."""

import asyncio
from uuid import uuid4

import structlog

from engine.app.alerts import close_alert, open_alert
from engine.app.loops.given import Given
from engine.app.loops.runner import Runner
from engine.domain.alert import Severity
from engine.domain.event import EventKind
from engine.domain.session import ACTIVE
from engine.domain.values import SessionId

log = structlog.get_logger()

RETRY_S = 5.0
"""Pause before a session is taken up again after a bug."""


class Supervision:
    """Starts a runner for each session, on a restart too: what lives is adopted."""

    def __init__(self, given: Given) -> None:
        self._given = given
        self._running: set[SessionId] = set()

    async def run(self) -> None:
        """Watch for sessions without a runner, until cancelled."""
        kinds = {EventKind.SESSION}
        async with asyncio.TaskGroup() as tasks:
            with self._given.store.watch(kinds=kinds) as watch:
                while True:
                    await watch.wait()
                    await self.step(tasks)

    async def step(self, tasks: asyncio.TaskGroup) -> None:
        """Start the runners that are missing now."""
        sessions = await self._given.read(lambda desk: desk.tx.sessions.in_states(ACTIVE))
        for session in sessions:
            if session.id not in self._running:
                self._running.add(session.id)
                tasks.create_task(self._guard(session.id, tasks))

    async def _guard(self, id_: SessionId, tasks: asyncio.TaskGroup) -> None:
        try:
            await self._run(id_)
        finally:
            self._running.discard(id_)
        # It may have been placed again before it was off the list.
        await self.step(tasks)

    async def _run(self, id_: SessionId) -> None:
        while True:
            try:
                await Runner(self._given, id_).run()
                await self._given.write(lambda desk: close_alert(desk, _fingerprint(id_)))
            except Exception:  # A bug in one session must not take the others down.
                incident = uuid4().hex[:8]
                log.exception("session_failed", session=id_, incident=incident)
                await self._alert(id_, incident)
                await asyncio.sleep(RETRY_S)
            else:
                return

    async def _alert(self, id_: SessionId, incident: str) -> None:
        await self._given.write(
            lambda desk: open_alert(
                desk,
                fingerprint=_fingerprint(id_),
                severity=Severity.CRITICAL,
                text=f"Halyard cannot drive this session (incident {incident}); see its log.",
                session=id_,
            )
        )


def _fingerprint(id_: SessionId) -> str:
    return f"session-bug:{id_}"
