"""Files that go out, each under a name by which it is found again."""

import asyncio
import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import PurePath

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.chat import Gone, Uncertain
from bot.drawing.attached import Attached, Made
from engine.api import Files, NotFound

DIGEST_CHARS = 8


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
        content = await self._content(file)
        told = await self.web.files_getUploadURLExternal(filename=name, length=len(content))
        async with self.session.post(str(told["upload_url"]), data=content) as response:
            if response.status != HTTPStatus.OK:
                raise Uncertain(f"Slack did not take a file (HTTP {response.status}).")
        return str(told["file_id"])

    async def _content(self, file: Attached) -> bytes:
        if isinstance(file, Made):
            content = file.text.encode()
        else:
            try:
                path = await self.files.path(file.file)
            except NotFound as error:
                raise Gone("A file that was to be posted is not stored any more.") from error
            content = await asyncio.to_thread(path.read_bytes)
        if not content:
            raise Gone(f"The file {file.name} is empty, and Slack takes no empty files.")
        return content


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
