"""Standard input and output as the SDK's transport, with the ledger beside it."""

import asyncio
import json
import logging
from collections.abc import Mapping
from typing import Any

from halyard_demo_agent.ledger import Ledger

log = logging.getLogger(__name__)


class Wire:
    """Carries one JSON-RPC message a line, and writes down what the ledger is for.

    Unlike the SDK's own transport it also lets raw bytes through, in order with the messages, and
    it has handed a message to the pipe before `send` first waits.
    """

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, ledger: Ledger
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._ledger = ledger

    async def send(self, message: dict[str, Any]) -> None:
        """Send a message; a question to the person is written down first."""
        if message.get("method") == "session/request_permission":
            title = message["params"]["toolCall"]["title"]
            session = message["params"]["sessionId"]
            self._ledger.add("ask", id=message["id"], session=session, title=title)
        await self.write(json.dumps(message, separators=(",", ":")).encode() + b"\n")

    async def write(self, data: bytes) -> None:
        """Put bytes on standard output as they are."""
        self._writer.write(data)
        await self._writer.drain()

    async def receive(self) -> dict[str, Any] | None:
        """Return the next message once it is written down, or none at the end of the input."""
        while line := await self._reader.readline():
            message = _parsed(line)
            if message is not None:
                self._record(message)
                return message
        return None

    async def close(self) -> None:
        """Leave the streams as they are; they end with the process."""

    def _record(self, message: Mapping[str, Any]) -> None:
        params = message.get("params") or {}
        match message.get("method"):
            case "session/prompt":
                text = prompt_text(params.get("prompt", []))
                self._ledger.add("prompt", session=params.get("sessionId"), text=text)
            case "session/cancel":
                self._ledger.add("cancel", session=params.get("sessionId"))
            case None:
                answer = message.get("result", message.get("error"))
                self._ledger.add("answer", id=message.get("id"), answer=answer)
            case _:
                pass


def prompt_text(blocks: list[dict[str, Any]]) -> str:
    """Return the text of a prompt; pictures and links have none."""
    return "".join(str(block.get("text", "")) for block in blocks)


def _parsed(line: bytes) -> dict[str, Any] | None:
    """Read a message, or nothing: one who attaches anew begins with a newline, or a half line."""
    try:
        message = json.loads(line)
    except ValueError:
        message = None
    if isinstance(message, dict):
        return message
    if line.strip():
        log.warning("skipped %d bytes that are no message", len(line))
    return None
