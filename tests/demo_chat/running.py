"""Halyard on emulated chats."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
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


@asynccontextmanager
async def running_demo(folder: Path, names: Sequence[str]) -> AsyncIterator[list[Chat]]:
    """Run Halyard on these chats, with one project that a channel of each is about."""
    async with AsyncExitStack() as stack:
        chats = [await stack.enter_async_context(CHATS[name]()) for name in names]
        sections = await asyncio.to_thread(merged, chats, folder)
        halyard = await stack.enter_async_context(running_halyard(folder, **sections))
        await bind(halyard, chats, await repository(folder / PROJECT))
        for chat in chats:
            await chat.connected()
        yield chats


async def bind(halyard: Halyard, chats: Sequence[Chat], source: Path) -> None:
    """Have the project, and the channel of each be about it."""
    await _do(halyard, "project add", name=PROJECT, source=str(source))
    for chat in chats:
        await _do(halyard, "project bind", project=PROJECT, channel=chat.channel)


async def _do(halyard: Halyard, path: str, **values: str) -> None:
    answer = await halyard.call(path, **values)
    assert answer["outcome"] == "done", answer
