"""Names that a person may want to type, offered while they type."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot.core.registry import Registry
from engine.api import Asker, Engine, Permission, Refused, Sight, UseCases

OFFERED_MAX = 25
NAME_MAX_CHARS = 100
SESSIONS_MAX = 200
"""The newest ones; an older one can still be typed."""

Names: TypeAlias = Callable[[UseCases, Sight], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Completion:
    """Offers names of what there is to who may see it; answered from rows alone, never stored."""

    engine: Engine
    registry: Registry

    async def offered(self, asker: Asker, kind: str, typed: str) -> Sequence[str]:
        """Return up to 25 names: those that begin with what was typed, then those that hold it."""
        return matching(await self.names(asker, kind), typed)

    async def names(self, asker: Asker, kind: str) -> Sequence[str]:
        """Return the names of a kind that somebody may see, the likeliest first."""
        if kind == "commands":
            return [command.path for command in self.registry]
        return await self.engine.read(lambda use: _visible(use, asker, kind))


def matching(names: Sequence[str], typed: str) -> list[str]:
    """Return up to 25 names that fit what was typed so far, the best first."""
    wanted = typed.strip().casefold()
    short = [name for name in names if 0 < len(name) <= NAME_MAX_CHARS]
    first = [name for name in short if name.casefold().startswith(wanted)]
    rest = [name for name in short if wanted in name.casefold() and name not in first]
    return [*first, *rest][:OFFERED_MAX]


def _visible(use: UseCases, asker: Asker, kind: str) -> Sequence[str]:
    permission = Permission.MANAGE if kind in OF_MANAGERS else Permission.VIEW
    try:
        use.access.require(asker, permission)
    except Refused:
        return ()
    return NAMES[kind](use, use.access.sight(asker)) if kind in NAMES else ()


def _sessions(use: UseCases, sight: Sight) -> list[str]:
    found = use.sessions.newest(sight, project=None, limit=SESSIONS_MAX)
    alive = [session.name for session in found if not session.is_over]
    return [*alive, *(session.name for session in found if session.is_over)]


def _tasks(use: UseCases, sight: Sight) -> list[str]:
    seen = use.views.overview(sight)
    alive = [f"{s.session.name}.{t.number}" for s in seen.sessions for t in reversed(s.tasks)]
    return [*(name for name, _ in seen.unknown), *alive]


def _channels(use: UseCases, sight: Sight) -> list[str]:
    bound = use.channels.all_bound()
    return [c.name for c in bound if c.project is not None and sight.covers(c.project)]


OF_MANAGERS = frozenset({"credentials"})
"""Kinds that nobody needs to see but who manages projects."""
NAMES: Mapping[str, Names] = {
    "agents": lambda use, _sight: [agent.name for agent in use.views.agents()],
    "approvals": lambda use, sight: [name for name, _ in use.views.overview(sight).approvals],
    "channels": _channels,
    "credentials": lambda use, _sight: sorted(use.desk.settings.credentials),
    "environments": lambda use, _sight: sorted(use.desk.settings.environments),
    "hosts": lambda use, _sight: [host.settings.name for host in use.views.hosts()],
    "projects": lambda use, sight: [project.name for project in use.projects.all(sight)],
    "sessions": _sessions,
    "tasks": _tasks,
}
"""What an option completes -> the names there are."""
