"""`Files` in a folder: each file is named by the SHA-256 of what it holds."""

import asyncio
import hashlib
import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from engine.domain.errors import InvalidInput, NotFound
from engine.domain.values import FileId
from engine.ports.files import NO_FILE

PIECE_BYTES = 1024 * 1024
ID = re.compile(r"[0-9a-f]{64}")


class Shelf:
    """`Files` under one folder, which it makes for itself."""

    def __init__(self, folder: Path) -> None:
        self._files = folder / "files"
        self._scratch = folder / "scratch"
        self._files.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.rmtree(self._scratch, ignore_errors=True)  # What a crash has left.
        self._scratch.mkdir(mode=0o700)

    async def add(self, chunks: AsyncIterator[bytes], *, max_bytes: int) -> FileId:
        async with self.scratch() as folder:
            path = folder / "new"
            await self._write(path, chunks, max_bytes)
            return await self.adopt(path)

    async def adopt(self, path: Path) -> FileId:
        id_ = await asyncio.to_thread(_sha256, path)
        await asyncio.to_thread(path.replace, self._files / id_)
        return id_

    async def path(self, id_: FileId) -> Path:
        path = self._files / id_
        if not ID.fullmatch(id_) or not await asyncio.to_thread(path.is_file):
            raise NotFound(NO_FILE)
        return path

    async def remove_old(self, before: datetime, *, needed: Collection[FileId]) -> int:
        return await asyncio.to_thread(self._remove_old, before.timestamp(), needed)

    @asynccontextmanager
    async def scratch(self) -> AsyncIterator[Path]:
        folder = Path(await asyncio.to_thread(tempfile.mkdtemp, dir=self._scratch))
        try:
            yield folder
        finally:
            await asyncio.to_thread(shutil.rmtree, folder)

    def _remove_old(self, before_s: float, needed: Collection[FileId]) -> int:
        old = [
            file
            for file in self._files.iterdir()
            if file.name not in needed and file.stat().st_mtime < before_s
        ]
        for file in old:
            file.unlink()
        return len(old)

    async def _write(self, path: Path, chunks: AsyncIterator[bytes], max_bytes: int) -> None:
        size = 0
        with await asyncio.to_thread(path.open, "wb") as file:
            async for chunk in chunks:
                size += len(chunk)
                if size > max_bytes:
                    raise InvalidInput(f"The file is larger than {max_bytes:,} bytes.")
                await asyncio.to_thread(file.write, chunk)


def _sha256(path: Path) -> FileId:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            digest.update(piece)
    return FileId(digest.hexdigest())
