"""One session, from its place on a host to its end: what is wanted, done step by step.

Every step may run twice or stop half way: names make creation idempotent, and the rows say where
to go on.
"""

import asyncio
from collections.abc import Coroutine
from pathlib import Path

import structlog

from engine.app import lifecycle
from engine.app.desk import Desk
from engine.app.host_notes import note_down
from engine.app.loops.given import Given
from engine.app.loops.groups import expected
from engine.app.loops.life import Life
from engine.app.loops.speech import STEERING
from engine.app.specs import image_of, source_of
from engine.domain.errors import HostUnavailable, NotFound, PrepareFailed
from engine.domain.project import SourceKind
from engine.domain.session import EndReason, Session, SessionState
from engine.domain.values import SessionId
from engine.ports.hosts import Host, Source

log = structlog.get_logger()

RETRY_FIRST_S = 0.5
RETRY_MAX_S = 30.0


class Runner:
    """Drives one session until it has ended, or is back in the queue."""

    def __init__(self, given: Given, id_: SessionId) -> None:
        self._given = given
        self._id = id_
        self._retry_s = RETRY_FIRST_S
        self._life = Life(given, id_)

    async def run(self) -> None:
        """Run until there is nothing left to do for the session."""
        while True:
            session = await self._session()
            if session.state in {SessionState.ENDED, SessionState.QUEUED}:
                return
            try:
                await self._step(session)
                self._retry_s = RETRY_FIRST_S
            except HostUnavailable as error:
                log.warning("host_unavailable", session=self._id, error=str(error))
                await self._wait_before_retry(session)

    async def _step(self, session: Session) -> None:
        try:
            host = self._given.host(session.host)
        except NotFound as error:
            await self._give_up(session, EndReason.HOST_LOST, str(error))
            return
        try:
            await self._step_on(host, session)
        except NotFound as error:
            # Its project, agent, environment or credential is not there any more.
            await self._give_up(session, EndReason.FAILED, str(error))

    async def _step_on(self, host: Host, session: Session) -> None:
        match session.state:
            case SessionState.PLACING:
                await self._unless_stopped(self._place(host, session))
            case SessionState.PREPARING:
                await self._unless_stopped(self._prepare(host, session))
            case _:
                await self._life.live(host, session)

    async def _place(self, host: Host, session: Session) -> None:
        """Go to a host that answers; what it lacks shows when the session is prepared."""
        try:
            await host.check()
        except HostUnavailable as error:
            why = str(error)
            await self._given.write(lambda desk: self._unplace(desk, host, why))
            return
        await self._given.write(lambda desk: lifecycle.placed(desk, session.id))

    def _unplace(self, desk: Desk, host: Host, why: str) -> None:
        """Note it of the host too, so that placement does not choose it again at once."""
        settings = desk.settings.host(host.name)
        if settings is not None:
            note_down(desk, settings, why)
        lifecycle.unplace(desk, self._id, why)

    async def _prepare(self, host: Host, session: Session) -> None:
        try:
            commit = await self._filled(host, session)
        except (PrepareFailed, NotFound) as error:
            # The second: its project, agent or credential was removed meanwhile.
            why = str(error)
            await self._given.write(lambda desk: lifecycle.prepare_failed(desk, session.id, why))
            return
        await self._given.write(lambda desk: lifecycle.prepared(desk, session.id, commit))

    async def _filled(self, host: Host, session: Session) -> str:
        image = image_of(self._given.world.settings, session)
        if not await host.has_image(image):
            raise PrepareFailed(
                f"Host {host.name} has no image {image}; build or load it there, then restart."
            )
        async with self._given.files.scratch() as folder:
            return await host.prepare(session.id, await self._source(session, folder / "bundle"))

    async def _source(self, session: Session, bundle: Path) -> Source:
        project = await self._given.read(lambda desk: desk.tx.projects.get(session.project))
        if project.kind is SourceKind.LOCAL:
            await self._given.sources.bundle(Path(project.source), project.ref, bundle)
            return source_of(self._given.world.settings, project, bundle=bundle)
        return source_of(self._given.world.settings, project, bundle=None)

    async def _give_up(self, session: Session, reason: EndReason, why: str) -> None:
        if session.state is SessionState.PLACING:
            await self._given.write(lambda desk: lifecycle.unplace(desk, session.id, why))
            return
        await self._given.write(lambda desk: lifecycle.ended(desk, session.id, reason, why))

    async def _session(self) -> Session:
        return await self._given.read(lambda desk: desk.tx.sessions.get(self._id))

    async def _wait_before_retry(self, session: Session) -> None:
        """Wait longer each time, but no longer than until a person wants something else."""
        pause = asyncio.sleep(self._retry_s)
        self._retry_s = min(self._retry_s * 2, RETRY_MAX_S)
        if session.state is SessionState.STOPPING:
            await pause
        else:
            await self._unless_stopped(pause)

    async def _unless_stopped(self, step: Coroutine[None, None, None]) -> None:
        """Do `step`, but give it up once the session is to stop."""
        try:
            async with asyncio.TaskGroup() as tasks:
                stepping = tasks.create_task(step)
                watching = tasks.create_task(self._wait_for_stop(stepping))
                stepping.add_done_callback(lambda _: watching.cancel())
        except BaseExceptionGroup as errors:
            raise expected(errors) from errors

    async def _wait_for_stop(self, stepping: asyncio.Task[None]) -> None:
        with self._given.store.watch(session=self._id, kinds=STEERING) as watch:
            while True:
                await watch.wait()
                if (await self._session()).state is SessionState.STOPPING:
                    stepping.cancel()
                    return
