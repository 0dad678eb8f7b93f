"""What the owner of an account is told where nobody asked."""

from collections.abc import Mapping

from bot.core.voice import Voice
from bot.views import link
from engine.api import Conversation, Event, NewDelivery, Priority, UseCases

PARTS = ("platform", "space", "channel", "thread")


def tell_owner(use: UseCases, voice: Voice, event: Event) -> None:
    """Tell, where the account was linked, that another one has changed its link."""
    place = event.data.get("conversation")
    is_own = event.data.get("actor") == event.data.get("by")
    if is_own or not isinstance(place, Mapping) or place.get("platform") != voice.platform:
        return
    use.deliveries.add(
        NewDelivery(
            conversation=Conversation(*(str(place[name]) for name in PARTS)),
            draft=voice.draft(link.told(event.data)),
            priority=Priority.ALERT,
        )
    )
