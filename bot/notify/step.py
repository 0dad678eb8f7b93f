"""What one batch of events puts on its way, in one transaction."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeAlias
from uuid import uuid4

import structlog

from bot.core.voice import Voice
from bot.notify.channels import tell_channel
from bot.notify.owners import tell_owner
from bot.notify.progress import Progress
from bot.notify.tellers import TELLERS
from bot.notify.thread import Thread
from bot.notify.threads import thread_at, threads_of
from bot.views import thread as views
from engine.api import (
    Event,
    EventKind,
    HostName,
    MirrorId,
    Priority,
    SessionId,
    UseCases,
    Verbosity,
)

log = structlog.get_logger()

ThreadKey: TypeAlias = tuple[SessionId, MirrorId | None]
ON_THE_WAY = frozenset({EventKind.PLAN, EventKind.TOOL, EventKind.USAGE})
"""Kinds that only show progress; any other changes the state that a card shows."""
OF_NO_SESSION = frozenset({EventKind.ALERT, EventKind.LINK})
"""Kinds that whole channels, or the owners of accounts, are told of."""
OF_HOSTS = "host-"
"""What the fingerprints of alerts begin with that concern every channel."""


@dataclass(slots=True)
class Step:
    """Tells one platform of events. Used for one transaction, then thrown away."""

    use: UseCases
    voice: Voice
    threads: dict[SessionId, Sequence[Thread]] = field(default_factory=dict)
    """Of sessions that were looked for; none if they talk elsewhere only."""
    progress: dict[ThreadKey, Progress] = field(default_factory=dict)
    touched: dict[SessionId, Priority] = field(default_factory=dict)
    """Sessions whose card may have changed, and how much that matters."""

    def tell(self, events: Sequence[Event]) -> None:
        """Put on their way what the events make of posts and cards."""
        for event in events:
            self._note(event)
            for thread in self._threads_for(event):
                with self._kept_apart(f"{event.kind} {event.number}"):
                    self._tell_thread(thread, event)
            if event.session is None and event.kind in OF_NO_SESSION:
                with self._kept_apart(f"{event.kind} {event.number}"):
                    self._tell_others(event)
        for id_, priority in self.touched.items():
            for thread in self._threads(id_):
                with self._kept_apart(f"card of {id_}"):
                    self._end(thread, priority)

    @contextmanager
    def _kept_apart(self, what: str) -> Iterator[None]:
        """Let a bug in one message keep nothing back of what follows."""
        try:
            with self.use.undo_on_error():
                yield
        except Exception:  # Each round of the loops above is a head of its own.
            incident = uuid4().hex[:8]
            log.exception("not_told", what=what, incident=incident)

    def _note(self, event: Event) -> None:
        """Note whose card may have changed: of a host that went away, all that were on it."""
        if event.kind is EventKind.HOST:
            host = HostName(str(event.data.get("host")))
            ids = [session.id for session in self.use.telling.on_host(host)]
        else:
            ids = [event.session] if event.session else []
        own = Priority.PROGRESS if event.kind in ON_THE_WAY else Priority.REPORT
        for id_ in ids:
            if self._threads(id_):
                self.touched[id_] = min(own, self.touched.get(id_, own))

    def _threads_for(self, event: Event) -> Sequence[Thread]:
        """Return where it makes more than a change of a card."""
        if event.session is None or (
            event.kind not in TELLERS and event.kind is not EventKind.TOOL
        ):
            return ()
        threads = [*self._threads(event.session), *self._ended(event)]
        puts = event.kind in TELLERS
        return [t for t in threads if t.hears_of(event) and (puts or _is_step(t, event))]

    def _ended(self, event: Event) -> Sequence[Thread]:
        """Return the thread of the mirror that an event ended, which is to be told that as well."""
        if event.kind is not EventKind.SHARE or event.data.get("state") != "unshared":
            return ()
        mirror = self.use.shares.get(MirrorId(str(event.data["mirror"])))
        if mirror.conversation.platform != self.voice.platform:
            return ()
        session = self.use.telling.session(mirror.session)
        return [thread_at(self.use, self.voice, session, mirror)]

    def _tell_thread(self, thread: Thread, event: Event) -> None:
        if _is_step(thread, event):
            self.progress.setdefault(_key(thread), Progress()).add(thread, event)
        else:
            self._flush(thread)
            TELLERS[event.kind](thread, event)

    def _tell_others(self, event: Event) -> None:
        if event.kind is EventKind.LINK:
            tell_owner(self.use, self.voice, event)
        elif str(event.data.get("fingerprint")).startswith(OF_HOSTS):
            for channel in self.use.channels.bound(self.voice.platform):
                tell_channel(self.use, self.voice, channel, event)

    def _end(self, thread: Thread, priority: Priority) -> None:
        self._flush(thread)
        card = f"card:{thread.session.id}"
        if thread.verbosity is not Verbosity.TEXT or thread.has_card(card):
            view = self.use.views.glance(thread.session)
            step = self.use.telling.step(view.active) if view.active else ""
            thread.card(card, views.card(view, step), priority)

    def _flush(self, thread: Thread) -> None:
        gathered = self.progress.get(_key(thread))
        if gathered is not None:
            gathered.flush(thread)

    def _threads(self, id_: SessionId) -> Sequence[Thread]:
        """Return where a session talks on this platform, as it is now."""
        if id_ not in self.threads:
            self.threads[id_] = threads_of(self.use, self.voice, self.use.telling.session(id_))
        return self.threads[id_]


def _is_step(thread: Thread, event: Event) -> bool:
    """Whether it is a tool call in a channel that hears everything."""
    return event.kind is EventKind.TOOL and thread.verbosity is Verbosity.EVERYTHING


def _key(thread: Thread) -> ThreadKey:
    return thread.session.id, thread.mirror.id if thread.mirror else None
