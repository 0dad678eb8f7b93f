"""Files that came along with what was said, brought into our own store."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

import aiohttp

from bot.core.call import Call
from bot.core.option import NO_FILE, Attachment
from bot.discord.asking import Asking
from bot.discord.origin import files_in
from bot.discord.trouble import NETWORK
from bot.dispatch import Heard
from engine.api import Engine, FileId, InvalidInput, Unavailable

LIMIT_S = 60.0
CHUNK_BYTES = 64 * 1024
UNNAMED = "file"


@dataclass(frozen=True, slots=True)
class Downloads:
    """Fetches files from where Discord keeps them; the addresses are Discord's own."""

    engine: Engine
    asking: Asking
    session: aiohttp.ClientSession
    max_bytes: int

    async def bring(self, heard: Heard) -> Heard:
        """Return what was heard with its files stored, each in place of its address.

        What may not be done needs no files; and where one cannot be had, that is the answer.
        """
        files = files_in(heard.origin)
        if not files or await self.asking.refusal(heard) is not None:
            return heard
        values = dict(heard.call.values)
        try:
            for option, url in files.items():
                name = Attachment.parse(values[option]).name
                values[option] = Attachment(await self.fetch(url), name).encode()
        except (InvalidInput, Unavailable) as error:
            return replace(heard, failed=InvalidInput(str(error)))
        return replace(heard, call=Call(heard.call.path, values))

    async def fetch(self, url: str) -> FileId:
        """Store the file at an address.

        Raises:
            InvalidInput: it is larger than a file may be.
            Unavailable: it could not be fetched.
        """
        try:
            async with self._opened(url) as response:
                chunks = response.content.iter_chunked(CHUNK_BYTES)
                return await self.engine.files.add(chunks, max_bytes=self.max_bytes)
        except NETWORK as error:
            raise Unavailable("A file could not be fetched from Discord; send it again.") from error

    @asynccontextmanager
    async def _opened(self, url: str) -> AsyncIterator[aiohttp.ClientResponse]:
        timeout = aiohttp.ClientTimeout(total=LIMIT_S)
        async with self.session.get(url, timeout=timeout, raise_for_status=True) as response:
            yield response


def unfetched(filename: str) -> str:
    """Return what stands for a file that is still to be fetched, as the value of an option."""
    return Attachment(NO_FILE, safe_name(filename)).encode()


def safe_name(filename: str) -> str:
    """Return a file's name without folders and without what cannot be printed."""
    name = "".join(c for c in PurePosixPath(filename).name if c.isprintable())
    return name if name not in {"", ".", ".."} else UNNAMED
