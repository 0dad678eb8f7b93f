"""The command that tells how things are."""

from dataclasses import dataclass
from typing import Annotated

from bot.core.context import Context
from bot.core.message import Message
from bot.core.option import Doc
from bot.core.registry import Registry
from bot.views import status as views
from engine.api import Permission

commands = Registry()


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Options of `status`."""

    mine: Annotated[bool, Doc("Only what you can decide, and the sessions you started")] = False


@commands.command(
    "status", Status, doc="Show what waits for you, and what is at work", permission=Permission.VIEW
)
def status(context: Context, args: Status) -> Message:
    """Show the whole at a glance."""
    see = context.engine.views
    seen = see.mine(context.asker) if args.mine else see.overview(context.sight)
    context.engine.approvals.shown([approval.id for _, approval in seen.approvals])
    return views.overview(seen)
