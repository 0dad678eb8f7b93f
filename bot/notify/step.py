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
            self._note(event)
            if self._puts(event):
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

    def _note(self, event: Event) -> None:
        """Note whose card may have changed: of a host that went away, all that were on it."""
        if event.kind is EventKind.HOST:
            host = HostName(str(event.data.get("host")))
            ids = [session.id for session in self.use.telling.on_host(host)]
        else:
            ids = [event.session] if event.session else []
        own = Priority.PROGRESS if event.kind in ON_THE_WAY else Priority.REPORT
        for id_ in ids:
            if self._thread(id_) is not None:
                self.touched[id_] = min(own, self.touched.get(id_, own))

    def _puts(self, event: Event) -> bool:
        """Whether it makes more than a change of a card."""
        return event.kind in TELLERS or self._is_step(event)

    def _is_step(self, event: Event) -> bool:
        """Whether it is a tool call in a channel that hears everything."""
        if event.kind is not EventKind.TOOL or event.session is None:
            return False
        thread = self._thread(event.session)
        return thread is not None and thread.verbosity is Verbosity.EVERYTHING

    def _tell(self, event: Event) -> None:
        thread = self._thread(event.session) if event.session else None
        if thread is not None:
            self._tell_thread(thread, event)
        elif event.session is None and event.kind is EventKind.ALERT:
            self._tell_channels(event)

    def _tell_thread(self, thread: Thread, event: Event) -> None:
        if self._is_step(event):
            self.progress.setdefault(thread.session.id, Progress()).add(thread, event)
        else:
            self._flush(thread)
            TELLERS[event.kind](thread, event)

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
