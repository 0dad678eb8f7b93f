"""What a person may mean who is about to name something."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from engine.app.access import Access
from engine.app.channels import Channels
from engine.app.desk import Desk
from engine.domain.access import Asker, Rights, Sight
from engine.domain.channel import spellings_of
from engine.domain.task import OPEN
from engine.domain.values import Permission, SessionId

SESSIONS_MAX = 500
"""The newest sessions, which are looked through."""


class Names:
    """Names to be offered, and only of what the asker may see."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def like(self, kind: str, typed: str, *, by: Asker, limit: int) -> Sequence[str]:
        """Return names that hold what was typed, those that begin with it first.

        `kind` is what an option completes, such as `sessions`; another kind has no names.
        """
        rights = Access(self._desk).rights(by)
        if not rights.has_somewhere(Permission.VIEW):
            return []
        wanted = typed.strip().lower()
        ways = {name: _spellings(kind, name) for name in self._of(kind, rights)}
        found = [name for name in ways if any(wanted in way for way in ways[name])]
        is_first = {name: any(way.startswith(wanted) for way in ways[name]) for name in found}
        return sorted(found, key=lambda name: not is_first[name])[:limit]

    def _of(self, kind: str, rights: Rights) -> Iterable[str]:
        settings = self._desk.settings
        named: Mapping[str, Callable[[], Iterable[str]]] = {
            "projects": lambda: self._projects(rights.sight),
            "sessions": lambda: self._sessions(rights.sight),
            "tasks": lambda: self._tasks(rights.sight),
            "approvals": lambda: self._approvals(rights.sight),
            "agents": lambda: sorted(settings.agents),
            "environments": lambda: sorted(settings.environments),
            "hosts": lambda: [host.name for host in settings.hosts],
            "channels": lambda: self._channels(rights.sight),
            # Only who adds projects has a use for them.
            "credentials": lambda: (
                sorted(settings.source_credentials)
                if rights.has_somewhere(Permission.MANAGE)
                else []
            ),
        }
        return named[kind]() if kind in named else ()

    def _projects(self, sight: Sight) -> Iterable[str]:
        return (p.name for p in self._desk.tx.projects.all() if sight.covers(p.name))

    def _sessions(self, sight: Sight) -> Iterable[str]:
        """Return those that are at work first, for it is them that most is asked of."""
        newest = self._desk.tx.sessions.newest(
            project=None, limit=SESSIONS_MAX, among=sight.projects
        )
        return (session.name for session in sorted(newest, key=lambda session: session.is_over))

    def _channels(self, sight: Sight) -> Iterable[str]:
        return (channel.name for channel in Channels(self._desk).seen(sight))

    def _tasks(self, sight: Sight) -> Iterable[str]:
        """Return those that something can still be done about."""
        tasks = self._desk.tx.tasks.in_states(OPEN)
        return self._parts(((task.session, task.number) for task in tasks), sight)

    def _approvals(self, sight: Sight) -> Iterable[str]:
        approvals = self._desk.tx.approvals.open()
        return self._parts(((one.session, one.number) for one in approvals), sight)

    def _parts(self, parts: Iterable[tuple[SessionId, int]], sight: Sight) -> Iterable[str]:
        for id_, number in parts:
            session = self._desk.tx.sessions.get(id_)
            if sight.covers(session.project):
                yield f"{session.name}.{number}"


def _spellings(kind: str, name: str) -> Sequence[str]:
    """Return all that a name may be typed as, in small letters."""
    ways = spellings_of(name) if kind == "channels" else (name,)
    return [way.lower() for way in ways]
