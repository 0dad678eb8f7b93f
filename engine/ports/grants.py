"""Who was given which role where: part of the store."""

from collections.abc import Collection, Sequence
from typing import Protocol

from engine.domain.access import Grant
from engine.domain.values import Subject


class Grants(Protocol):
    """Who was given which role where."""

    def add(self, grant: Grant) -> None:
        """Add a grant; the same subject, role and project again changes nothing."""
        ...

    def remove(self, grant: Grant) -> None:
        """Remove the grant of the same subject, role and project; none is no error."""
        ...

    def of(self, subjects: Collection[Subject]) -> Sequence[Grant]:
        """Return the grants to any of `subjects`, oldest first."""
        ...

    def all(self) -> Sequence[Grant]:
        """Return every grant, oldest first."""
        ...
