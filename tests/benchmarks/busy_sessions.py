"""Sessions at work in a chat, whichever chat it is."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Protocol, TypeVar

from engine.api import (
    ApprovalId,
    Conversation,
    EventKind,
    SessionState,
    Task,
    TaskState,
    UseCases,
    Verbosity,
)
from engine.app.changes import tell_approval
from engine.app.desk import Desk
from engine.domain.event import NewEvent
from tests.build import an_approval
from tests.ground import LOCAL, Ground

ResultT = TypeVar("ResultT")

SESSIONS = 20
STORM_S = 60.0
STORM_LEAST_S = 4.0
TOOLS_PER_S = 2.0
"""Of each busy session."""
ASK_EVERY_S = 2.0
SESSION = "demo-{number}"


class Room(Protocol):
    """A chat with a channel that is about a project."""

    @property
    def ground(self) -> Ground:
        """The store behind it."""
        ...

    @property
    def here(self) -> Conversation:
        """The channel."""
        ...

    async def do(self, change: Callable[[UseCases], ResultT]) -> ResultT:
        """Change something behind the chat's back."""
        ...

    async def start(self, task: str) -> object:
        """Have a session, and return once it has a thread."""
        ...

    async def tasks(self, session: str) -> list[Task]:
        """Return a session's tasks, oldest first."""
        ...


async def started(room: Room, many: int, hears: Verbosity) -> Sequence[Task]:
    """Have sessions with a thread each in a channel that hears so much; return their tasks."""
    await room.do(lambda use: use.channels.set(room.here, hears))
    numbers = range(1, many + 1)
    for number in numbers:
        await room.start(f"Begin {number}")
    return [(await room.tasks(SESSION.format(number=number)))[0] for number in numbers]


async def set_to_work(ground: Ground, tasks: Sequence[Task]) -> None:
    """Let an agent be at work on each: only then a card shows each step."""

    def work(desk: Desk) -> None:
        for task in tasks:
            session = desk.tx.sessions.get(task.session)
            desk.tx.sessions.save(replace(session, state=SessionState.WORKING, host=LOCAL))
            desk.tx.tasks.save(replace(task, state=TaskState.RUNNING))

    await ground.at_desk(work)


async def storm(ground: Ground, tasks: Sequence[Task], seconds: float) -> Mapping[str, float]:
    """Let all be busy, and ask people something in between; return word -> when it was asked."""
    asked: dict[str, float] = {}
    async with asyncio.TaskGroup() as crowd:
        for task in tasks:
            crowd.create_task(_be_busy(ground, task, seconds))
        for number in range(int(seconds / ASK_EVERY_S)):
            await asyncio.sleep(ASK_EVERY_S)
            word = f"question {number} question"
            await ground.at_desk(_asking(tasks[number % len(tasks)], number + 1, word))
            asked[word] = ground.clock.now().timestamp()
    return asked


async def _be_busy(ground: Ground, task: Task, seconds: float) -> None:
    """Use one tool after the other, which shows on the card and in the thread."""
    rng = Random(task.id)  # noqa: S311 - so that sessions are not in step
    for number in range(int(TOOLS_PER_S * seconds)):
        await asyncio.sleep(rng.expovariate(TOOLS_PER_S))
        data = {"id": f"call{number}", "title": f"Read file {number}", "status": "completed"}
        await tell(ground, EventKind.TOOL, task, data)


async def tell(ground: Ground, kind: EventKind, task: Task, data: Mapping[str, str | None]) -> None:
    """Store that something happened in a task."""
    at = ground.clock.now()
    event = NewEvent(kind=kind, at=at, session=task.session, task=task.id, data=dict(data))
    await ground.store.write(lambda tx: tx.events.append(event))


def _asking(task: Task, number: int, word: str) -> Callable[[Desk], None]:
    approval = replace(
        an_approval(number=number, subject=word, title=word),
        id=ApprovalId(f"a{number}"),
        session=task.session,
        task=task.id,
    )

    def ask(desk: Desk) -> None:
        desk.tx.approvals.add(approval)
        tell_approval(desk, approval)

    return ask
