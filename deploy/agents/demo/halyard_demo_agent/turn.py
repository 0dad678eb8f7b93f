"""One task at work: all that the agent can say, show and ask while it lasts."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import acp
from acp import schema

from halyard_demo_agent.conversation import Conversation
from halyard_demo_agent.ledger import Ledger
from halyard_demo_agent.wire import Wire

CONTEXT_TOKENS = 200_000
CHARACTERS_PER_TOKEN = 4
BATCH = 500
OPTIONS = [
    schema.PermissionOption(option_id="once", name="Allow once", kind="allow_once"),
    schema.PermissionOption(option_id="always", name="Always allow", kind="allow_always"),
    schema.PermissionOption(option_id="reject", name="Reject", kind="reject_once"),
]


class Turn:
    """What the words and the work do their things with."""

    def __init__(
        self,
        conversation: Conversation,
        folder: Path,
        client: acp.Client,
        wire: Wire,
        ledger: Ledger,
    ) -> None:
        self.conversation = conversation
        self.folder = folder
        self.wire = wire
        self.read_tokens = 0
        self.said_tokens = 0
        self._client = client
        self._ledger = ledger
        self._message = f"{conversation.id}-{len(conversation.tasks)}"
        self._calls = 0

    async def say(self, text: str) -> None:
        """Send a line of text; its number is nowhere else in any conversation of this home."""
        (numbered,) = self._numbered([f"{text}\n"])
        chunk = acp.update_agent_message_text(numbered)
        chunk.message_id = self._message
        await self.update(chunk)

    async def say_many(self, texts: Iterable[str]) -> None:
        """Send lines as fast as the pipe takes them, past the SDK, which is slower."""
        waiting = list(texts)
        for start in range(0, len(waiting), BATCH):
            batch = self._numbered(f"{text}\n" for text in waiting[start : start + BATCH])
            await self.wire.write("".join(map(self._line, batch)).encode())

    async def update(self, update: acp.helpers.SessionUpdate | schema.UsageUpdate) -> None:
        """Send any other news of the session."""
        await self._client.session_update(session_id=self.conversation.id, update=update)

    async def plan(self, steps: Sequence[str], done: int) -> None:
        """Show the checklist with the first `done` steps ticked off and the next one at work."""
        entries = [
            acp.plan_entry(step, status=_status(position, done))
            for position, step in enumerate(steps)
        ]
        await self.update(acp.update_plan(entries))

    async def start(
        self,
        title: str,
        kind: schema.ToolKind,
        *,
        command: str = "",
        path: Path | None = None,
        change: schema.FileEditToolCallContent | None = None,
    ) -> schema.ToolCallStart:
        """Show a tool call that begins: what runs or which file it is about, and what changes."""
        self._calls += 1
        call = acp.start_tool_call(
            f"{self._message}-{self._calls}",
            title,
            kind=kind,
            status="pending",
            content=[change] if change else None,
            locations=[schema.ToolCallLocation(path=str(path))] if path else None,
            raw_input={"command": command} if command else None,
        )
        await self.update(call)
        return call

    async def may(self, call: schema.ToolCallStart) -> bool:
        """Ask the person for a tool call, unless they said to stop asking for its kind."""
        kind = call.kind or "other"
        if kind in self.conversation.allowed:
            return True
        answer = await self._client.request_permission(
            session_id=self.conversation.id,
            tool_call=schema.ToolCallUpdate(**call.model_dump(exclude={"session_update"})),
            options=OPTIONS,
        )
        if isinstance(answer.outcome, schema.DeniedOutcome):
            return False
        if answer.outcome.option_id == "always":
            self.conversation.allowed.append(kind)
        return answer.outcome.option_id in {"once", "always"}

    async def finish(
        self, call: schema.ToolCallStart, output: str = "", *, failed: bool = False
    ) -> None:
        """Show how a tool call ended."""
        content = [acp.tool_content(acp.text_block(output))] if output else None
        status: schema.ToolCallStatus = "failed" if failed else "completed"
        await self.update(acp.update_tool_call(call.tool_call_id, status=status, content=content))

    async def usage(self) -> schema.Usage:
        """Report what the turn took, as a claim of nothing to pay, and return it."""
        self.conversation.tokens += self.read_tokens + self.said_tokens
        await self.update(
            schema.UsageUpdate(
                session_update="usage_update",
                used=min(self.conversation.tokens, CONTEXT_TOKENS),
                size=CONTEXT_TOKENS,
                cost=schema.Cost(amount=0.0, currency="USD"),
            )
        )
        return schema.Usage(
            input_tokens=self.read_tokens,
            output_tokens=self.said_tokens,
            total_tokens=self.read_tokens + self.said_tokens,
        )

    def has_read(self, characters: int) -> None:
        """Count text that was read."""
        self.read_tokens += characters // CHARACTERS_PER_TOKEN

    def _numbered(self, texts: Iterable[str]) -> Sequence[str]:
        numbered = self._ledger.add_texts(self.conversation.id, texts)
        self.said_tokens += sum(map(len, numbered)) // CHARACTERS_PER_TOKEN
        return numbered

    def _line(self, text: str) -> str:
        chunk = f'{{"sessionUpdate":"agent_message_chunk","messageId":"{self._message}",'
        content = f'"content":{{"type":"text","text":{json.dumps(text)}}}}}'
        params = f'{{"sessionId":"{self.conversation.id}","update":{chunk}{content}}}'
        return f'{{"jsonrpc":"2.0","method":"session/update","params":{params}}}\n'


def _status(position: int, done: int) -> schema.PlanEntryStatus:
    if position < done:
        return "completed"
    return "in_progress" if position == done else "pending"
