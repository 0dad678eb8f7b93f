"""Lists what an Engine holds of one installation, and says how the Engine is."""

import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docker import APIClient

from engine.adapters.docker.containers import state_of
from engine.adapters.docker.control import Control
from engine.adapters.docker.helpers import Errand, Helpers
from engine.adapters.docker.names import ATTEMPT, ROLE, SESSION, Names
from engine.domain.errors import Failed
from engine.domain.values import ContainerId, SessionId
from engine.ports.hosts import Found, HostFacts, Inventory


class Overview:
    """What is there, on one Engine."""

    def __init__(self, control: Control, names: Names, helpers: Helpers) -> None:
        self._control = control
        self._names = names
        self._helpers = helpers

    async def facts(self) -> HostFacts:
        """Say what the Engine is, and what room it has."""
        info, free_bytes = await self._control.call(_asked)
        return HostFacts(
            engine_id=info["ID"],
            engine_version=info["ServerVersion"],
            free_bytes=await self._free_bytes() if free_bytes is None else free_bytes,
        )

    async def inventory(self) -> Inventory:
        """List what is there of this installation."""
        filters = self._names.filters()
        containers = await self._control.call(
            lambda docker: docker.containers(all=True, filters=filters)
        )
        volumes = await self._control.call(lambda docker: docker.volumes(filters))
        networks = await self._control.call(lambda docker: docker.networks(filters=filters))
        return Inventory(
            containers=[_found(one) for one in containers],
            volumes={
                one["Name"]: SessionId(one["Labels"].get(SESSION, ""))
                for one in volumes["Volumes"] or ()
            },
            networks={one["Name"]: _session(one["Labels"]) for one in networks},
        )

    async def _free_bytes(self) -> int | None:
        try:
            printed = await self._helpers.run(Errand(role="free", scripts=("free.sh",)))
        except Failed:
            return None  # The host does not have our image yet.
        return int(printed[-1])


def _asked(docker: APIClient) -> tuple[Mapping[str, Any], int | None]:
    info = docker.info()
    if not _is_this_machine(info):
        return info, None
    disk = os.statvfs(info["DockerRootDir"])
    return info, disk.f_bavail * disk.f_frsize


def _is_this_machine(info: Mapping[str, Any]) -> bool:
    # A socket may be forwarded from elsewhere, where a folder of the same name is another.
    same = info["Name"] == socket.gethostname() and info["KernelVersion"] == os.uname().release
    return same and Path(info["DockerRootDir"]).is_dir()


def _found(container: Mapping[str, Any]) -> Found:
    labels = container["Labels"]
    return Found(
        container=ContainerId(container["Id"]),
        name=container["Names"][0].removeprefix("/"),
        role=labels.get(ROLE, ""),
        session=SessionId(labels.get(SESSION, "")),
        attempt=int(labels.get(ATTEMPT, 0)),
        state=state_of(container["State"]),
        created_s=container["Created"],
    )


def _session(labels: Mapping[str, str]) -> SessionId | None:
    return SessionId(labels[SESSION]) if SESSION in labels else None
