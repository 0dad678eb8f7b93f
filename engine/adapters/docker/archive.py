"""Tar archives: the form in which files travel into and out of containers."""

import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, cast

from engine.adapters.docker.config import UID
from engine.domain.errors import Failed

PORTION_BYTES = 256 * 1024


def packed(name: str, content: Path) -> Iterator[bytes]:
    """Yield an archive of one file that belongs to the agent's user."""
    info = tarfile.TarInfo(name)
    info.size = content.stat().st_size
    info.mode = 0o600
    info.uid = info.gid = UID
    yield info.tobuf(tarfile.PAX_FORMAT)
    with content.open("rb") as file:
        while portion := file.read(PORTION_BYTES):
            yield portion
    yield bytes(-info.size % tarfile.BLOCKSIZE + 2 * tarfile.BLOCKSIZE)


def unpack(portions: Iterable[bytes], target: Path, *, max_bytes: int) -> None:
    """Write the one file of an archive to `target`.

    Raises:
        Failed: it is no plain file, or larger than `max_bytes`.
    """
    # tarfile asks a stream for nothing but `read`.
    stream = cast("IO[bytes]", _Reader(portions))
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        info = archive.next()
        content = archive.extractfile(info) if info is not None and info.isreg() else None
        if info is None or content is None:
            raise Failed("What the container holds there is no plain file.")
        if info.size > max_bytes:
            raise Failed(f"It is {info.size} bytes large; at most {max_bytes} are taken.")
        with target.open("wb") as file:
            _copy(content, file)


def _copy(source: IO[bytes], target: IO[bytes]) -> None:
    while portion := source.read(PORTION_BYTES):
        target.write(portion)


class _Reader:
    """Reads from portions as from a file."""

    def __init__(self, portions: Iterable[bytes]) -> None:
        self._portions = iter(portions)
        self._rest = bytearray()

    def read(self, size: int) -> bytes:
        while len(self._rest) < size and (portion := next(self._portions, b"")):
            self._rest += portion
        data = bytes(self._rest[:size])
        del self._rest[:size]
        return data
