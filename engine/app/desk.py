"""What every use case stands on: an open transaction, the settings, the time, new ids."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from engine.domain.errors import InvalidInput
from engine.domain.settings import Settings
from engine.ports.clock import Clock
from engine.ports.store import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What stays the same from one transaction to the next."""

    settings: Settings
    clock: Clock
    new_id: Callable[[], str]
    """Gives an id that was never given before."""


@dataclass(frozen=True, slots=True)
class Desk:
    """One transaction, and the world around it."""

    tx: Transaction
    world: World

    @property
    def now(self) -> datetime:
        """The time now."""
        return self.world.clock.now()

    @property
    def settings(self) -> Settings:
        """What the engine was told."""
        return self.world.settings


def checked_text(text: str, *, name: str, max_chars: int) -> str:
    """Return `text` as one for an agent or a person.

    Raises:
        InvalidInput: it is empty, too long, or holds control characters besides tab and newline.
    """
    text = text.replace("\r\n", "\n").strip("\n")
    if not text.strip():
        raise InvalidInput(f"{name} is empty; say what is to be done.")
    if len(text) > max_chars:
        raise InvalidInput(
            f"{name} has {len(text):,} characters and may have {max_chars:,}; put the long part"
            " into a file with `session put` and name it."
        )
    if any((ord(char) < 32 and char not in "\t\n") or 127 <= ord(char) < 160 for char in text):
        raise InvalidInput(f"{name} holds control characters; remove them and send it again.")
    return text
