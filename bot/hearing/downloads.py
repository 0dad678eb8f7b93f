"""Files that came along with what was said, brought into our own store."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TypeAlias

from bot.core.call import Call
from bot.core.option import NO_FILE, Attachment
from bot.dispatch import Heard
from bot.hearing.asking import Asking
from bot.hearing.origin import files_in
from engine.api import Engine, FileId, InvalidInput, Unavailable

CHUNK_BYTES = 64 * 1024
UNNAMED = "file"

Fetching: TypeAlias = Callable[[str], AbstractAsyncContextManager[AsyncIterator[bytes]]]
"""Opens what lies at an address of the platform, within a time of its own.

It raises `Unavailable`, with a sentence, where that cannot be had.
"""


@dataclass(frozen=True, slots=True)
class Downloads:
    """Fetches files from where their platform keeps them."""

    engine: Engine
    asking: Asking
    fetching: Fetching
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
        async with self.fetching(url) as chunks:
            return await self.engine.files.add(chunks, max_bytes=self.max_bytes)


def unfetched(filename: str) -> str:
    """Return what stands for a file that is still to be fetched, as the value of an option."""
    return Attachment(NO_FILE, safe_name(filename)).encode()


def safe_name(filename: str) -> str:
    """Return a file's name without folders and without what cannot be printed."""
    name = "".join(c for c in PurePosixPath(filename).name if c.isprintable())
    return name if name not in {"", ".", ".."} else UNNAMED
