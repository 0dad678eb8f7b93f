"""Which channel a command is about."""

import re
from typing import Annotated, TypeAlias

from bot.core.context import Context
from bot.core.option import Complete, Doc
from bot.core.registry import Registry
from bot.core.subject import DISCORD, SLACK
from engine.api import Conversation, InvalidInput

ChannelOption: TypeAlias = Annotated[
    str,
    Doc("Which channel: discord:123/456, discord:456 or a mention of it; here if left out"),
    Complete("channels"),
]
MENTION = re.compile(r"<#([A-Z0-9]+)(?:\|[^<>]*)?>")
"""Of a channel; Discord's ids are numbers, those of Slack begin with a letter."""


def channel_of(context: Context, channel: str) -> Conversation:
    """Return the conversation that `channel` names, or else the one that this is said in.

    Raises:
        InvalidInput: it is no name of a channel, or none is given where nobody is in one.
    """
    if channel:
        return channel_typed(context, channel)
    if context.is_local:
        raise InvalidInput(
            "Say which channel: channel=discord:SERVER/CHANNEL, with the ids that Discord shows."
        )
    return context.conversation


def channel_typed(context: Context, typed: str) -> Conversation:
    """Return the conversation that was typed as a channel's name, or as a mention of it.

    Raises:
        InvalidInput: it is neither, or it is not clear which channel is meant.
    """
    typed = typed.strip()
    mention = MENTION.fullmatch(typed)
    name = _name_of(mention[1], context.conversation) if mention else typed
    return context.engine.channels.named(name, context.sight)


def takes_channel(text: str, registry: Registry) -> bool:
    """Whether a text begins like a command about a channel; `!share` is one of a session."""
    words = text.strip().removeprefix("!").lower().split(maxsplit=2)
    paths = [" ".join(words[:2]), *(f"session {word}" for word in words[:1])]
    commands = [registry.find(path) for path in paths if path in registry]
    return any(option.completes == "channels" for c in commands for option in c.options)


def _name_of(id_: str, here: Conversation) -> str:
    """Return the name of a mentioned channel; people mention those of where they are."""
    platform = DISCORD if id_.isdecimal() else SLACK
    is_here = here.platform == platform and here.space
    return f"{platform}:{here.space}/{id_}" if is_here else f"{platform}:{id_}"
