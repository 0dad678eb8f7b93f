"""Commands about approvals."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from bot.core.context import Context
from bot.core.message import Message
from bot.core.option import Complete, Doc
from bot.core.registry import Registry
from bot.views import approval as views
from engine.api import Approval, Permission, Scope

commands = Registry()


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """Options of `approval list`."""

    session: Annotated[
        str,
        Doc("All of this session's; the open ones of every session if left out"),
        Complete("sessions"),
    ] = ""


@commands.command(
    "approval list", List, doc="List what waits for a decision", permission=Permission.VIEW
)
def list_(context: Context, args: List) -> Message:
    """List approvals with their names, oldest first."""
    named = _named(context, args.session)
    context.engine.approvals.shown([approval.id for _, approval in named])
    return views.listed(named)


def _named(context: Context, session: str) -> Sequence[tuple[str, Approval]]:
    if not session:
        return context.engine.views.overview(context.sight).approvals
    approvals = context.engine.approvals.of(session)
    return [(f"{session}.{approval.number}", approval) for approval in approvals]


@dataclass(frozen=True, slots=True, kw_only=True)
class One:
    """Options of commands that take an approval and nothing else."""

    approval: Annotated[str, Doc("Name of the approval, such as demo-1.1"), Complete("approvals")]


@commands.command(
    "approval show", One, doc="Show all that an agent asks for", permission=Permission.VIEW
)
def show(context: Context, args: One) -> Message:
    """Show an approval."""
    approval = context.engine.approvals.find(args.approval)
    context.engine.approvals.shown([approval.id])
    return views.shown(args.approval, approval)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allow:
    """Options of `approval allow`."""

    approval: Annotated[str, Doc("Name of the approval, such as demo-1.1"), Complete("approvals")]
    scope: Annotated[
        Scope, Doc("Just this once, or exactly the same for the rest of the session")
    ] = Scope.ONCE


@commands.command(
    "approval allow",
    Allow,
    doc="Allow what an agent asks for, if the setting approvals.who lets you",
    # Whose decision it is depends on the session, so the use case says.
    permission=Permission.VIEW,
    public=True,
)
def allow(context: Context, args: Allow) -> Message:
    """Allow it."""
    closed = context.engine.approvals.allow(args.approval, args.scope, by=context.asker)
    return views.closed(args.approval, closed)


@commands.command(
    "approval deny",
    One,
    doc="Deny what an agent asks for, if the setting approvals.who lets you",
    # Whose decision it is depends on the session, so the use case says.
    permission=Permission.VIEW,
    public=True,
)
def deny(context: Context, args: One) -> Message:
    """Deny it."""
    return views.closed(
        args.approval, context.engine.approvals.deny(args.approval, by=context.asker)
    )
