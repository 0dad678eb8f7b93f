"""The two volumes of a session: its work folder and its agent's home."""

from engine.adapters.docker.config import HOME, WORK
from engine.adapters.docker.control import Absent, Control
from engine.adapters.docker.names import Names, is_ours
from engine.domain.errors import HostUnavailable
from engine.domain.values import SessionId


class Volumes:
    """The volumes of one installation on one Engine."""

    def __init__(self, control: Control, names: Names) -> None:
        self._control = control
        self._names = names

    async def made(self, session: SessionId) -> dict[str, str]:
        """Make both, if they are not there; return place in the container -> name."""
        volumes = {WORK: self._names.work(session), HOME: self._names.home(session)}
        for name in volumes.values():
            await self._make(name, self._names.labels(session))
        return volumes

    async def are_there(self, session: SessionId) -> bool:
        """Whether both are there."""
        names = (self._names.work(session), self._names.home(session))
        return all([await self._has(session, name) for name in names])

    async def has_work(self, session: SessionId) -> bool:
        """Whether the work volume is there."""
        return await self._has(session, self._names.work(session))

    async def _has(self, session: SessionId, name: str) -> bool:
        try:
            found = await self._control.call(lambda docker: docker.inspect_volume(name))
        except Absent:
            return False
        return is_ours(self._names.labels(session), found["Labels"])

    async def remove(self, session: SessionId) -> None:
        """Remove all volumes of the session; gone is no error."""
        filters = self._names.filters(session)
        found = await self._control.call(lambda docker: docker.volumes(filters))
        for volume in found["Volumes"] or ():
            await self._remove(volume["Name"])

    async def _make(self, name: str, labels: dict[str, str]) -> None:
        # The Engine returns the one of this name that is there, with the labels that it has.
        found = await self._control.call(lambda docker: docker.create_volume(name, labels=labels))
        if not is_ours(labels, found["Labels"]):
            raise HostUnavailable(f"A volume {name} is there that this Halyard did not make.")

    async def _remove(self, name: str) -> None:
        try:
            await self._control.call(lambda docker: docker.remove_volume(name))
        except Absent:
            return
