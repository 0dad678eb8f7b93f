"""Commands about tasks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from bot.core.context import Context
from bot.core.message import Message
from bot.core.option import Complete, Doc, Prose
from bot.core.registry import Registry
from bot.views import task as views
from engine.api import Permission, Task

commands = Registry()


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """Options of `task list`."""

    session: Annotated[str, Doc("Name of the session, such as demo-1"), Complete("sessions")]


@commands.command("task list", List, doc="List a session's tasks", permission=Permission.VIEW)
def list_(context: Context, args: List) -> Message:
    """List the tasks, oldest first."""
    return views.listed(args.session, context.engine.tasks.of(args.session))


@dataclass(frozen=True, slots=True, kw_only=True)
class One:
    """Options of commands that take a task and nothing else."""

    task: Annotated[str, Doc("Name of the task, such as demo-1.2"), Complete("tasks")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Options of `task edit`."""

    task: Annotated[str, Doc("Name of the task, such as demo-1.2"), Complete("tasks")]
    text: Annotated[str, Doc("What the agent is to do instead"), Prose()]


@commands.command(
    "task cancel", One, doc="Cut the task that the agent works on", permission=Permission.PROMPT
)
def cancel(context: Context, args: One) -> Message:
    """Cut its turn."""
    return _moved(args, context.engine.tasks.cancel)


@commands.command(
    "task edit", Edit, doc="Change a task that was not sent yet", permission=Permission.PROMPT
)
def edit(context: Context, args: Edit) -> Message:
    """Replace its text."""
    return views.moved(
        args.task, context.engine.tasks.edit(args.task, args.text, whence=context.whence)
    )


@commands.command("task drop", One, doc="Take a task off the queue", permission=Permission.PROMPT)
def drop(context: Context, args: One) -> Message:
    """Drop it."""
    return _moved(args, context.engine.tasks.drop)


@commands.command(
    "task retry",
    One,
    doc="Do a task again that may or may not have been done",
    permission=Permission.PROMPT,
)
def retry(context: Context, args: One) -> Message:
    """Queue an unknown task again."""
    return _moved(args, context.engine.tasks.retry)


@commands.command(
    "task done",
    One,
    doc="Say that a task is done that may or may not have been",
    permission=Permission.PROMPT,
)
def done(context: Context, args: One) -> Message:
    """Take an unknown task as done."""
    return _moved(args, context.engine.tasks.done)


def _moved(args: One, move: Callable[[str], Task]) -> Message:
    return views.moved(args.task, move(args.task))
