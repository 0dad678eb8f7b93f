"""A channel of a platform: which project it is about, and how much is said in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.domain.errors import InvalidInput
from engine.domain.values import Conversation, ProjectName

SHOWN_MAX_CHARS = 60


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
        raise InvalidInput(
            f"{name[:SHOWN_MAX_CHARS]!r} names no channel. Type it like discord:SERVER/CHANNEL or"
            " slack:TEAM/CHANNEL, with the ids that the platform shows; `channel list` shows the"
            " names of those that are about a project."
        )
    return Conversation(platform, space, channel, "")


def spellings_of(name: str) -> tuple[str, str]:
    """Return the two ways to type a channel: its name, and that without its space."""
    platform, _, place = name.partition(":")
    return name, f"{platform}:{place.partition('/')[2]}"


def channel_named(name: str, known: Iterable[Channel]) -> Conversation:
    """Return the conversation that a name stands for, also without its space: `discord:<channel>`.

    Without it one of `known` is meant, which are those that the asker may see.

    Raises:
        InvalidInput: it is no such name, or none or several of them have that id.
    """
    platform, _, id_ = name.partition(":")
    if not platform or not id_ or "/" in id_:
        return parse_channel(name)
    meant = [c for c in known if (c.platform, c.channel) == (platform, id_)]
    if not meant:
        raise InvalidInput(
            f"No channel that you may see is about a project and has the id"
            f" {id_[:SHOWN_MAX_CHARS]!r} there. `channel list` shows those that are; type another"
            " one like discord:SERVER/CHANNEL or slack:TEAM/CHANNEL."
        )
    if len(meant) > 1:
        names = " or ".join(channel.name for channel in meant)
        raise InvalidInput(f"{name} may be {names}: type which of them you mean.")
    return Conversation(platform, meant[0].space, id_, "")
