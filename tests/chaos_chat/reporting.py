"""`halyard` with agents that end a turn at times: a program for fault runs, with the same words.

No host answers there, so no agent runs. In its place what becomes of some tasks is followed by the
end of a turn and what was said in it, stored in one transaction as links to agents store them; of
nothing else in it is anything changed. Each report has a number of its own, to be counted by.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import bot.cli.up as service
from bot.cli.main import main
from engine.api import Engine, Event, EventKind, Feed, Settings, UseCases
from engine.bootstrap import running_engine
from engine.domain.event import NewEvent

PROGRAM = "tests.chaos_chat.reporting"
ONE_IN = 5
"""Of the events of tasks: chats take only so many posts."""
FEED = Feed(name="reporting", kinds=frozenset({EventKind.TASK}))


def run() -> int:
    """Do what the words say; `up` has agents that report."""
    setattr(service, "running_engine", reporting_engine)  # noqa: B010 - it is replaced
    return main()


@asynccontextmanager
async def reporting_engine(settings: Settings) -> AsyncIterator[Engine]:
    """Run the engine, and let agents report as long as it runs."""
    async with running_engine(settings) as engine, asyncio.TaskGroup() as tasks:
        agents = tasks.create_task(_report(engine))
        try:
            yield engine
        finally:
            agents.cancel()


async def _report(engine: Engine) -> None:
    with engine.watch(kinds=FEED.kinds) as watch:
        while True:
            await watch.wait()
            while await engine.feed(FEED, _store):
                pass


def _store(use: UseCases, events: Sequence[Event]) -> None:
    for event in events:
        if event.number % ONE_IN == 0:
            use.desk.tx.events.append(*_turn(event))


def _turn(event: Event) -> Sequence[NewEvent]:
    """Return a turn of the task of an event, with what the agent said at its end."""
    words = {"text": f"Report {event.number}", "message": str(event.number)}
    return [
        NewEvent(kind=kind, at=event.at, session=event.session, task=event.task, data=data)
        for kind, data in ((EventKind.TEXT, words), (EventKind.TURN, {"number": 1}))
    ]


if __name__ == "__main__":
    sys.exit(run())
