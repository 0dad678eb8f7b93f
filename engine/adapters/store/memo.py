"""What was found in rows that seldom change."""

from collections.abc import Callable
from typing import Generic, TypeVar

KNOWN_MAX = 1_000
"""Answers that are remembered; beyond, all are looked for anew."""

KeyT = TypeVar("KeyT")
FoundT = TypeVar("FoundT")


class Memo(Generic[KeyT, FoundT]):
    """Remembers what was found, so that no statement is run for it again.

    Whoever writes such a row must be the only one who does, and call `forget`.
    """

    def __init__(self) -> None:
        self._known: dict[KeyT, FoundT] = {}

    def recall(self, key: KeyT, find: Callable[[], FoundT]) -> FoundT:
        """Return what is remembered under a key, or find it."""
        if key not in self._known:
            found = find()
            if len(self._known) >= KNOWN_MAX:
                self.forget()
            self._known[key] = found
        return self._known[key]

    def forget(self) -> None:
        """Remember nothing: rows were changed, or a change of them was taken back."""
        self._known.clear()
