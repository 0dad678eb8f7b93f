"""Start the agent on standard input and output."""

import asyncio
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import cast

import acp
from acp.stdio import stdio_streams

from halyard_demo_agent import conversation, ledger
from halyard_demo_agent.agent import DemoAgent
from halyard_demo_agent.conversation import Conversations
from halyard_demo_agent.ledger import Ledger
from halyard_demo_agent.wire import Wire

LINE_MAX_BYTES = 64 * 1024 * 1024


async def serve() -> None:
    """Speak the protocol until the input ends."""
    home = Path.home()
    book = Ledger(home / ledger.FILE)
    book.add("start")
    reader, writer = await stdio_streams(limit=LINE_MAX_BYTES)
    wire = Wire(reader, writer, book)
    agent = DemoAgent(Conversations(home / conversation.FOLDER), wire, book)
    # The SDK answers with "method not found" what the agent does not have.
    await acp.run_agent(cast("acp.Agent", agent), wire)


async def main() -> None:
    """Serve, and end on SIGTERM: without a handler, a container's first process is deaf to it."""
    serving = asyncio.current_task()
    if serving is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, serving.cancel)
    with suppress(asyncio.CancelledError):
        await serve()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
