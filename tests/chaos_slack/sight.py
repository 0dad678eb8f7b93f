"""What there is to speak of in Slack."""

from dataclasses import dataclass

from tests.chaos_chat.books import mark_of
from tests.chaos_chat.sight import NEWEST, Sight
from tests.chaos_slack.town import Crowd, Spot
from tests.emulators.slack import Message
from tests.halyard import Row


@dataclass(slots=True, kw_only=True)
class SlackSight(Sight[Spot]):
    """Channels and threads of a workspace."""

    town: Crowd

    def thread_of(self, session: Row) -> Spot:
        """Return the session's thread."""
        channel = self.town.slack.world.channels[session["channel"]]
        return Spot(channel, channel.messages[session["thread"]])

    def message(self) -> Message:
        """Return a new message that makes a task, and that nobody has changed."""
        able, spot = {person.id for person in self.town.able}, self.thread()
        messages = self.town.slack.messages(spot.channel, under=spot.root)[-NEWEST:]
        return self.untouched(
            {mark_of(m.text): m for m in messages if m.user_id in able and m.text.startswith("#")}
        )
