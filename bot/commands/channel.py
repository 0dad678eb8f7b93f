"""Commands about channels."""

from dataclasses import dataclass
from typing import Annotated

from bot.core.context import Context
from bot.core.message import Message
from bot.core.option import Doc
from bot.core.place import ChannelOption, channel_of
from bot.core.registry import Registry
from bot.views import channel as views
from engine.api import Permission, Verbosity

commands = Registry()


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """Options of `channel list`: none."""


@commands.command(
    "channel list", List, doc="List channels that are about a project", permission=Permission.VIEW
)
def list_(context: Context, _args: List) -> Message:
    """List the channels of all platforms, as far as their projects may be seen."""
    return views.listed(context.engine.channels.seen(context.sight))


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """Options of `channel show`."""

    channel: ChannelOption = ""


@commands.command(
    "channel show",
    Show,
    doc="Show which project a channel is about, and how much it hears",
    permission=Permission.VIEW,
)
def show(context: Context, args: Show) -> Message:
    """Show a channel."""
    return views.shown(context.engine.channels.at(channel_of(context, args.channel)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Set:
    """Options of `channel set`."""

    verbosity: Annotated[Verbosity, Doc("How much of what agents do is told here")]
    channel: ChannelOption = ""


@commands.command(
    "channel set",
    Set,
    doc="Say how much a channel hears",
    permission=Permission.MANAGE,
    public=True,
)
def set_(context: Context, args: Set) -> Message:
    """Set how much it hears."""
    place = channel_of(context, args.channel)
    return views.changed(context.engine.channels.set(place, args.verbosity))
