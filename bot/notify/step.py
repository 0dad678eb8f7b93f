"""What one batch of events puts on its way, in one transaction."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import structlog

from bot.core.voice import Voice
from bot.notify.channels import tell_channel
from bot.notify.progress import Progress
from bot.notify.tellers import TELLERS
from bot.notify.thread import Thread
from bot.views import thread as views
from engine.api import (
    Event,
    EventKind,
    HostName,
    Priority,
    Session,
    SessionId,
    UseCases,
    Verbosity,
)

log = structlog.get_logger()

ON_THE_WAY = frozenset({EventKind.PLAN, EventKind.TOOL, EventKind.USAGE})
"""Kinds that only show progress; any other changes the state that a card shows."""
OF_HOSTS = "host-"
"""What the fingerprints of alerts begin with that concern every channel."""


@dataclass(slots=True)
class Step:
    """Tells one platform of events. Used for one transaction, then thrown away."""

    use: UseCases
    voice: Voice
    threads: dict[SessionId, Thread | None] = field(default_factory=dict)
    """Of sessions that were looked for; none if they talk elsewhere."""
    progress: dict[SessionId, Progress] = field(default_factory=dict)
    touched: dict[SessionId, Priority] = field(default_factory=dict)
    """Sessions whose card may have changed, and how much that matters."""

    def tell(self, events: Sequence[Event]) -> None:
        """Put on their way what the events make of posts and cards."""
        for event in events:
            with self._kept_apart(f"{event.kind} {event.number}"):
                self._tell(event)
        for id_, priority in self.touched.items():
            with self._kept_apart(f"card of {id_}"):
                self._end(id_, priority)

    @contextmanager
    def _kept_apart(self, what: str) -> Iterator[None]:
        """Let a bug in one message keep nothing back of what follows."""
        try:
            with self.use.undo_on_error():
                yield
        except Exception:  # Each round of the loops above is a head of its own.
            incident = uuid4().hex[:8]
            log.exception("not_told", what=what, incident=incident)

    def _tell(self, event: Event) -> None:
        if event.kind is EventKind.HOST:
            self._touch_host(HostName(str(event.data.get("host"))))
        elif event.session is not None:
            thread = self._thread(event.session)
            if thread is not None:
                self._tell_thread(thread, event)
        elif event.kind is EventKind.ALERT:
            self._tell_channels(event)

    def _tell_thread(self, thread: Thread, event: Event) -> None:
        id_ = thread.session.id
        if event.kind is EventKind.TOOL and thread.verbosity is Verbosity.EVERYTHING:
            self.progress.setdefault(id_, Progress()).add(thread, event)
        teller = TELLERS.get(event.kind)
        if teller is not None:
            self._flush(thread)
            teller(thread, event)
        self._touch(id_, Priority.PROGRESS if event.kind in ON_THE_WAY else Priority.REPORT)

    def _touch(self, id_: SessionId, priority: Priority) -> None:
        self.touched[id_] = min(priority, self.touched.get(id_, priority))

    def _touch_host(self, host: HostName) -> None:
        """A session whose host went away shows a state that may be old."""
        for session in self.use.telling.on_host(host):
            if self._thread(session.id) is not None:
                self._touch(session.id, Priority.REPORT)

    def _tell_channels(self, event: Event) -> None:
        if str(event.data.get("fingerprint")).startswith(OF_HOSTS):
            for channel in self.use.channels.bound(self.voice.platform):
                tell_channel(self.use, self.voice, channel, event)

    def _end(self, id_: SessionId, priority: Priority) -> None:
        thread = self.threads[id_]
        if thread is None:
            return
        self._flush(thread)
        card = f"card:{id_}"
        if thread.verbosity is not Verbosity.TEXT or thread.has_card(card):
            view = self.use.views.glance(thread.session)
            step = self.use.telling.step(view.active) if view.active else ""
            thread.card(card, views.card(view, step), priority)

    def _flush(self, thread: Thread) -> None:
        gathered = self.progress.get(thread.session.id)
        if gathered is not None:
            gathered.flush(thread)

    def _thread(self, id_: SessionId) -> Thread | None:
        """Return where a session talks, as it is now; none if it is on another platform."""
        if id_ not in self.threads:
            session = self.use.telling.session(id_)
            is_here = session.conversation.platform == self.voice.platform
            self.threads[id_] = self._opened(session) if is_here else None
        return self.threads[id_]

    def _opened(self, session: Session) -> Thread:
        verbosity = self.use.channels.at(session.conversation).verbosity
        return Thread(self.use, self.voice, session, verbosity)
