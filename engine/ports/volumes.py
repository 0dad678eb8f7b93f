"""What the volumes of sessions hold: part of the store."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from engine.domain.values import HostName, SessionId
from engine.domain.volume import VolumeSizes


class Volumes(Protocol):
    """What the volumes of sessions hold."""

    def find(self, session: SessionId) -> VolumeSizes | None:
        """Return what a session's volumes held, if they were ever measured and are there."""
        ...

    def save(self, session: SessionId, sizes: VolumeSizes, *, at: datetime) -> None:
        """Note what was measured."""
        ...

    def remove(self, session: SessionId) -> None:
        """Forget a session's; one that was never measured is no error."""
        ...

    def at_rest(self, host: HostName, *, before: datetime, limit: int) -> Sequence[SessionId]:
        """Return who on a host is to be measured though not at work, longest unmeasured first.

        That is who is ready and was not measured since `before`, and who has ended with volumes
        that were not measured since.
        """
        ...

    def held(self) -> Mapping[HostName, int]:
        """Return how many bytes all measured volumes of each host hold."""
        ...
