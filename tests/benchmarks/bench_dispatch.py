"""What Halyard itself takes between a stored command and the first word to its agent."""

import asyncio
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from time import perf_counter, time
from typing import Any
from uuid import uuid4

from engine.adapters.docker.config import HOME, WORK, Plan, body_of
from engine.adapters.docker.names import ROLE, SESSION, Names
from engine.api import (
    AddRequest,
    Agent,
    Engine,
    Environment,
    HostSettings,
    InboxKey,
    InstallationId,
    ProjectName,
    Reply,
    Said,
    Session,
    Settings,
    StartRequest,
    UseCases,
)
from engine.bootstrap import running_engine
from tests.benchmarks.figures import Measured, p50
from tests.benchmarks.ground import Ground
from tests.benchmarks.stopwatch import Stand, Stopwatch, timed
from tests.build import HERE
from tests.docker_host import SOCKET, base_image, docker_client
from tests.ground import ANN, DEFAULT, DEMO, LOCAL
from tests.halyard import agent_image

SESSIONS = 5
PROGRAM = ("halyard-demo-agent",)
LIMIT_S = 60.0


@dataclass(frozen=True, slots=True)
class Dispatch:
    """Times of one dispatch, in seconds."""

    total_s: float
    engine_s: float
    prepare_s: float
    """Run time of the container that prepares."""

    @property
    def overhead_s(self) -> float:
        """What is Halyard's own."""
        return self.total_s - self.engine_s - self.prepare_s


async def dispatch(ground: Ground) -> dict[str, Measured]:
    """Start sessions one after the other, on the real engine in this process."""
    runs, floors = [], []
    for _ in range(ground.runs):
        runs.append(await _dispatches(ground))
        bare = [await asyncio.to_thread(_bare_s) for _ in runs[-1]]
        floors.append(p50(bare) * 1000)
    prepare_s = p50([one.prepare_s for run in runs for one in run])
    return {
        "dispatch_overhead_ms_p50": Measured(
            values=[p50([one.overhead_s for one in run]) * 1000 for run in runs],
            floors=floors,
            note=f"the container that prepares ran for {prepare_s * 1000:.0f} ms",
        ),
        "dispatch_total_ms_p50": Measured(
            values=[p50([one.total_s for one in run]) * 1000 for run in runs]
        ),
    }


async def _dispatches(ground: Ground) -> Sequence[Dispatch]:
    with timed() as stand:
        async with running_engine(_settings(ground), is_temporary=True) as engine:
            await _perform(engine, lambda use: _add_project(use, ground))
            return [await _dispatch(engine, stand) for _ in range(ground.sized(SESSIONS))]


async def _dispatch(engine: Engine, stand: Stand) -> Dispatch:
    watch = stand.watch = Stopwatch()
    started: list[Session] = []
    since = int(time())
    await _perform(engine, lambda use: started.append(use.sessions.start(_request())))
    stored_at = perf_counter()
    async with asyncio.timeout(LIMIT_S):
        await watch.written.wait()
        prepare_s = await asyncio.to_thread(_prepare_s, since, started[0])
        await _ended(engine, started[0])
    return Dispatch(watch.written_at - stored_at, watch.engine_s, prepare_s)


async def _ended(engine: Engine, session: Session) -> None:
    """Let a session end, so that the next one has the machine for itself."""
    await _perform(engine, lambda use: use.sessions.kill(session.name))
    with engine.watch(session.id) as watch:
        while not await engine.read(lambda use: use.sessions.find(session.name).is_over):
            await watch.wait()


def _prepare_s(since: int, session: Session) -> float:
    """Return how long the container that prepares ran, as the Engine's own events tell."""
    at_ns: dict[str, int] = {}
    filters = {"label": [f"{SESSION}={session.id}", f"{ROLE}=prepare"]}
    with (
        docker_client() as client,
        closing(client.events(since=since, filters=filters, decode=True)) as events,
    ):
        for told in events:
            at_ns[told["Action"]] = told["timeNano"]
            if told["Action"] == "die":
                break
    return (at_ns["die"] - at_ns["start"]) / 10**9


def _bare_s() -> float:
    """Return how long the Engine takes to make and start such a container when asked directly."""
    names = Names(InstallationId(f"bench{uuid4().hex[:8]}"))
    volumes = {WORK: "", HOME: ""}
    labels = names.labels(role="bench")
    body = body_of(Plan(image=agent_image(), argv=PROGRAM, labels=labels, volumes=volumes))
    with docker_client() as client:
        begun = perf_counter()
        made = client.create_container_from_config(body)  # type: ignore[no-untyped-call]
        try:
            client.start(made["Id"])
            return perf_counter() - begun
        finally:
            client.remove_container(made["Id"], v=True, force=True)


async def _perform(engine: Engine, do: Any) -> None:
    def handle(use: UseCases) -> Reply:
        do(use)
        return Reply("", "done")

    said = Said(key=InboxKey(uuid4().hex), actor=ANN, surface="bench", path="", values={})
    await engine.perform(said, handle)


def _add_project(use: UseCases, ground: Ground) -> None:
    use.projects.add(
        AddRequest(
            actor=ANN,
            is_local=True,
            name="bench",
            source=str(ground.source),
            ref="",
            credential="",
            agent=DEMO,
            environment=DEFAULT,
            host=None,
        )
    )


def _request() -> StartRequest:
    project = ProjectName("bench")
    return StartRequest(actor=ANN, conversation=HERE, project=project, task="slow=1/60")


def _settings(ground: Ground) -> Settings:
    folder = ground.fresh()
    return Settings(
        database=folder / "halyard.db",
        files=folder / "files",
        hosts=(HostSettings(name=LOCAL, socket=SOCKET),),
        agents={DEMO: Agent(name=DEMO, image=agent_image(), argv=PROGRAM)},
        environments={DEFAULT: Environment(name=DEFAULT)},
        admins=frozenset({ANN}),
        helper_image=base_image(),
    )
