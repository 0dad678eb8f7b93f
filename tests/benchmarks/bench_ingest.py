"""How fast what an agent prints becomes events, from a container's log as the Engine keeps it."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from uuid import uuid4

from aiohttp import ClientSession, UnixConnector

from engine.adapters.acp.language import AcpLanguage
from engine.adapters.clock import SystemClock
from engine.adapters.docker.frames import Frames
from engine.adapters.docker.host import DockerHost
from engine.adapters.files.shelf import Shelf
from engine.adapters.git.sources import LocalSources
from engine.adapters.store.store import SqlStore
from engine.app.desk import World
from engine.app.loops.given import Given
from engine.app.loops.intake import Intake
from engine.domain.attempt import Attempt
from engine.domain.event import EventKind
from engine.domain.host import HostSettings
from engine.domain.redaction import Redactor
from engine.domain.session import SessionState
from engine.domain.task import TaskState
from engine.domain.values import ContainerId, EventNumber, HostName, InstallationId
from engine.ports.hosts import Stream
from tests.benchmarks.figures import Measured
from tests.benchmarks.ground import Ground
from tests.benchmarks.sessions import rested, started
from tests.build import a_session, a_task, an_attempt
from tests.docker_host import SOCKET, base_image, docker_client
from tests.ground import a_settings
from tests.halyard import Halyard

LINES = 200_000
READ_BYTES = 128 * 1024


@dataclass(frozen=True, slots=True)
class Printed:
    """What a container has printed, read off the Engine by other means than ours."""

    container: ContainerId
    said: str
    """All text of its messages."""
    lines: int
    others: int
    """Lines on stdout that are no message."""
    log_bytes: int
    first_at: datetime
    """The Engine's stamp of the first message."""


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of one reading of a log."""

    seconds: float
    said: str
    others: int


async def ingest(ground: Ground) -> dict[str, Measured]:
    """Let the demo agent flood while Halyard listens, then read its log again into new stores."""
    lines = ground.sized(LINES)
    async with ground.halyard() as halyard:
        await rested(halyard, await started(halyard, f"flood={lines}"))
        await halyard.kill()
        printed = await asyncio.to_thread(_printed, halyard, lines)
        (turn,) = halyard.rows("SELECT at FROM event WHERE kind = 'turn'")
        ended_at = datetime.fromisoformat(turn["at"]).replace(tzinfo=UTC)
        live = lines / (ended_at - printed.first_at).total_seconds()
        replays, floors = await _replays(ground, halyard.names.installation, printed)
    lost = [_lost(printed, replay) for replay in replays]
    log = f"{printed.log_bytes / 2**20:.0f} MiB of log"
    return {
        "ingest_lines_per_s": Measured(
            values=[printed.lines / replay.seconds for replay in replays],
            floors=[printed.lines / seconds for seconds in floors],
            note=log,
        ),
        "ingest_lines_lost": Measured(values=lost),
        "ingest_live_lines_per_s": Measured(values=[live], note=log),
    }


def _lost(printed: Printed, replay: Replay) -> float:
    """Return how many lines are not in the events; other text than was printed is a failure."""
    lost = printed.said.count("\n") - replay.said.count("\n") + printed.others - replay.others
    if not lost and printed.said != replay.said:
        raise AssertionError("The events have other text than the container printed.")
    return lost


def _printed(halyard: Halyard, lines: int) -> Printed:
    (attempt,) = halyard.rows("SELECT container FROM attempt")
    container = attempt["container"]
    with docker_client() as client:
        client.kill(container)
        client.wait(container)
        log = client.logs(container, stdout=True, stderr=False, timestamps=True)
    parted = [line.partition(b" ") for line in log.splitlines()]
    said = [(stamp, text) for stamp, _, line in parted if (text := _text(line)) is not None]
    if len(said) != lines:
        raise AssertionError(f"The agent has said {len(said)} of {lines} lines.")
    return Printed(
        container=ContainerId(container),
        said="".join(text for _, text in said),
        lines=len(parted),
        others=len(parted) - len(said),
        log_bytes=sum(len(line) + 1 for _, _, line in parted),
        # Python reads no more than microseconds.
        first_at=datetime.fromisoformat(f"{said[0][0][:26].decode()}+00:00"),
    )


def _text(line: bytes) -> str | None:
    update = json.loads(line).get("params", {}).get("update", {})
    is_text = update.get("sessionUpdate") == "agent_message_chunk"
    return update["content"]["text"] if is_text else None


async def _replays(
    ground: Ground, installation: InstallationId, printed: Printed
) -> tuple[Sequence[Replay], Sequence[float]]:
    settings = HostSettings(name=HostName("local"), socket=SOCKET)
    host = DockerHost(settings, installation, base_image=base_image())
    replays, floors = [], []
    try:
        for _ in range(ground.runs):
            replays.append(await _replay(ground.fresh(), host, printed.container))
            floors.append(await _bare(printed.container))
    finally:
        await host.close()
    return replays, floors


async def _replay(folder: Path, host: DockerHost, container: ContainerId) -> Replay:
    """Take the whole log into a new store, as a link does it."""
    redactor = Redactor(["correct-horse"])
    store = await SqlStore.open(folder / "halyard.db", SystemClock(), redactor)
    given = Given(
        store=store,
        world=World(settings=a_settings(folder), clock=SystemClock(), new_id=lambda: uuid4().hex),
        hosts={host.name: host},
        language=AcpLanguage(version="0"),
        sources=LocalSources(),
        files=await asyncio.to_thread(Shelf, folder / "files"),
        redactor=redactor,
    )
    attempt = await _working(store, container)
    begun = perf_counter()
    async with asyncio.TaskGroup() as tasks:
        intake = Intake(given, host, attempt, container)
        tasks.create_task(intake.read())
        await intake.take_all()
    seconds = perf_counter() - begun
    said, others = await _events(store)
    await store.close()
    return Replay(seconds, said, others)


async def _working(store: SqlStore, container: ContainerId) -> Attempt:
    """Store a session in mid-turn, of whose log nothing was read."""
    session = a_session(state=SessionState.WORKING, attempt=1)
    task = a_task(session=session.id, state=TaskState.RUNNING)
    attempt = an_attempt(session=session.id, container=container, unlocked=True)
    await store.write(lambda tx: tx.sessions.add(session))
    await store.write(lambda tx: tx.tasks.add(task))
    await store.write(lambda tx: tx.attempts.add(attempt))
    return attempt


async def _events(store: SqlStore) -> tuple[str, int]:
    events = await store.read(lambda tx: tx.events.after(EventNumber(0), limit=1_000_000))
    said = [str(event.data["text"]) for event in events if event.kind is EventKind.TEXT]
    others = [event for event in events if event.kind in {EventKind.RAW, EventKind.USAGE}]
    return "".join(said), len(others)


async def _bare(container: ContainerId) -> float:
    """Return how long it takes to read the same log and its JSON, and to keep nothing."""
    query = {"stdout": "1", "stderr": "1", "timestamps": "1", "tail": "all"}
    frames = Frames()
    begun = perf_counter()
    async with (
        ClientSession(connector=UnixConnector(SOCKET), read_bufsize=READ_BYTES) as http,
        http.get(f"http://docker/containers/{container}/logs", params=query) as response,
    ):
        async for data in response.content.iter_any():
            for entry in frames.feed(data):
                if entry.stream is Stream.STDOUT:
                    json.loads(entry.text)
    return perf_counter() - begun
