"""People at work with a running engine on the real Docker Engine: what they say, and what comes."""

import asyncio
import json
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from engine.adapters.docker.names import Names
from engine.api import (
    ActorId,
    AddRequest,
    AgentName,
    Approval,
    ApprovalState,
    Asker,
    Conversation,
    Engine,
    EnvironmentName,
    Event,
    EventKind,
    EventNumber,
    FileId,
    InboxKey,
    InstallationId,
    Job,
    JobId,
    JobKind,
    JobState,
    ProjectName,
    Reply,
    Said,
    Scope,
    Session,
    SessionState,
    SessionView,
    Settings,
    StartRequest,
    Task,
    TaskState,
    UseCases,
)
from engine.bootstrap import running_engine
from tests.docker_host import SOCKET
from tests.holdings import NOTHING, Holdings, held, ledger, removed

ResultT = TypeVar("ResultT")

ANN = ActorId("local:1000")
HERE = Conversation("local", "", "", "")
PROJECT = ProjectName("demo")
SOON_S = 30.0
"""Longer than anything takes here, unless it is broken."""
EVENTS = 1_000


@dataclass(frozen=True, slots=True)
class Office:
    """Says things to an engine, and waits for what comes of them, never longer than a limit."""

    engine: Engine
    installation: InstallationId
    settings: Settings
    socket: str
    """Of the Engine, past any bridge."""

    async def do(self, use: Callable[[UseCases], ResultT]) -> ResultT:
        """Perform one command; what refuses it is raised."""
        done: list[ResultT] = []

        def handle(uses: UseCases) -> Reply:
            done.append(use(uses))
            return Reply("", "done")

        key = InboxKey(uuid4().hex)
        said = Said(key=key, actor=ANN, surface="test", path="test", values={})
        await self.engine.perform(said, handle)
        return done[0]

    async def add_project(self, source: Path | str, name: str = PROJECT) -> None:
        """Add a project with all defaults."""
        request = AddRequest(
            actor=ANN,
            is_local=True,
            name=name,
            source=str(source),
            ref="",
            credential="",
            agent=AgentName("demo"),
            environment=EnvironmentName("default"),
            host=None,
        )
        await self.do(lambda use: use.projects.add(request))

    async def start(self, task: str, **fields: Any) -> str:
        """Start a session and return its name."""
        values = {"actor": ANN, "conversation": HERE, "project": PROJECT, "task": task, **fields}
        session = await self.do(lambda use: use.sessions.start(StartRequest(**values)))
        return session.name

    async def say(self, name: str, text: str, *, now: bool = False) -> Task:
        """Queue a task, or interrupt for it."""
        return await self.do(lambda use: use.sessions.say(name, text, now=now, by=ANN))

    async def allowed(self, name: str) -> None:
        """Wait for a question and allow it."""
        await self.opened(name)
        await self.allow(name)

    async def allow(self, name: str, scope: Scope = Scope.ONCE) -> None:
        """Allow what was asked."""
        await self.do(lambda use: use.approvals.allow(name, scope, by=Asker(ANN)))

    async def keep(self, content: bytes) -> FileId:
        """Store a file that is to be put."""

        async def chunks() -> AsyncIterator[bytes]:
            yield content

        return await self.engine.files.add(chunks(), max_bytes=len(content))

    async def job(self, name: str, kind: JobKind, **args: str) -> Job:
        """Ask for a job and return it once it is over."""
        asked = await self.do(lambda use: use.sessions.ask(name, kind, args, by=ANN))

        def over(use: UseCases) -> Job | None:
            job = use.desk.tx.jobs.get(JobId(asked.id))
            return job if job.state in {JobState.DONE, JobState.FAILED} else None

        return await self.until(over)

    async def until(
        self, look: Callable[[UseCases], ResultT | None], *, limit_s: float = SOON_S
    ) -> ResultT:
        """Look again with every event, and return the first thing that is neither none nor no."""
        try:
            async with asyncio.timeout(limit_s):
                with self.engine.watch() as watch:
                    while True:
                        await watch.wait()
                        if found := await self.engine.read(look):
                            return found
        except TimeoutError:
            told = "\n".join(map(_line, _without_chatter(await self.events())))
            raise AssertionError(
                f"It did not come within {limit_s} s. Last events:\n{told}"
            ) from None

    async def comes_to(self, look: Callable[[UseCases], bool]) -> None:
        """Wait until it is so; for what no event tells of it is asked again."""
        deadline = time.monotonic() + SOON_S
        while not await self.engine.read(look):
            assert time.monotonic() < deadline
            await asyncio.sleep(0.1)

    async def view(self, name: str) -> SessionView:
        """Return how a session is."""
        return await self.engine.read(lambda use: use.views.session(name))

    async def reaches(self, name: str, *states: SessionState, limit_s: float = SOON_S) -> Session:
        """Return a session once it is in one of `states`."""

        def look(use: UseCases) -> Session | None:
            session = use.sessions.find(name)
            return session if session.state in states else None

        return await self.until(look, limit_s=limit_s)

    async def waits(self, name: str, why: str) -> None:
        """Wait until a session is queued and says that it waits for this."""

        def look(use: UseCases) -> bool:
            session = use.sessions.find(name)
            return (session.state, session.why) == (SessionState.QUEUED, why)

        await self.until(look)

    async def ends(self, name: str, *, limit_s: float = SOON_S) -> Session:
        """Return a session once it has ended."""
        return await self.reaches(name, SessionState.ENDED, limit_s=limit_s)

    async def task(self, name: str, *states: TaskState, limit_s: float = SOON_S) -> Task:
        """Return a task once it is in one of `states`."""

        def look(use: UseCases) -> Task | None:
            task = use.tasks.find(name)
            return task if task.state in states else None

        return await self.until(look, limit_s=limit_s)

    async def opened(self, name: str) -> Approval:
        """Return an approval once it is open."""
        return await self.approval(name, ApprovalState.OPEN)

    async def approval(self, name: str, state: ApprovalState) -> Approval:
        """Return an approval once it is there and in this state."""
        session, _, number = name.rpartition(".")

        def look(use: UseCases) -> Approval | None:
            found = use.desk.tx.approvals.find(use.sessions.find(session).id, int(number))
            return found if found is not None and found.state is state else None

        return await self.until(look)

    async def hears(self, name: str, text: str, *, limit_s: float = SOON_S) -> None:
        """Wait until the agent has said `text`."""
        id_ = (await self.view(name)).session.id

        def look(use: UseCases) -> bool:
            last = use.desk.tx.events.last(id_, limit=EVENTS)
            return text in "".join(str(e.data["text"]) for e in last if e.kind is EventKind.TEXT)

        await self.until(look, limit_s=limit_s)

    async def alert(self, fingerprint: str, state: str, *, limit_s: float = SOON_S) -> str:
        """Return the text of an alert once it was opened, or closed."""

        def look(use: UseCases) -> str | None:
            told = use.desk.tx.events.after(EventNumber(0), limit=EVENTS, kinds={EventKind.ALERT})
            wanted = (fingerprint, state)
            found = [e.data for e in told if (e.data["fingerprint"], e.data["state"]) == wanted]
            return str(found[0]["text"]) if found else None

        return await self.until(look, limit_s=limit_s)

    async def events(self, name: str = "", *kinds: EventKind) -> list[Event]:
        """Return all events, of one session or of all."""
        session = (await self.view(name)).session.id if name else None
        events: list[Event] = []
        while more := await self.engine.events(
            events[-1].number if events else EventNumber(0), limit=EVENTS, session=session
        ):
            events.extend(more)
        return [event for event in events if not kinds or event.kind in kinds]

    async def text(self, name: str, kind: EventKind = EventKind.TEXT) -> str:
        """Return all that the agent said."""
        return "".join(str(event.data["text"]) for event in await self.events(name, kind))

    async def ledger(self, name: str, kind: str) -> list[Mapping[str, Any]]:
        """Return what the demo agent itself wrote down."""
        volume = Names(self.installation).home((await self.view(name)).session.id)
        image = self.settings.helper_image
        entries = await asyncio.to_thread(ledger, volume, image, self.socket)
        return [entry for entry in entries if entry["kind"] == kind]

    async def told(self, name: str) -> str:
        """Return all that the demo agent says that it said."""
        return "".join(entry["text"] for entry in await self.ledger(name, "text"))

    async def holds(self) -> Holdings:
        """Return what the Engine holds of this installation."""
        return await asyncio.to_thread(held, self.installation, self.socket)

    async def remove(self, container: str) -> None:
        """Remove a container behind Halyard's back."""
        await asyncio.to_thread(removed, container, self.socket)

    async def comes_to_hold(self, is_so: Callable[[Holdings], bool]) -> None:
        """Wait until it is so of what the Engine holds; it tells nobody, so it is asked again."""
        deadline = time.monotonic() + SOON_S
        while not is_so(held := await self.holds()):
            assert time.monotonic() < deadline, held
            await asyncio.sleep(0.1)


