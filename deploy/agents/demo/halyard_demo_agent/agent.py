"""The agent as the protocol sees it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import acp
from acp import schema

from halyard_demo_agent.conversation import Conversation, Conversations
from halyard_demo_agent.git import GitFailed
from halyard_demo_agent.ledger import Ledger
from halyard_demo_agent.turn import Turn
from halyard_demo_agent.wire import Wire, prompt_text
from halyard_demo_agent.words import acts_of

VERSION = "0.1.0"


class DemoAgent:
    """Answers the protocol's requests; one task at a time in each conversation."""

    def __init__(self, conversations: Conversations, wire: Wire, ledger: Ledger) -> None:
        self._conversations = conversations
        self._wire = wire
        self._ledger = ledger
        self._open: dict[str, tuple[Conversation, Path]] = {}
        self._turns: dict[str, asyncio.Timeout] = {}

    def on_connect(self, conn: acp.Client) -> None:
        """Take the connection that news and questions go through."""
        self._client = conn

    async def initialize(self, protocol_version: int, **_: object) -> acp.InitializeResponse:
        """Tell what the agent can do."""
        return acp.InitializeResponse(
            protocol_version=min(protocol_version, acp.PROTOCOL_VERSION),
            agent_capabilities=schema.AgentCapabilities(load_session=True),
            agent_info=schema.Implementation(name="halyard-demo", version=VERSION),
        )

    async def new_session(self, cwd: str, **_: object) -> acp.NewSessionResponse:
        """Begin a conversation."""
        conversation = self._conversations.start()
        self._open[conversation.id] = (conversation, Path(cwd))
        return acp.NewSessionResponse(session_id=conversation.id)

    async def load_session(self, cwd: str, session_id: str, **_: object) -> acp.LoadSessionResponse:
        """Go on with a conversation of an earlier process; nothing of it is sent again."""
        conversation = self._conversations.find(session_id)
        if conversation is None:
            raise acp.RequestError.resource_not_found(session_id)
        self._open[session_id] = (conversation, Path(cwd))
        return acp.LoadSessionResponse()

    async def prompt(self, session_id: str, prompt: list[Any], **_: object) -> acp.PromptResponse:
        """Do a task; cancelled or not, the answer tells what it took."""
        if session_id not in self._open:
            raise acp.RequestError.resource_not_found(session_id)
        if session_id in self._turns:
            raise acp.RequestError.invalid_request({"details": "A task is at work already."})
        conversation, folder = self._open[session_id]
        task = prompt_text([block.model_dump() for block in prompt])
        conversation.tasks.append(task)
        turn = Turn(conversation, folder, self._client, self._wire, self._ledger)
        turn.has_read(len(task))
        with self._ending(session_id):
            stop = await self._do(turn, task)
            return acp.PromptResponse(stop_reason=stop, usage=await turn.usage())

    async def cancel(self, session_id: str, **_: object) -> None:
        """Cut the turn at once, whatever it waits for."""
        turn = self._turns.get(session_id)
        if turn is not None and not turn.expired():
            turn.reschedule(asyncio.get_running_loop().time())

    async def _do(self, turn: Turn, task: str) -> schema.StopReason:
        """Run what the task asks for, inside a time limit that `cancel` moves to now."""
        limit = self._turns[turn.conversation.id] = asyncio.timeout(None)
        try:
            async with limit:
                if len(turn.conversation.tasks) > 1:
                    await turn.say(f"This is task {len(turn.conversation.tasks)} of our talk.")
                for word, how in acts_of(task):
                    await word.act(turn, how)
        except TimeoutError:
            if not limit.expired():
                raise
            return "cancelled"
        except GitFailed as error:
            raise acp.RequestError(-32603, f"git: {error}") from error
        return "end_turn"

    @contextmanager
    def _ending(self, session_id: str) -> Iterator[None]:
        """Keep the conversation and write down the end of the turn, however it ends."""
        try:
            yield
        finally:
            self._turns.pop(session_id, None)
            self._conversations.keep(self._open[session_id][0])
            self._ledger.add("end", session=session_id)
