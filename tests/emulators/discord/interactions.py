"""What a person asked of the bot, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tests.emulators.discord.places import Member, Place
from tests.emulators.discord.values import Choice, Json, Kind, Message, Modal

if TYPE_CHECKING:
    from tests.emulators.discord.limits import Limits

MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, FORM = 4, 5, 6, 7, 8, 9
"""How a first answer may be given."""


@dataclass(slots=True, kw_only=True, eq=False)
class Interaction:
    """One act of a person, from the click on."""

    id: int
    token: str
    kind: Kind
    asker: Member
    place: Place
    data: Json
    at: datetime
    limits: Limits
    about: Message | None = None
    """The message whose button or menu it was, or whose button opened the form."""
    after: Json | None = None
    """For a form: the metadata of the interaction that opened it."""
    callback: int | None = None
    """How it was first answered; None as long as it is not."""
    answered_at: datetime | None = None
    original_id: int | None = None
    """The message that `@original` stands for."""
    is_ephemeral: bool = False
    is_waiting: bool = False
    """Whether it is deferred and its first text still to come."""
    follow_up_ids: list[int] = field(default_factory=list)
    modal: Modal | None = None
    choices: tuple[Choice, ...] | None = None

    @property
    def deadline(self) -> datetime:
        """Until when it may be first answered."""
        return self.at + timedelta(seconds=self.limits.answer_within_s)

    @property
    def expires_at(self) -> datetime:
        """Until when its token is good."""
        return self.at + timedelta(seconds=self.limits.token_lives_s)

    @property
    def metadata(self) -> Json:
        """What a message that answers it tells of it, less the user, whom `payload` adds."""
        told: Json = {
            "id": str(self.id),
            "type": int(self.kind),
            "authorizing_integration_owners": {"0": str(self.place.guild.id)},
        }
        if self.kind is Kind.MODAL:
            told["triggering_interaction_metadata"] = self.after
        elif self.about is not None:
            told["interacted_message_id"] = str(self.about.id)
        return told
