"""Files that go out, each under a name by which it is found again."""

import asyncio
import hashlib
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from pathlib import PurePath
from typing import IO

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.chat import Gone, Uncertain
from bot.drawing.attached import Attached, Made
from engine.api import Files, NotFound

DIGEST_CHARS = 8
FILES_LIMIT_S = 120.0
"""Of all files of one message."""


@dataclass(frozen=True, slots=True)
class Uploads:
    """Brings files to Slack: their bytes first, and then, in one step, a message with them."""

    web: AsyncWebClient
    session: aiohttp.ClientSession
    files: Files

    async def bring(
        self, channel: str, thread: str, named: Mapping[str, Attached], known: Collection[str]
    ) -> None:
        """Share files in a thread, but those whose name is `known` to be there.

        Raises:
            Gone: one of them is not stored any more, so that this can never be sent.
        """
        sent: list[dict[str, str | None]] = [
            {"id": await self._sent(name, file), "title": file.name}
            for name, file in named.items()
            if name not in known
        ]
        if sent:
            await self.web.files_completeUploadExternal(
                files=sent, channel_id=channel, thread_ts=thread
            )

    async def _sent(self, name: str, file: Attached) -> str:
        with await self._opened(file) as content:
            size_bytes = content.seek(0, os.SEEK_END)
            content.seek(0)
            if not size_bytes:
                raise Gone(f"The file {file.name} is empty, and Slack takes no empty files.")
            told = await self.web.files_getUploadURLExternal(filename=name, length=size_bytes)
            await self._pour(str(told["upload_url"]), content)
        return str(told["file_id"])

    async def _pour(self, address: str, content: IO[bytes]) -> None:
        """Send what a file holds, piece by piece: it may be larger than our memory."""
        limit = aiohttp.ClientTimeout(total=FILES_LIMIT_S)
        async with self.session.post(address, data=content, timeout=limit) as response:
            if response.status != HTTPStatus.OK:
                raise Uncertain(f"Slack did not take a file (HTTP {response.status}).")

    async def _opened(self, file: Attached) -> IO[bytes]:
        if isinstance(file, Made):
            return BytesIO(file.text.encode())
        try:
            path = await self.files.path(file.file)
            return await asyncio.to_thread(path.open, "rb")
        except (NotFound, FileNotFoundError) as error:
            raise Gone("A file that was to be posted is not stored any more.") from error


def named(name: str, files: Sequence[Attached]) -> dict[str, Attached]:
    """Return files by names that begin with the name of their message, and tell versions apart."""
    return {
        f"{name}-{number}-{_digest(file)}{PurePath(file.name).suffix}": file
        for number, file in enumerate(files, 1)
    }


def _digest(file: Attached) -> str:
    if isinstance(file, Made):
        return hashlib.sha256(file.text.encode()).hexdigest()[:DIGEST_CHARS]
    return file.file[:DIGEST_CHARS]
