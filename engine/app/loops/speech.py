"""Onto a container's stdin: the secrets, the opening of a session, then what is due."""

import asyncio
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from engine.app.changes import move_session
from engine.app.desk import Desk
from engine.app.loops.given import Given
from engine.app.loops.intake import Intake
from engine.app.outgoing import Outgoing, lose_prompt
from engine.app.rows import rows_of
from engine.domain.attempt import Attempt
from engine.domain.errors import Failed
from engine.domain.event import EventKind
from engine.domain.session import SessionState, SessionTrigger
from engine.domain.values import TaskId
from engine.ports.agents import Answered
from engine.ports.hosts import UNLOCK_PREFIX, Stdin
from engine.ports.store import Message, MessageKind

STEERING = frozenset({EventKind.SESSION, EventKind.TASK, EventKind.APPROVAL, EventKind.JOB})
"""Kinds of events after which something may be due to an agent."""


class AgentRefused(Failed):
    """The agent would not open a session; the text says why, for the person."""


def unlock_line(secrets: Mapping[str, bytes]) -> bytes:
    """Return the line that the entrypoint waits for; it is written, and never stored."""
    words = [name.encode() + b"=" + b64encode(value) for name, value in sorted(secrets.items())]
    return b" ".join([UNLOCK_PREFIX, *words]) + b"\n"


class Speech:
    """Writes to one agent. Every message is journalled before, and confirmed after."""

    def __init__(self, given: Given, attempt: Attempt, stdin: Stdin, intake: Intake) -> None:
        self._given = given
        self._attempt = attempt
        self._stdin = stdin
        self._intake = intake
        self._cancelled: set[TaskId] = set()

    async def open(self, secrets: Mapping[str, bytes]) -> None:
        """Unlock a fresh container, and open or load the agent's own session.

        Raises:
            AgentRefused: the agent answered, and would not.
            TimeoutError: it did not answer in time.
        """
        async with asyncio.timeout(self._given.world.settings.durations.start_s):
            await self._stdin.write(unlock_line(secrets))
            await self._intake.unlocked.wait()
            hello = await self._ask(MessageKind.INITIALIZE)
            if hello.error:
                raise AgentRefused(f"The agent refused to start: {hello.error}")
            agent_session = await self._open_session(hello)
        await self._given.write(lambda desk: self._connected(desk, agent_session))

    async def go_on(self) -> None:
        """Take up a container that was connected before.

        The newline ends a line that may have been cut; answers that may not have arrived are
        written again, which agents ignore when they have them.
        """
        await self._stdin.write(b"\n")
        answers = [m for m in await self._doubtful() if m.kind is MessageKind.ANSWER]
        await self._send(answers)

    async def doubt(self) -> None:
        """Wait for a sign that earlier prompts arrived, and else leave them to a person.

        The time counts from the last line that was taken: a long log has to be read first.
        """
        prompts = [m for m in await self._doubtful() if m.kind is MessageKind.PROMPT]
        if not prompts:
            return
        await self._intake.wait_for_silence(self._given.world.settings.durations.unknown_s)
        for prompt in prompts:
            await self._given.write(partial(_lose, prompt))

    async def send_what_is_due(self) -> None:
        """Write prompts, answers and cancellations as they become due, until cancelled.

        Returns once the log is so long that the container is to be replaced, and nothing is at
        work.
        """
        with self._given.store.watch(session=self._attempt.session, kinds=STEERING) as watch:
            while True:
                await watch.wait()
                messages = await self._given.write(self._due)
                if messages is None:
                    return
                await self._send(messages)

    async def reply(self) -> None:
        """Write the answers to what agents ask for and we do not do, until cancelled."""
        while True:
            await self._send([await self._intake.replies.get()])

    async def _open_session(self, hello: Answered) -> str:
        session, _ = await self._given.read(lambda desk: rows_of(desk, self._attempt))
        known = session.agent_session
        if known and self._given.language.can_load(hello):
            loaded = await self._ask(MessageKind.LOAD, known)
            if not loaded.error:
                return known
        opened = await self._ask(MessageKind.NEW)
        agent_session = self._given.language.session_of(opened)
        if not agent_session:
            why = opened.error or "it gave no id."
            raise AgentRefused(f"The agent opened no session: {why}")
        return agent_session

    def _connected(self, desk: Desk, agent_session: str) -> None:
        session, _ = rows_of(desk, self._attempt)
        if session.state is not SessionState.STARTING:
            return  # A person stopped it meanwhile.
        forgot = session.agent_session not in {"", agent_session}
        why = "The agent could not load its conversation and begins without it." if forgot else ""
        known = replace(session, agent_session=agent_session)
        move_session(desk, known, SessionTrigger.CONNECTED, why=why)

    async def _ask(self, kind: MessageKind, agent_session: str = "") -> Answered:
        message = await self._given.write(
            lambda desk: self._outgoing(desk).request(kind, agent_session)
        )
        waiting = self._intake.expect(message.rpc_id)
        await self._send([message])
        return await waiting

    async def _doubtful(self) -> Sequence[Message]:
        attempt = self._attempt
        pending = await self._given.read(
            lambda desk: desk.tx.journal.pending(attempt.session, attempt.number)
        )
        return [message for message in pending if not message.confirmed]

    def _due(self, desk: Desk) -> Sequence[Message] | None:
        """Journal what is due, or return none once the container is to be replaced.

        Both in one transaction, so that no prompt goes to a container that is about to go.
        """
        session, attempt = rows_of(desk, self._attempt)
        limit = self._given.world.settings.sizes.log_replace_bytes
        if session.state is SessionState.READY and attempt.log_bytes > limit:
            return None
        return Outgoing(desk, self._given.language, session, attempt).due(self._cancelled)

    def _outgoing(self, desk: Desk) -> Outgoing:
        session, attempt = rows_of(desk, self._attempt)
        return Outgoing(desk, self._given.language, session, attempt)

    async def _send(self, messages: Sequence[Message]) -> None:
        if not messages:
            return
        for message in messages:
            await self._stdin.write(message.payload.encode() + b"\n")
        await self._given.write(lambda desk: desk.tx.journal.confirm(messages))


def _lose(prompt: Message, desk: Desk) -> None:
    lose_prompt(desk, prompt)
