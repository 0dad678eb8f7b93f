"""Commands about sessions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from bot.core.context import Context
from bot.core.message import Message
from bot.core.option import Attachment, Attachments, Between, Complete, Doc, Prose
from bot.core.registry import Registry
from bot.core.told import asked_in
from bot.views import session as views
from engine.api import (
    AgentName,
    Attached,
    EnvironmentName,
    HostName,
    JobKind,
    Network,
    Permission,
    ProjectName,
    StartRequest,
)

commands = Registry()


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Options of `session start`."""

    project: Annotated[str, Doc("Project to work on"), Complete("projects")]
    task: Annotated[str, Doc("What the agent is to do"), Prose()]
    agent: Annotated[
        str, Doc("Which agent does it; the project's own if left out"), Complete("agents")
    ] = ""
    environment: Annotated[
        str, Doc("Limits and image; the project's own if left out"), Complete("environments")
    ] = ""
    host: Annotated[
        str, Doc("Where it runs; the project's own, or any, if left out"), Complete("hosts")
    ] = ""
    network: Annotated[
        Network | None, Doc("What it can reach; the environment's own if left out")
    ] = None
    once: Annotated[bool, Doc("End when this task has ended")] = False
    files: Annotated[Attachments | None, Doc("Files that the task is about")] = None


@commands.command(
    "session start",
    Start,
    doc="Start an agent on a task",
    permission=Permission.PROMPT,
    # What all see of it is the message that its thread hangs on.
    public=False,
)
def start(context: Context, args: Start) -> Message:
    """Queue a session that talks in the conversation it was asked for in."""
    session = context.engine.sessions.start(
        StartRequest(
            actor=context.actor,
            conversation=context.conversation,
            project=ProjectName(args.project),
            task=args.task,
            agent=AgentName(args.agent) if args.agent else None,
            environment=EnvironmentName(args.environment) if args.environment else None,
            host=HostName(args.host) if args.host else None,
            network=args.network,
            once=args.once,
            files=_attached(args.files),
        )
    )
    return views.queued(session)


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """Options of `session list`."""

    project: Annotated[str, Doc("Only sessions of this project"), Complete("projects")] = ""
    limit: Annotated[int, Doc("How many at most, newest first"), Between(1, 500)] = 20


@commands.command("session list", List, doc="List sessions", permission=Permission.VIEW)
def list_(context: Context, args: List) -> Message:
    """List sessions, newest first."""
    project = ProjectName(args.project) if args.project else None
    found = context.engine.sessions.newest(context.sight, project=project, limit=args.limit)
    return views.listed(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class One:
    """Options of commands that take a session and nothing else."""

    session: Annotated[str, Doc("Name of the session, such as demo-1"), Complete("sessions")]


@commands.command(
    "session show", One, doc="Show everything about a session", permission=Permission.VIEW
)
def show(context: Context, args: One) -> Message:
    """Show a session."""
    view = context.engine.views.session(args.session)
    context.engine.approvals.shown([approval.id for approval in view.approvals])
    return views.shown(view)


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Options of `session say`."""

    session: Annotated[str, Doc("Name of the session, such as demo-1"), Complete("sessions")]
    text: Annotated[str, Doc("What the agent is to do next"), Prose()]
    now: Annotated[bool, Doc("Interrupt what the agent is doing")] = False
    files: Annotated[Attachments | None, Doc("Files that the task is about")] = None


@commands.command(
    "session say",
    Say,
    doc="Give a session its next task",
    permission=Permission.PROMPT,
    public=True,
)
def say(context: Context, args: Say) -> Message:
    """Queue a task."""
    task = context.engine.sessions.say(
        args.session,
        args.text,
        now=args.now,
        by=context.actor,
        files=_attached(args.files),
        whence=context.whence,
    )
    return views.told(args.session, task, now=args.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """Options of `session put`."""

    session: Annotated[str, Doc("Name of the session, such as demo-1"), Complete("sessions")]
    file: Annotated[Attachment, Doc("The file to bring")]
    path: Annotated[str, Doc("Where in the work folder; its own name if left out")] = ""


@commands.command(
    "session put",
    Put,
    doc="Bring a file into a session's work folder",
    permission=Permission.PROMPT,
)
def put(context: Context, args: Put) -> Message:
    """Ask for the file to be written."""
    values = {"file": args.file.file, "path": args.path or args.file.name}
    return _ask(context, args.session, JobKind.PUT, values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Get:
    """Options of `session get`."""

    session: Annotated[str, Doc("Name of the session, such as demo-1"), Complete("sessions")]
    path: Annotated[str, Doc("Which file, relative to the work folder")]


@commands.command(
    "session get",
    Get,
    doc="Get a file of a session's work folder",
    permission=Permission.VIEW,
    public=True,
)
def get(context: Context, args: Get) -> Message:
    """Ask for the file to be read."""
    return _ask(context, args.session, JobKind.GET, {"path": args.path})


@commands.command(
    "session stop",
    One,
    doc="Let a session end; its work is kept for a while",
    permission=Permission.PROMPT,
    public=True,
)
def stop(context: Context, args: One) -> Message:
    """Let it end in order."""
    return views.stopping(context.engine.sessions.stop(args.session))


@commands.command(
    "session kill",
    One,
    doc="End a session at once, whatever it does",
    permission=Permission.PROMPT,
    public=True,
)
def kill(context: Context, args: One) -> Message:
    """End it without asking the agent."""
    return views.stopping(context.engine.sessions.kill(args.session))


@dataclass(frozen=True, slots=True, kw_only=True)
class Restart:
    """Options of `session restart`."""

    session: Annotated[str, Doc("Name of the session, such as demo-1"), Complete("sessions")]
    text: Annotated[str, Doc("What the agent is to do next, if anything"), Prose()] = ""


@commands.command(
    "session restart",
    Restart,
    doc="Bring an ended session back on its own work",
    permission=Permission.PROMPT,
    public=True,
)
def restart(context: Context, args: Restart) -> Message:
    """Queue it again."""
    session = context.engine.sessions.restart(
        args.session, args.text, by=context.actor, whence=context.whence
    )
    return views.restarted(session)


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """Options of `session log`."""

    session: Annotated[str, Doc("Name of the session, such as demo-1"), Complete("sessions")]
    limit: Annotated[int, Doc("How many of the newest events"), Between(1, 1000)] = 50


@commands.command(
    "session log", Log, doc="Show the newest events of a session", permission=Permission.VIEW
)
def log(context: Context, args: Log) -> Message:
    """Show what happened."""
    events = context.engine.sessions.log(args.session, limit=args.limit)
    context.engine.approvals.shown(asked_in(events))
    return views.log(args.session, events)


@commands.command(
    "session diff",
    One,
    doc="Show what a session has changed",
    permission=Permission.VIEW,
    public=True,
)
def diff(context: Context, args: One) -> Message:
    """Ask for the changes."""
    return _ask(context, args.session, JobKind.DIFF, {})


@commands.command(
    "session push",
    One,
    doc="Push a session's work to its source, as branch halyard/SESSION",
    permission=Permission.PROMPT,
    public=True,
)
def push(context: Context, args: One) -> Message:
    """Ask for the push."""
    return _ask(context, args.session, JobKind.PUSH, {})


def _attached(files: Attachments | None) -> Sequence[Attached]:
    return [Attached(file.file, file.name) for file in files.files] if files else ()


def _ask(context: Context, session: str, kind: JobKind, values: dict[str, str]) -> Message:
    job = context.engine.sessions.ask(session, kind, values, by=context.actor)
    return views.working(session, job)
