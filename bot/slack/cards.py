"""How often cards are edited: Slack counts edits of a whole workspace together."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from engine.api import Clock, DeliveryId

GAP_S = 2.5
PER_MINUTE = 45
"""Edits that are planned with, of the 50 that Slack takes."""
AT_WORK = timedelta(minutes=2)
"""A card that was not edited for so long takes no share."""


@dataclass(slots=True)
class Cards:
    """Counts the cards at work, so that together they keep to what Slack takes."""

    clock: Clock
    _edited_at: dict[DeliveryId, datetime] = field(default_factory=dict)

    @property
    def gap_s(self) -> float:
        """The shortest time between two edits of one card."""
        return max(GAP_S, len(self._recent()) * 60 / PER_MINUTE)

    def edited(self, card: DeliveryId) -> None:
        """Note that a card is edited now."""
        self._edited_at = {**self._recent(), card: self.clock.now()}

    def _recent(self) -> dict[DeliveryId, datetime]:
        after = self.clock.now() - AT_WORK
        return {card: at for card, at in self._edited_at.items() if at > after}
