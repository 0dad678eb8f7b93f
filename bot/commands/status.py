"""The command that tells how things are."""

from dataclasses import dataclass

from bot.core.context import Context
from bot.core.message import Message
from bot.core.registry import Registry
from bot.views import status as views
from engine.api import Permission

commands = Registry()


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Options of `status`: none."""


@commands.command(
    "status", Status, doc="Show what waits for you, and what is at work", permission=Permission.VIEW
)
def status(context: Context, _args: Status) -> Message:
    """Show the whole at a glance."""
    seen = context.engine.views.overview()
    context.engine.approvals.shown([approval.id for _, approval in seen.approvals])
    return views.overview(seen)
