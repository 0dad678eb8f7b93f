"""A channel of a platform: which project it is about, and how much is said in it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.domain.errors import InvalidInput
from engine.domain.values import Conversation, ProjectName


class Verbosity(StrEnum):
    """How much a channel hears; questions and alerts are always heard."""

    TEXT = "text"
    """What the agent says at the end of a turn."""
    ESSENTIAL = "essential"
    """Also the live card, results and a footer."""
    EVERYTHING = "everything"
    """Also what the agent says and does on the way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A channel that something was said of."""

    platform: str
    space: str
    channel: str
    project: ProjectName | None = None
    """What sessions started here work on, unless a project is named."""
    verbosity: Verbosity = Verbosity.ESSENTIAL
    bound_since: datetime | None = None
    """Since when what is said there concerns us without a break; none if it does not.

    Also none where that is not known: bound by a version that did not keep it.
    """

    @property
    def name(self) -> str:
        """How it is typed: `discord:<guild>/<channel>`."""
        return f"{self.platform}:{self.space}/{self.channel}"


def channel_at(conversation: Conversation) -> Channel:
    """Return the channel of a conversation, as if nothing was said of it."""
    return Channel(
        platform=conversation.platform, space=conversation.space, channel=conversation.channel
    )


def parse_channel(name: str) -> Conversation:
    """Return the conversation that a channel's name stands for.

    Raises:
        InvalidInput: it is no such name.
    """
    platform, colon, place = name.partition(":")
    space, slash, channel = place.partition("/")
    if not (colon and slash and platform and space and channel):
        raise InvalidInput("channel must be like discord:123/456: platform, space and channel.")
    return Conversation(platform, space, channel, "")
