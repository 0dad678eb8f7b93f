"""Keeps a second process off a database."""

import fcntl
import os
from pathlib import Path

from engine.domain.errors import Conflict, InvalidInput


class Lock:
    """Holds a database for this process, until it is released or the process ends.

    Raises:
        Conflict: another holds it; the text names its process.
        InvalidInput: nothing can be written beside it.
    """

    def __init__(self, database: Path) -> None:
        path = database.with_name(f"{database.name}.lock")
        try:
            self._fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise InvalidInput(
                f"The database {database} cannot be opened: {error.strerror}."
            ) from error
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = os.pread(self._fd, 20, 0).decode() or "unknown"
            os.close(self._fd)
            raise Conflict(
                f"Another Halyard (process {pid}) uses the database {database};"
                " stop that one, or give this one a database of its own."
            ) from None
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        """Let others in. The file stays: to remove it would let two in at once."""
        os.close(self._fd)
