"""`python -m tests.demo_chat discord slack`: Halyard on these, until a signal comes."""

import argparse
import asyncio
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from itertools import pairwise
from pathlib import Path

from bot.demo.provisions import repository
from tests.demo_chat.chat import PROJECT, Chat, merged
from tests.demo_chat.discord import discord_chat
from tests.demo_chat.slack import slack_chat
from tests.halyard import Halyard, running_halyard

CHATS: Mapping[str, Callable[[], AbstractAsyncContextManager[Chat]]] = {
    "discord": discord_chat,
    "slack": slack_chat,
}
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


@asynccontextmanager
async def running_demo(folder: Path, names: Sequence[str]) -> AsyncIterator[list[Chat]]:
    """Run Halyard on these chats, with one project that a channel of each is about."""
    async with AsyncExitStack() as stack:
        chats = [await stack.enter_async_context(CHATS[name]()) for name in names]
        sections = await asyncio.to_thread(merged, chats, folder)
        halyard = await stack.enter_async_context(running_halyard(folder, **sections))
        await _bind(halyard, chats, await repository(folder / PROJECT))
        for chat in chats:
            await chat.connected()
        yield chats


async def _bind(halyard: Halyard, chats: Sequence[Chat], source: Path) -> None:
    await _do(halyard, "project add", name=PROJECT, source=str(source))
    for chat in chats:
        await _do(halyard, "project bind", project=PROJECT, channel=chat.channel)


async def _do(halyard: Halyard, path: str, **values: str) -> None:
    answer = await halyard.call(path, **values)
    assert answer["outcome"] == "done", answer


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
