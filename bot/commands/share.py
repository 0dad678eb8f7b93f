"""Commands about where a session is followed."""

from dataclasses import dataclass
from typing import Annotated

from bot.core.context import Context
from bot.core.message import Message
from bot.core.option import Complete, Doc
from bot.core.place import ChannelOption, channel_of, channel_typed
from bot.core.registry import Registry
from bot.views import share as views
from engine.api import Permission

commands = Registry()


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Options of `session share`."""

    session: Annotated[str, Doc("Name of the session, such as demo-1"), Complete("sessions")]
    to: Annotated[
        str,
        Doc("Which channel: discord:123/456, discord:456 or a mention of it"),
        Complete("channels"),
    ]


@commands.command(
    "session share",
    Share,
    doc="Let a session be followed and spoken to in one more channel",
    # Others than were there when things were said get to hear them; who prompts does not say that.
    permission=Permission.MANAGE,
    public=True,
)
def share(context: Context, args: Share) -> Message:
    """Mirror it, in a channel that is about the same project."""
    to = channel_typed(context, args.to)
    shares = context.engine.shares
    mirror = shares.share(args.session, to, by=context.actor)
    return views.shared(context.engine.sessions.find(args.session), mirror)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unshare:
    """Options of `session unshare`."""

    session: Annotated[str, Doc("Name of the session, such as demo-1"), Complete("sessions")]
    from_: ChannelOption = ""


@commands.command(
    "session unshare",
    Unshare,
    doc="Let a session no longer be followed in a channel that it was shared with",
    permission=Permission.MANAGE,
    public=True,
)
def unshare(context: Context, args: Unshare) -> Message:
    """End the mirror."""
    place = channel_of(context, args.from_)
    mirror = context.engine.shares.unshare(args.session, place, by=context.actor)
    return views.unshared(context.engine.sessions.find(args.session), mirror)
