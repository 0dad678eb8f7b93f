"""`python -m tests.demo_chat discord slack`: Halyard on these, until a signal comes."""

import argparse
import asyncio
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from tests.demo_chat.chat import PROJECT, Chat
from tests.demo_chat.running import CHATS, running_demo

AT = "{name} is at {page}\n"
TOLD = """
Choose "ann" as who you are; she is an admin. Type into the box of #general:
"""
START = "    {typed}\n"
THEN = """\
and go into the thread that opens. There you answer what the agent asks, and say what comes next.
"""
SHARE = """
Both channels are about one project. Type this in {name}, and the session is in the other one too:
    {typed}
"""
LAST = """\
Ctrl-C ends it, and leaves nothing behind.
"""


def told(chats: Sequence[Chat]) -> str:
    """Return what is said once all of it is there: first where each page is."""
    pages = [AT.format(name=chat.name, page=chat.page) for chat in chats]
    started = {"project": PROJECT, "task": "ask work"}
    starts = [START.format(typed=chat.typed("session start", started)) for chat in chats]
    return "".join((*pages, TOLD, *starts, THEN, *_shares(chats), LAST))


def _shares(chats: Sequence[Chat]) -> Iterator[str]:
    for here, there in pairwise(chats):
        shared = {"session": f"{PROJECT}-1", "to": there.channel}
        yield SHARE.format(name=here.name, typed=here.typed("session share", shared))


async def _demo(names: Sequence[str]) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    with tempfile.TemporaryDirectory(prefix="halyard-demo-") as folder:
        async with running_demo(Path(folder), names) as chats:
            sys.stdout.write(told(chats))
            sys.stdout.flush()
            await stopped.wait()


def main() -> None:
    """Show it until a signal comes."""
    parser = argparse.ArgumentParser(prog="python -m tests.demo_chat", description=__doc__)
    parser.add_argument("chats", nargs="+", choices=CHATS)
    asyncio.run(_demo(parser.parse_args().chats))


if __name__ == "__main__":
    main()
