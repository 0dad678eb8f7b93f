"""Files on their way in and out."""

from collections.abc import AsyncIterator, Collection
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from engine.domain.values import FileId

NO_FILE = "There is no such file, or none any more; send it or ask for it again."
"""What is told of a file that is not there, or that the asker may not see."""


class Files(Protocol):
    """Files by what they hold; the same bytes are stored once."""

    async def add(self, chunks: AsyncIterator[bytes], *, max_bytes: int) -> FileId:
        """Store what `chunks` yields, whole or not at all.

        Raises:
            InvalidInput: it is larger than `max_bytes`.
        """
        ...

    async def adopt(self, path: Path) -> FileId:
        """Store the file at `path`, which is gone from there afterwards."""
        ...

    async def path(self, id_: FileId) -> Path:
        """Return where the file lies; it is for reading only.

        Raises:
            NotFound: there is none with this id.
        """
        ...

    async def remove_old(self, before: datetime, *, needed: Collection[FileId]) -> int:
        """Remove the files that were last stored before then, but not the needed ones; count them.

        The same bytes stored again are as new.
        """
        ...

    def scratch(self) -> AbstractAsyncContextManager[Path]:
        """Make an empty folder that is gone, with all in it, when the block ends."""
        ...
