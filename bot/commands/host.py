"""Commands about hosts."""

from dataclasses import dataclass
from typing import Annotated

from bot.core.context import Context
from bot.core.message import Message
from bot.core.option import Complete, Doc
from bot.core.registry import Registry
from bot.views import host as views
from engine.api import Engine, HostName, Permission

commands = Registry()


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """Options of `host list`: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class One:
    """Options of commands that take a host and nothing else."""

    host: Annotated[str, Doc("Name of the host, as halyard.yaml has it"), Complete("hosts")]


async def look(engine: Engine, args: One) -> None:
    """Look at the host now; what was seen is a row that the handler answers from."""
    await engine.check_host(HostName(args.host))


@commands.command("host list", List, doc="List hosts", permission=Permission.VIEW)
def list_(context: Context, _args: List) -> Message:
    """List the hosts of the settings as last observed."""
    return views.listed(context.engine.views.hosts())


@commands.command("host show", One, doc="Show a host as last observed", permission=Permission.VIEW)
def show(context: Context, args: One) -> Message:
    """Show a host."""
    return views.shown(context.engine.views.host(args.host))


@commands.command(
    "host check",
    One,
    doc="Look at a host now, and show what was seen",
    permission=Permission.VIEW,
    look=look,
)
def check(context: Context, args: One) -> Message:
    """Show what `look` has just seen."""
    return views.shown(context.engine.views.host(args.host))
