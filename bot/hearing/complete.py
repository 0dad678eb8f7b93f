"""Names that a person may want to type, offered while they type."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.registry import Registry
from engine.api import Asker, Engine

OFFERED_MAX = 25
NAME_MAX_CHARS = 100


@dataclass(frozen=True, slots=True)
class Completion:
    """Offers names of what there is to who may see it; answered from rows alone, never stored."""

    engine: Engine
    registry: Registry

    async def offered(self, asker: Asker, kind: str, typed: str = "") -> Sequence[str]:
        """Return up to 25 names: those that begin with what was typed, then those that hold it."""
        if kind == "commands":
            return matching([command.path for command in self.registry], typed)
        names = await self.engine.read(
            lambda use: use.names.like(kind, typed, by=asker, limit=OFFERED_MAX)
        )
        return [name for name in names if _can_be_offered(name)]


def matching(names: Sequence[str], typed: str) -> list[str]:
    """Return up to 25 names that fit what was typed so far, the best first."""
    wanted = typed.strip().casefold()
    fitting = [n for n in names if _can_be_offered(n) and wanted in n.casefold()]
    return sorted(fitting, key=lambda name: not name.casefold().startswith(wanted))[:OFFERED_MAX]


def _can_be_offered(name: str) -> bool:
    return 0 < len(name) <= NAME_MAX_CHARS
