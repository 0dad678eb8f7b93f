"""Commands about projects."""

from dataclasses import dataclass
from typing import Annotated

from bot.core.context import Context
from bot.core.message import Message
from bot.core.option import Complete, Doc, New
from bot.core.place import ChannelOption, channel_of
from bot.core.registry import Registry
from bot.views import channel as channel_views
from bot.views import project as views
from engine.api import (
    AddRequest,
    AgentName,
    EnvironmentName,
    HostName,
    Permission,
    ProjectName,
)

commands = Registry()


@dataclass(frozen=True, slots=True, kw_only=True)
class Add:
    """Options of `project add`."""

    name: Annotated[
        str, Doc("What it is called: lower-case letters, digits, dashes"), New("projects")
    ]
    source: Annotated[str, Doc("Address over https or ssh, or absolute path of a local repository")]
    ref: Annotated[str, Doc("Branch or tag to start from; the source's default if left out")] = ""
    credential: Annotated[
        str, Doc("Name of the credential that reads and pushes it"), Complete("credentials")
    ] = ""
    agent: Annotated[str, Doc("Agent of sessions that name none"), Complete("agents")] = "demo"
    environment: Annotated[
        str, Doc("Environment of sessions that name none"), Complete("environments")
    ] = "default"
    host: Annotated[
        str, Doc("Host of sessions that name none; any if left out"), Complete("hosts")
    ] = ""


@commands.command(
    "project add", Add, doc="Add a project that sessions can work on", permission=Permission.MANAGE
)
def add(context: Context, args: Add) -> Message:
    """Add a project."""
    project = context.engine.projects.add(
        AddRequest(
            actor=context.actor,
            is_local=context.is_local,
            name=args.name,
            source=args.source,
            ref=args.ref,
            credential=args.credential,
            agent=AgentName(args.agent),
            environment=EnvironmentName(args.environment),
            host=HostName(args.host) if args.host else None,
        )
    )
    return views.added(project)


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """Options of `project list`: none."""


@commands.command("project list", List, doc="List projects", permission=Permission.VIEW)
def list_(context: Context, _args: List) -> Message:
    """List projects by name."""
    return views.listed(context.engine.projects.all(context.sight))


@dataclass(frozen=True, slots=True, kw_only=True)
class One:
    """Options of commands that take a project and nothing else."""

    project: Annotated[str, Doc("Name of the project"), Complete("projects")]


@commands.command(
    "project show", One, doc="Show everything about a project", permission=Permission.VIEW
)
def show(context: Context, args: One) -> Message:
    """Show a project."""
    return views.shown(context.engine.projects.find(args.project))


@commands.command(
    "project remove",
    One,
    doc="Remove a project; its sessions go on",
    permission=Permission.MANAGE,
)
def remove(context: Context, args: One) -> Message:
    """Remove a project."""
    return views.removed(context.engine.projects.remove(args.project))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bind:
    """Options of `project bind`."""

    project: Annotated[str, Doc("Name of the project"), Complete("projects")]
    channel: ChannelOption = ""


@commands.command(
    "project bind",
    Bind,
    doc="Let a channel be about a project",
    permission=Permission.MANAGE,
    public=True,
)
def bind(context: Context, args: Bind) -> Message:
    """Bind a channel."""
    place = channel_of(context, args.channel)
    return channel_views.bound(context.engine.channels.bind(place, ProjectName(args.project)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Unbind:
    """Options of `project unbind`."""

    channel: ChannelOption = ""


@commands.command(
    "project unbind",
    Unbind,
    doc="Let a channel be about no project; its sessions go on",
    permission=Permission.MANAGE,
    public=True,
)
def unbind(context: Context, args: Unbind) -> Message:
    """Unbind a channel."""
    place = channel_of(context, args.channel)
    return channel_views.unbound(context.engine.channels.unbind(place))
