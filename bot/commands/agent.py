"""Commands about agents."""

from dataclasses import dataclass
from typing import Annotated

from bot.core.context import Context
from bot.core.message import Message
from bot.core.option import Complete, Doc
from bot.core.registry import Registry
from bot.views import agent as views
from engine.api import Permission

commands = Registry()


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """Options of `agent list`: none."""


@commands.command("agent list", List, doc="List agents", permission=Permission.VIEW)
def list_(context: Context, _args: List) -> Message:
    """List the agents of the settings."""
    return views.listed(context.engine.views.agents())


@dataclass(frozen=True, slots=True, kw_only=True)
class One:
    """Options of commands that take an agent and nothing else."""

    agent: Annotated[str, Doc("Name of the agent, as halyard.yaml has it"), Complete("agents")]


@commands.command(
    "agent show", One, doc="Show everything about an agent", permission=Permission.VIEW
)
def show(context: Context, args: One) -> Message:
    """Show an agent."""
    return views.shown(context.engine.views.agent(args.agent))
