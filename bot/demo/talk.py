"""The demo's person: makes calls, watches, decides, and counts what they saw."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from rich.console import Console

from bot.commands import registry
from bot.console.follow import Follower
from bot.console.terminal import ask, can_ask
from bot.core.answer import Answer, Outcome
from bot.core.call import Call
from bot.core.told import asked_in
from bot.dispatch import Heard, answer
from bot.settings.values import own_actor
from bot.views.event import word
from engine.api import (
    Conversation,
    Engine,
    Event,
    EventKind,
    EventNumber,
    JobState,
    Json,
    Refused,
    Unavailable,
)

SILENCE_S = 180.0
BATCH = 200
YES = frozenset({"", "y", "yes"})


@dataclass(slots=True)
class Talk:
    """One person's talk with an engine."""

    engine: Engine
    console: Console
    decided: int = field(default=0, init=False)
    tokens: int = field(default=0, init=False)
    """Those of every turn, as the agent claims them."""

    async def call(self, path: str, **values: str) -> Answer:
        """Make a call.

        Raises:
            Refused: it was not done; the text says why.
        """
        heard = Heard(
            key=uuid4().hex,
            actor=own_actor(),
            conversation=Conversation("local", "", "demo", ""),
            is_local=True,
            call=Call(path, values),
        )
        answered = await answer(self.engine, registry, heard)
        if answered.outcome is not Outcome.DONE:
            raise Refused(_sentence(answered))
        return answered

    async def watch(self, session: str, head: EventNumber) -> None:
        """Print the session's events until it has ended, and decide what its agent asks."""
        follower = Follower(self.console, session, tells_how=False)
        try:
            async for event in self._events(session, head):
                follower.feed(event)
                await self._note(session, event)
                if follower.is_over:
                    return
        finally:
            follower.end()

    async def result(self, path: str, session: str) -> Mapping[str, Json]:
        """Make a call that has a job, and return what the job made.

        Raises:
            Refused: it failed.
        """
        asked = await self.call(path, session=session)
        async for event in self._events(session, asked.head):
            data = event.data
            if event.kind is EventKind.JOB and data.get("job") == asked.message.job:
                if data.get("state") == JobState.FAILED:
                    raise Refused(word(data, "why"))
                if data.get("state") == JobState.DONE:
                    return data
        raise AssertionError("events end only with an error")

    async def _events(self, session: str, after: EventNumber) -> AsyncIterator[Event]:
        id_ = await self.engine.read(lambda use: use.sessions.find(session).id)
        with self.engine.watch(id_) as watch:
            while True:
                try:
                    async with asyncio.timeout(SILENCE_S):
                        await watch.wait()
                except TimeoutError:
                    raise Unavailable(f"Nothing has happened for {SILENCE_S:.0f} s.") from None
                while events := await self.engine.events(after, limit=BATCH, session=id_):
                    for event in events:
                        after = event.number
                        yield event

    async def _note(self, session: str, event: Event) -> None:
        data = event.data
        if event.kind is EventKind.TURN:
            self.tokens += _whole(data, "input_tokens") + _whole(data, "output_tokens")
        if asked := asked_in([event]):
            await self.engine.shown(asked)
            await self._decide(f"{session}.{word(data, 'number')}")

    async def _decide(self, approval: str) -> None:
        if can_ask():
            verb = "allow" if await ask("    Allow it? [Y/n] ") in YES else "deny"
        else:
            self.console.print("    There is no terminal to ask on, so it is allowed once.")
            verb = "allow"
        await self.call(f"approval {verb}", approval=approval)
        self.decided += 1


def _whole(data: Mapping[str, Json], key: str) -> int:
    value = data.get(key)
    return value if isinstance(value, int) else 0


def _sentence(answered: Answer) -> str:
    data = answered.message.data
    return str(data.get("error")) if isinstance(data, Mapping) else answered.message.title
