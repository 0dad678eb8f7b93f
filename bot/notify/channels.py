"""What whole channels are told."""

from bot.core.voice import Voice
from bot.views import notice
from engine.api import Channel, Conversation, Event, NewDelivery, Priority, UseCases


def tell_channel(use: UseCases, voice: Voice, channel: Channel, alert: Event) -> None:
    """Show an alert of a host in a channel; when it is over, the same card says so."""
    name = f"alert:{alert.data.get('fingerprint')}:{channel.name}"
    is_open = alert.data.get("state") == "open"
    if not is_open and use.deliveries.card(name) is None:
        return
    if is_open:
        # One that comes back is a new message: what is edited far above is seen by nobody.
        use.deliveries.repost(name)
    use.deliveries.add(
        NewDelivery(
            conversation=Conversation(channel.platform, channel.space, channel.channel, ""),
            draft=voice.draft(notice.alert(alert.data)),
            priority=Priority.ALERT,
            card=name,
        )
    )
