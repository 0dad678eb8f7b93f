"""Where one session talks."""

from dataclasses import dataclass, replace

from bot.core.message import Message
from bot.core.voice import Voice
from bot.views import thread as views
from engine.api import (
    ApprovalId,
    Conversation,
    DeliveryId,
    NewDelivery,
    Priority,
    Session,
    UseCases,
    Verbosity,
)


@dataclass(frozen=True, slots=True)
class Thread:
    """The thread of one session, on one open transaction. What is put there comes in order."""

    use: UseCases
    voice: Voice
    session: Session
    verbosity: Verbosity
    """How much its channel hears."""

    def open(self) -> DeliveryId:
        """Put, or revise, the message in the channel that the thread hangs on."""
        session, telling = self.session, self.use.telling
        task = telling.first_task(session)
        message = views.anchor(session, task, *telling.source(session.project))
        name = views.name_of(session, task)
        return self.use.deliveries.add(
            NewDelivery(
                conversation=self._channel,
                draft=self.voice.thread(message, name),
                priority=Priority.ANSWER,
                card=f"anchor:{session.id}",
                opens=session.id,
            )
        )

    def post(self, message: Message, priority: Priority) -> None:
        """Put a message at the end of the thread, in as many parts as it takes."""
        anchor = self._anchor()
        for draft in self.voice.posts(message):
            self.use.deliveries.add(
                NewDelivery(
                    conversation=self._channel, draft=draft, priority=priority, anchor=anchor
                )
            )

    def card(
        self, name: str, message: Message, priority: Priority, *, asks: ApprovalId | None = None
    ) -> None:
        """Put a card, or its newest version."""
        self.use.deliveries.add(
            NewDelivery(
                conversation=self._channel,
                draft=self.voice.draft(message),
                priority=priority,
                card=name,
                anchor=self._anchor(),
                approval=asks,
            )
        )

    def has_card(self, name: str) -> bool:
        """Whether a card of this name was put."""
        return self.use.deliveries.card(name) is not None

    def _anchor(self) -> DeliveryId:
        found = self.use.deliveries.card(f"anchor:{self.session.id}")
        return found.id if found else self.open()

    @property
    def _channel(self) -> Conversation:
        return replace(self.session.conversation, thread="")
