"""Sessions of a Halyard that is up, by its API."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any

from engine.api import EventKind
from tests.halyard import Halyard

AT_ONCE = 4
"""More starts at once than processors would only wait for each other."""
LIMIT_S = 300.0


async def done(halyard: Halyard, path: str, **values: str) -> Any:
    """Make a call and return its data; whatever is not done is a failure of the bench."""
    answer = await halyard.call(path, **values)
    if answer["outcome"] != "done":
        raise AssertionError(f"{path}: {answer['message']}")
    return answer["message"]["data"]


async def started(halyard: Halyard, task: str, *, agent: str = "demo") -> str:
    """Start a session and return its name."""
    values = {"project": "bench", "task": task, "agent": agent}
    return str((await done(halyard, "session start", **values))["name"])


async def rested(halyard: Halyard, session: str) -> None:
    """Return once the session's turn has ended."""
    async with asyncio.timeout(LIMIT_S):
        async for told in halyard.events(0, session=session):
            if told.kind is EventKind.TURN:
                return


async def many_rested(halyard: Halyard, count: int, task: str) -> Sequence[str]:
    """Start sessions of the tiny agent; return their names once each has done its task."""
    numbers = iter(range(count))
    sessions: list[str] = []

    async def start_some(numbers: Iterator[int]) -> None:
        for _ in numbers:
            sessions.append(await started(halyard, task, agent="tiny"))
            await rested(halyard, sessions[-1])

    async with asyncio.TaskGroup() as tasks:
        for _ in range(AT_ONCE):
            tasks.create_task(start_some(numbers))
    return sessions
