"""Which channel a command is about."""

from typing import Annotated, TypeAlias

from bot.core.context import Context
from bot.core.option import Complete, Doc
from engine.api import Conversation, InvalidInput, parse_channel

ChannelOption: TypeAlias = Annotated[
    str, Doc("Which channel, such as discord:123/456; here if left out"), Complete("channels")
]


def channel_of(context: Context, channel: str) -> Conversation:
    """Return the conversation that `channel` names, or else the one that this is said in.

    Raises:
        InvalidInput: it is no name of a channel, or none is given where nobody is in one.
    """
    if channel:
        return parse_channel(channel)
    if context.is_local:
        raise InvalidInput(
            "Say which channel: channel=discord:SERVER/CHANNEL, with the ids that Discord shows."
        )
    return context.conversation
