"""What there is to speak of on Discord."""

from dataclasses import dataclass

from tests.chaos_chat.books import mark_of
from tests.chaos_chat.sight import NEWEST, Sight
from tests.chaos_discord.town import Crowd
from tests.emulators.discord import Message, Place
from tests.halyard import Row


@dataclass(slots=True, kw_only=True)
class DiscordSight(Sight[Place]):
    """Channels and threads of a server."""

    town: Crowd

    def thread_of(self, session: Row) -> Place:
        """Return the session's thread."""
        return self.town.discord.world.place(int(session["thread"]))

    def message(self) -> Message:
        """Return a new message that makes a task, and that nobody has changed."""
        able = {member.id for member in self.town.able}
        messages = self.town.discord.messages(self.thread())[-NEWEST:]
        return self.untouched(
            {
                mark_of(m.content): m
                for m in messages
                if m.author.id in able and m.content.startswith("#")
            }
        )
