"""The composition root: the one place that knows every adapter."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version
from uuid import uuid4

from engine.adapters.acp.language import AcpLanguage
from engine.adapters.clock import SystemClock
from engine.adapters.docker.host import DockerHost
from engine.adapters.files.shelf import Shelf
from engine.adapters.git.sources import LocalSources
from engine.adapters.store.store import SqlStore
from engine.app.desk import World
from engine.app.engine import Engine
from engine.app.loops.alert_log import AlertLog
from engine.app.loops.deadlines import Deadlines
from engine.app.loops.given import Given
from engine.app.loops.hosts import HostWatch
from engine.app.loops.janitor import Janitor
from engine.app.loops.jobs import Jobs
from engine.app.loops.old_files import OldFiles
from engine.app.loops.placement import Placement
from engine.app.loops.supervision import Supervision
from engine.domain.redaction import Redactor
from engine.domain.settings import Settings
from engine.domain.values import HostName, InstallationId
from engine.ports.hosts import Host


@asynccontextmanager
async def running_engine(
    settings: Settings, *, is_temporary: bool = False
) -> AsyncIterator[Engine]:
    """Build the engine, run its loops beside the block, and close what it opened afterwards.

    Sessions go on without it, and are adopted by the next one on the same database; those of a
    temporary one are removed with all they have when the block ends.

    Raises:
        Refused: the database is held by another process, damaged, or newer than this program.
    """
    redactor = Redactor(value.decode(errors="replace") for value in settings.credentials.values())
    store = await SqlStore.open(settings.database, SystemClock(), redactor)
    hosts = _hosts(settings, store.installation)
    try:
        given = Given(
            store=store,
            world=World(settings=settings, clock=SystemClock(), new_id=lambda: uuid4().hex),
            hosts=hosts,
            language=AcpLanguage(version=version("halyard")),
            sources=LocalSources(),
            files=await asyncio.to_thread(Shelf, settings.files),
            redactor=redactor,
        )
        async with _running(_engine(given)) as engine:
            yield engine
    finally:
        await _leave(store, hosts, is_temporary=is_temporary)


@asynccontextmanager
async def _running(engine: Engine) -> AsyncIterator[Engine]:
    async with asyncio.TaskGroup() as tasks:
        loops = tasks.create_task(engine.run())
        try:
            yield engine
        finally:
            loops.cancel()


def _engine(given: Given) -> Engine:
    watch = HostWatch(given)
    loops = (
        watch,
        Placement(given),
        Supervision(given),
        Jobs(given),
        Deadlines(given),
        Janitor(given),
        OldFiles(given),
        AlertLog(given),
    )
    return Engine(given.store, given.world, given.files, loops=loops, checker=watch)


def _hosts(settings: Settings, installation: InstallationId) -> Mapping[HostName, Host]:
    return {
        host.name: DockerHost(
            host,
            installation,
            base_image=settings.helper_image,
            sources=settings.sources,
            jails=settings.jail_range,
        )
        for host in settings.hosts
    }


async def _leave(store: SqlStore, hosts: Mapping[HostName, Host], *, is_temporary: bool) -> None:
    """Close everything, whatever goes wrong with one of them."""
    async with AsyncExitStack() as closing:
        closing.push_async_callback(store.close)
        for host in hosts.values():
            closing.push_async_callback(host.close)
            if is_temporary:
                closing.push_async_callback(host.purge)
