"""A Docker Engine as a `Host`: the one place that knows all parts of this adapter."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractAsyncContextManager, aclosing
from ipaddress import IPv4Network
from pathlib import Path

from engine.adapters.docker.config import Plan
from engine.adapters.docker.containers import Containers
from engine.adapters.docker.control import Control
from engine.adapters.docker.folder import Folder
from engine.adapters.docker.helpers import Helpers
from engine.adapters.docker.inventory import Overview
from engine.adapters.docker.logs import Logs
from engine.adapters.docker.names import AGENT, Names
from engine.adapters.docker.networks import Networks
from engine.adapters.docker.stdin import Doors
from engine.adapters.docker.volumes import Volumes
from engine.adapters.docker.workspace import Workspace
from engine.domain.attempt import Cursor
from engine.domain.errors import ContainerLost
from engine.domain.host import HostSettings
from engine.domain.source import SourceRules
from engine.domain.values import ContainerId, HostName, InstallationId, Network, SessionId
from engine.domain.volume import VolumeSizes
from engine.ports.hosts import (
    ContainerFacts,
    ContainerSpec,
    HostFacts,
    Inventory,
    LogLine,
    Pushed,
    Source,
    Stdin,
    Work,
)

ANSWER_S = 20
"""How long the Engine may take for one answer."""
TRANSFER_S = 900.0
"""How long a clone or a push may take."""
LOOK_AGAIN_S = 0.1
JAILS = "10.213.0.0/16"


class DockerHost:
    """`Host` on the unix socket of a Docker Engine."""

    def __init__(
        self,
        settings: HostSettings,
        installation: InstallationId,
        *,
        base_image: str,
        sources: SourceRules = SourceRules(),  # noqa: B008 - frozen.
        jails: str = JAILS,
    ) -> None:
        """Open nothing yet.

        `base_image` has the short-lived containers' git; networks are cut out of `jails`.
        """
        self._settings = settings
        self._installation = installation
        self._names = Names(installation)
        control = Control(settings.name, settings.socket, answer_s=ANSWER_S)
        logs = Logs(settings.name, settings.socket, answer_s=ANSWER_S)
        self._control, self._logs = control, logs
        self._containers = Containers(control)
        self._plans: dict[ContainerId, Plan] = {}
        """What the containers that never ran yet were to be."""
        self._doors = Doors(settings, self._containers, answer_s=ANSWER_S)
        self._networks = Networks(control, self._names, IPv4Network(jails))
        self._volumes = Volumes(control, self._names)
        helpers = Helpers(
            self._names, control, self._containers, doors=self._doors, logs=logs, image=base_image
        )
        self._overview = Overview(control, self._names, helpers)
        self._folder = Folder(helpers, self._names, self._volumes)
        self._workspace = Workspace(
            helpers,
            self._volumes,
            self._networks,
            rules=sources,
            limit_s=TRANSFER_S,
        )

    @property
    def name(self) -> HostName:
        return self._settings.name

    @property
    def installation(self) -> InstallationId:
        return self._installation

    async def check(self) -> HostFacts:
        return await self._overview.facts()

    async def has_image(self, image: str) -> bool:
        return await self._containers.has_image(image)

    async def create(self, spec: ContainerSpec) -> ContainerId:
        is_jailed = spec.network is Network.JAIL
        plan = Plan(
            image=spec.image,
            argv=spec.argv,
            env=spec.env,
            limits=spec.limits,
            runtime=spec.runtime,
            network=await self._networks.jail(spec.session) if is_jailed else "none",
            volumes=await self._volumes.made(spec.session),
            labels=self._names.labels(spec.session, role=AGENT, attempt=spec.attempt),
        )
        container = await self._containers.create(
            self._names.container(spec.session, spec.attempt), plan
        )
        self._plans[container] = plan
        return container

    async def start(self, container: ContainerId) -> None:
        await self._containers.start(container, self._plans.get(container))
        self._plans.pop(container, None)

    async def observe(self, container: ContainerId) -> ContainerFacts:
        return await self._containers.observe(container)

    async def stop(self, container: ContainerId, *, grace_s: float) -> None:
        # Not the Engine's own `stop`, which would hold one of our few threads for the whole grace.
        await self._containers.signal(container, "SIGTERM")
        try:
            async with asyncio.timeout(grace_s):
                await self._logs.wait(container)
        except TimeoutError:
            await self.kill(container)
        except ContainerLost:
            return  # Somebody has removed it meanwhile.

    async def kill(self, container: ContainerId) -> None:
        await self._containers.signal(container, "SIGKILL")

    async def pause(self, container: ContainerId, *, paused: bool) -> None:
        await self._containers.pause(container, paused=paused)

    async def remove(self, container: ContainerId) -> None:
        self._plans.pop(container, None)
        await self._containers.remove(container)

    def stdin(self, container: ContainerId) -> AbstractAsyncContextManager[Stdin]:
        return self._doors.into(container)

    async def lines(
        self, container: ContainerId, cursor: Cursor
    ) -> AsyncGenerator[Sequence[LogLine]]:
        # A log that ends shows whether the place of a cursor was found in it, and whether it is
        # whole. So what is there is read before it is followed, and whenever a follow has ended.
        is_over, follow = False, cursor == Cursor()
        while True:
            lines = self._logs.lines(container, cursor, follow=follow)
            async with aclosing(lines) as batches:
                async for batch in batches:
                    cursor = batch[-1].cursor
                    yield batch
            if is_over:
                return
            is_over = await self._containers.is_over(container)
            if follow and not is_over:
                await asyncio.sleep(LOOK_AGAIN_S)
            follow = not (follow or is_over)

    async def prepare(self, session: SessionId, source: Source) -> str:
        return await self._workspace.prepare(session, source)

    async def work(self, session: SessionId, start_commit: str, *, diff_max_bytes: int) -> Work:
        return await self._folder.work(session, start_commit, diff_max_bytes=diff_max_bytes)

    async def bundle(
        self, session: SessionId, start_commit: str, branch: str, target: Path, *, max_bytes: int
    ) -> str:
        return await self._folder.bundle(session, start_commit, branch, target, max_bytes=max_bytes)

    async def push(self, session: SessionId, bundle: Path, branch: str, source: Source) -> Pushed:
        return await self._workspace.push(session, bundle, branch, source)

    async def put_file(self, session: SessionId, path: str, content: Path) -> None:
        await self._folder.put_file(session, path, content)

    async def get_file(
        self, session: SessionId, path: str, target: Path, *, max_bytes: int
    ) -> None:
        await self._folder.get_file(session, path, target, max_bytes=max_bytes)

    async def volume_sizes(self, session: SessionId) -> VolumeSizes:
        return await self._folder.volume_sizes(session)

    async def inventory(self) -> Inventory:
        return await self._overview.inventory()

    async def remove_volumes(self, session: SessionId) -> None:
        await self._volumes.remove(session)

    async def remove_network(self, session: SessionId) -> None:
        await self._networks.remove(self._names.jail(session))

    async def purge(self) -> None:
        found = await self.inventory()
        for one in found.containers:
            await self.remove(one.container)
        for session in set(found.volumes.values()):
            await self.remove_volumes(session)
        for network in found.networks:
            await self._networks.remove(network)

    async def close(self) -> None:
        await self._logs.close()
        await self._control.close()
