"""`halyard` beside agents that never pause: a program for benchmarks, with the same words.

Events are stored as links to agents store them, in batches of each session, from the start to the
end of `halyard up`; of nothing else in it is anything changed.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import bot.cli.up as service
from bot.cli.main import main
from engine.api import Engine, Settings, UseCases
from engine.bootstrap import running_engine
from engine.domain.event import EventKind, NewEvent
from engine.domain.values import SessionId

AGENTS, BATCH = 50, 10
EVENTS_PER_S = 5_000
TEXT = "This is a line of what an agent says, about as long as such lines are. "
EVERY_S = AGENTS * BATCH / EVENTS_PER_S
"""Between two batches of one agent."""


@asynccontextmanager
async def busy_engine(settings: Settings) -> AsyncIterator[Engine]:
    """Run the engine, and let agents speak as long as it runs."""
    async with running_engine(settings) as engine, asyncio.TaskGroup() as tasks:
        agents = [tasks.create_task(_speak(engine, number)) for number in range(AGENTS)]
        try:
            yield engine
        finally:
            for agent in agents:
                agent.cancel()


async def _speak(engine: Engine, number: int) -> None:
    loop = asyncio.get_running_loop()
    due = loop.time() + EVERY_S * number / AGENTS
    while True:
        await asyncio.sleep(due - loop.time())
        await engine.change(lambda use: _store(use, SessionId(f"s{number}")))
        # What is late follows at once; more than a second of it is never made up for.
        due = max(due + EVERY_S, loop.time() - 1)


def _store(use: UseCases, session: SessionId) -> None:
    use.desk.tx.events.append(
        *(
            NewEvent(
                kind=EventKind.TEXT,
                at=use.desk.now,
                session=session,
                data={"text": f"{TEXT}{count}", "message": "0f1e2d3c-1111-2222-3333-444455556666"},
            )
            for count in range(BATCH)
        )
    )


if __name__ == "__main__":
    setattr(service, "running_engine", busy_engine)  # noqa: B010 - it is replaced
    sys.exit(main())
