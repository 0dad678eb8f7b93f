"""Places of Slack, as Halyard names them."""

from datetime import datetime

from bot.slack.people import PLATFORM
from engine.api import Conversation, GroupId

USER = "U", "W"
"""What the ids of people begin with; written to, they are a place of their own: what they and
Halyard say to each other."""


def conversation_at(team: str, channel: str, thread: str = "") -> Conversation:
    """Return the conversation of a channel, or of a thread in it, which is its root's stamp."""
    return Conversation(PLATFORM, team, channel, thread)


def group_at(team: str, group: str) -> GroupId:
    """Return a user group of a workspace."""
    return GroupId(f"slack-group:{team}:{group}")


def is_person(conversation: Conversation) -> bool:
    """Whether it is what one person and Halyard say to each other."""
    return conversation.channel.startswith(USER)


def stamp_at(at: datetime) -> str:
    """Return what a message of that moment would be called in its channel."""
    return f"{at.timestamp():.6f}"


def moment(stamp: str) -> tuple[int, int]:
    """Return a stamp as something that can be compared."""
    seconds, _, fraction = stamp.partition(".")
    return int(seconds or 0), int(fraction or 0)


def cursor_name(conversation: Conversation) -> str:
    """Return the name of the bookmark that tells how far a place was read."""
    return f"read:{PLATFORM}:{conversation.channel}:{conversation.thread}"
