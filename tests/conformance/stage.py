"""Halyard with agents in containers, shared by what is tried on it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from engine.api import (
    Agent,
    AgentName,
    Durations,
    Environment,
    EnvironmentName,
    EventKind,
    HostName,
    HostSettings,
    Limits,
    Settings,
    Task,
    TaskState,
    UseCases,
)
from engine.bootstrap import running_engine
from tests.conformance.faces import face_at
from tests.conformance.floor import DEMO, Floor, of_agents, opened_floor
from tests.conformance.surface import ANN, FACES, Surface
from tests.conformance.users import Users
from tests.docker_host import SOCKET, base_image
from tests.faces import short_folder
from tests.halyard import a_repository, agent_image

MadeIn: TypeAlias = Callable[[Path], Awaitable[Path]]
"""Makes a repository in a folder."""

MIB = 1024 * 1024
READY = "slow=20/0.1"
SLOTS = 12
"""On each face one session waits for its next task, and others are started beside it."""


@dataclass(frozen=True, slots=True)
class Stage:
    """People on each face, each with a session that waits for its next task."""

    floor: Floor
    faces: Mapping[str, Surface]
    _sessions: dict[str, str] = field(default_factory=dict)

    async def session(self, face: Surface) -> str:
        """Return a session of a face whose agent has nothing to do."""
        if face.name not in self._sessions:
            self._sessions[face.name] = await face.start(ANN, READY)
        session = self._sessions[face.name]
        await self.is_idle(session)
        return session

    async def task(self, session: str, text: str, *states: TaskState) -> Task:
        """Return the newest task of this text once it is in one of `states`."""

        def look(use: UseCases) -> Task | None:
            found = [task for task in use.tasks.of(session) if task.text == text]
            return found[-1] if found and found[-1].state in states else None

        return await self.floor.until(look)

    async def is_idle(self, session: str) -> None:
        """Wait until a session has no task, and none to come."""
        over = {TaskState.DONE, TaskState.CANCELLED, TaskState.DROPPED, TaskState.FAILED}
        await self.floor.until(lambda use: {t.state for t in use.tasks.of(session)} <= over)

    async def said_last(self, session: str) -> str:
        """Return the last that an agent said."""
        id_ = await self.floor.engine.read(lambda use: use.sessions.find(session).id)
        found = await self.floor.engine.read(lambda use: use.desk.tx.events.last(id_, limit=1000))
        return [str(e.data["text"]) for e in found if e.kind is EventKind.TEXT][-1]


async def _small(folder: Path) -> Path:
    return await asyncio.to_thread(a_repository, folder)


@asynccontextmanager
async def opened_stage(
    *,
    approval_s: float = 60.0,
    repository: MadeIn = _small,
    argv: Sequence[str] = ("halyard-demo-agent",),
) -> AsyncIterator[Stage]:
    """Open one with a project; nothing of it is left on the host."""
    with short_folder() as folder:
        folder.chmod(0o711)
        users, settings = Users(), _settings(folder, approval_s, argv)
        try:
            async with opened_floor(settings, folder / "api.sock", of_agents) as floor:
                await floor.prepare(str(await repository(folder / DEMO)))
                yield Stage(floor, {name: face_at(name, floor, users) for name in FACES})
        finally:
            users.close()
            async with running_engine(settings, is_temporary=True):
                pass


def _settings(folder: Path, approval_s: float, argv: Sequence[str]) -> Settings:
    demo, default = AgentName("demo"), EnvironmentName("default")
    limits = Limits(memory_bytes=256 * MIB, tmp_bytes=64 * MIB, pids=64)
    return Settings(
        database=folder / "halyard.db",
        files=folder / "files",
        hosts=(HostSettings(name=HostName("local"), socket=SOCKET, slots=SLOTS),),
        agents={demo: Agent(name=demo, image=agent_image(), argv=tuple(argv))},
        environments={default: Environment(name=default, limits=limits)},
        durations=Durations(stop_grace_s=2.0, approval_s=approval_s),
        helper_image=base_image(),
    )
