"""The two volumes of a session, and what they hold."""

from dataclasses import dataclass

from engine.domain.agent import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeSizes:
    """What a session's volumes held when they were last measured."""

    work_bytes: int
    home_bytes: int

    @property
    def total_bytes(self) -> int:
        """Return what they take of their host's disk."""
        return self.work_bytes + self.home_bytes

    def outgrown(self, limits: Limits) -> str:
        """Return which volume holds more than it may, or nothing."""
        if self.work_bytes > limits.work_bytes:
            return "work"
        return "home" if self.home_bytes > limits.home_bytes else ""