@asynccontextmanager
async def opened_office(
    settings: Settings, source: Path | str, *, socket: str = SOCKET
) -> AsyncIterator[Office]:
    """Run an engine with one project beside the block, and leave nothing of it behind."""
    async with running_engine(settings, is_temporary=True) as engine:
        installation = await engine.read(lambda use: use.desk.tx.installation)
        office = Office(engine, installation, settings, socket)
        await office.add_project(source)
        yield office
        assert await _bugs(office) == []
    assert await asyncio.to_thread(held, installation, socket) == NOTHING


async def _bugs(office: Office) -> Sequence[str]:
    told = [str(event.data.get("text")) for event in await office.events("", EventKind.ALERT)]
    return [text for text in told if "incident" in text]


def _without_chatter(events: Sequence[Event]) -> Sequence[Event]:
    """What is not the same again and again, and the end."""
    return [event for event in events if event.kind is not EventKind.TEXT] + [*events[-3:]]


def _line(event: Event) -> str:
    return f"{event.number} {event.kind} {json.dumps(event.data)[:200]}"


def git(folder: Path, *args: str) -> str:
    """Run git in a repository and return what it printed."""
    who = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org")
    done = subprocess.run(  # noqa: S603 - our own words
        ["git", *who, "-C", str(folder), *args],  # noqa: S607 - the git of the machine
        check=True,
        capture_output=True,
        text=True,
        timeout=20,
    )
    return done.stdout.strip()
