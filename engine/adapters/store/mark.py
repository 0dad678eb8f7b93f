"""How far a database has come, noted beside it: one put back from a backup is behind its mark."""

from contextlib import suppress
from pathlib import Path

import structlog

from engine.domain.values import EventNumber, InstallationId

log = structlog.get_logger()


class Mark:
    """A number in a file of its own; it may be old, but it is never ahead of the rows."""

    def __init__(self, database: Path, installation: InstallationId) -> None:
        self._path = database.with_name(f"{database.name}.mark")
        self._installation = installation
        self._kept = self._read()

    def is_ahead_of(self, head: EventNumber) -> bool:
        """Whether the same database knew more once."""
        return self._kept > head

    def keep(self, head: EventNumber) -> None:
        """Note how far the database has come by now."""
        if head == self._kept:
            return
        half = self._path.with_name(f"{self._path.name}.half")
        try:
            half.write_text(f"{self._installation} {head}\n")
            half.replace(self._path)
            self._kept = head
        except OSError as error:
            log.warning("mark_not_kept", error=str(error))

    def _read(self) -> EventNumber:
        # Damaged by a crash, or of a database that was here before, it says nothing.
        with suppress(OSError, ValueError):
            installation, number = self._path.read_text().split()
            if installation == self._installation:
                return EventNumber(int(number))
        return EventNumber(0)
