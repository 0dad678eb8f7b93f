"""What the pump needs of a platform: one way to send, to look, to edit and to delete."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.delivery.budget import Cost
from engine.api import Errand


class ChatError(Exception):
    """Base of all that a platform can answer in place of a receipt. The text is a sentence."""


class Busy(ChatError):
    """The platform surely did not take it, and may later."""

    def __init__(self, sentence: str, *, after_s: float) -> None:
        super().__init__(sentence)
        self.after_s = after_s


class Uncertain(ChatError):
    """Nobody can tell whether the platform took it: a time-out, a cut connection, a 5xx."""


class Forbidden(ChatError):
    """The platform refuses until somebody changes something; the text says what."""


class Gone(ChatError):
    """The conversation is not there any more, or can never take this."""


class Unopened(ChatError):
    """The anchor is there, and its thread could not be opened; it is tried again."""

    def __init__(self, sentence: str, *, receipt: str) -> None:
        super().__init__(sentence)
        self.receipt = receipt


class Missing(ChatError):
    """The message that was to be edited is not there any more; its conversation is."""


class Expired(ChatError):
    """It was to answer something that can be answered no longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What a platform's messages have to keep to."""

    settle_s: float
    """So long after it was tried last, a message that arrived shows in what `find` reads."""
    repost_s: float | None
    """A card older than this is posted anew rather than edited; none if any age can be edited."""
    edit_gap_s: float
    """The shortest time between two edits of one card that only show progress."""


class Chat(Protocol):
    """One platform. Every method has a time limit of its own.

    Every method raises `ChatError` in place of a result, and never anything of its library.
    """

    @property
    def platform(self) -> str:
        """Its name in conversations: `discord`."""
        ...

    @property
    def pace(self) -> Pace:
        """What its messages have to keep to."""
        ...

    def costs(self, errand: Errand) -> Sequence[Cost]:
        """Return the buckets that sending or editing this takes from; an answer may be free."""
        ...

    async def send(self, errand: Errand) -> str:
        """Make the message as it is `tried`, and the thread that hangs on it; return its id.

        Raises:
            Unopened: the message is there, and the thread is not.
        """
        ...

    def is_repeatable(self, errand: Errand, tried_at: datetime, now: datetime) -> bool:
        """Whether sending it now, as it was at `tried_at`, surely makes no second message."""
        ...

    async def edit(self, errand: Errand) -> None:
        """Bring the message to what is `tried`; the same again changes nothing.

        Of an anchor whose thread is not there yet, also open the thread.
        """
        ...

    async def find(self, errand: Errand, known: Collection[str]) -> str | None:
        """Return the id of the message, as it was `tried`, if the platform has it.

        `known` are the ids of others.

        What a thread lacks of an anchor that is found is made up for.
        """
        ...

    async def delete(self, errand: Errand) -> None:
        """Delete the card's old message, `old_receipt`; gone is no error."""
        ...

    def instead(self, errand: Errand) -> str | None:
        """Return the draft of a public line in place of an answer that came too late.

        A private answer is never shown to others: the line has no content and a way to see it. None
        if nothing is to be said.
        """
        ...
