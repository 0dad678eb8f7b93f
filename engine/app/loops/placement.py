"""Queued sessions onto hosts with free slots."""

from dataclasses import replace

from engine.app.changes import move_session, tell_session
from engine.app.desk import Desk
from engine.app.loops.given import Given
from engine.domain.event import EventKind
from engine.domain.host import NoPlace, place
from engine.domain.session import Session, SessionState, SessionTrigger


class Placement:
    """Gives each queued session a host, oldest first; who has to wait is told why."""

    def __init__(self, given: Given) -> None:
        self._given = given

    async def run(self) -> None:
        """Place whenever sessions or hosts change, until cancelled."""
        kinds = {EventKind.SESSION, EventKind.HOST}
        with self._given.store.watch(kinds=kinds) as watch:
            while True:
                await watch.wait()
                await self.step()

    async def step(self) -> None:
        """Place every session that can be placed now."""
        if await self._given.read(_queued):
            await self._given.write(_place_all)


def _queued(desk: Desk) -> list[Session]:
    return list(desk.tx.sessions.in_states({SessionState.QUEUED}))


def _place_all(desk: Desk) -> None:
    for session in _queued(desk):
        found = place(
            session, desk.settings.hosts, desk.tx.hosts.all(), desk.tx.sessions.used_slots()
        )
        if isinstance(found, NoPlace):
            _explain(desk, session, found.why)
        else:
            move_session(desk, replace(session, host=found.host), SessionTrigger.PLACE)


def _explain(desk: Desk, session: Session, why: str) -> None:
    """Say once what a session waits for."""
    if session.why != why:
        explained = replace(session, why=why)
        desk.tx.sessions.save(explained)
        tell_session(desk, explained, was=session)
