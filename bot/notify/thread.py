"""One place where a session talks: its own thread, or a mirror's."""

from dataclasses import dataclass, replace

from bot.core.message import Message
from bot.core.voice import Voice
from bot.notify.people import for_platform
from bot.views import thread as views
from engine.api import (
    ApprovalId,
    Conversation,
    DeliveryId,
    Event,
    Mirror,
    NewDelivery,
    Priority,
    Session,
    UseCases,
    Verbosity,
)


@dataclass(frozen=True, slots=True)
class Thread:
    """One thread of one session, on one open transaction. What is put there comes in order."""

    use: UseCases
    voice: Voice
    session: Session
    verbosity: Verbosity
    """How much its channel hears."""
    mirror: Mirror | None = None
    """What it is the thread of; none if it is the session's own."""
    is_shared: bool = False
    """Whether the session talks in other threads as well."""

    @property
    def conversation(self) -> Conversation:
        """Where it is; without a thread as long as its anchor has not arrived."""
        return self.mirror.conversation if self.mirror else self.session.conversation

    @property
    def platforms(self) -> frozenset[str]:
        """Where the session talks, here and elsewhere."""
        places = [mirror.conversation for mirror in self.use.shares.of(self.session.id)]
        return frozenset(place.platform for place in (self.session.conversation, *places))

    def hears_of(self, event: Event) -> bool:
        """Whether an event is told here: a mirror begins with what is now, not with the past."""
        return self.mirror is None or event.number > self.mirror.since

    def open(self) -> DeliveryId:
        """Put, or revise, the message in the channel that the thread hangs on."""
        session, telling = self.session, self.use.telling
        task = telling.first_task(session)
        message = views.anchor(session, task, *telling.source(session.project), self.mirror)
        name = views.name_of(session, task)
        anchor = self.use.deliveries.add(
            NewDelivery(
                conversation=self._channel,
                draft=self.voice.thread(self._addressed(message), name),
                priority=Priority.ANSWER,
                card=self._named(f"anchor:{session.id}"),
                opens=session.id,
            )
        )
        if self.mirror is not None:
            self.use.shares.anchor(self.mirror.id, anchor)
        return anchor

    def post(self, message: Message, priority: Priority) -> None:
        """Put a message at the end of the thread, in as many parts as it takes."""
        anchor = self._anchor()
        for draft in self.voice.posts(self._addressed(message)):
            self.use.deliveries.add(
                NewDelivery(
                    conversation=self._channel, draft=draft, priority=priority, anchor=anchor
                )
            )

    def card(
        self, name: str, message: Message, priority: Priority, *, asks: ApprovalId | None = None
    ) -> None:
        """Put a card, or its newest version. Each thread has one of its own of each name."""
        self.use.deliveries.add(
            NewDelivery(
                conversation=self._channel,
                draft=self.voice.draft(self._addressed(message)),
                priority=priority,
                card=self._named(name),
                anchor=self._anchor(),
                approval=asks,
            )
        )

    def has_card(self, name: str) -> bool:
        """Whether a card of this name was put here."""
        return self.use.deliveries.card(self._named(name)) is not None

    def repost(self, name: str) -> None:
        """Let the next version of a card be a new message: what is far above is seen by nobody."""
        self.use.deliveries.repost(self._named(name))

    def _addressed(self, message: Message) -> Message:
        return for_platform(self.use, self.voice.platform, message)

    def _anchor(self) -> DeliveryId:
        found = self.use.deliveries.card(self._named(f"anchor:{self.session.id}"))
        return found.id if found else self.open()

    @property
    def _channel(self) -> Conversation:
        return replace(self.conversation, thread="")

    def _named(self, name: str) -> str:
        return f"{name}@{self.mirror.id}" if self.mirror else name
