"""Commands about who may do what."""

from dataclasses import dataclass
from typing import Annotated

from bot.core.context import Context
from bot.core.message import Message
from bot.core.option import Complete, Doc
from bot.core.registry import Registry
from bot.core.subject import subject_of
from bot.views import access as views
from bot.views import link as link_views
from engine.api import ActorId, Permission, Role

commands = Registry()

WHO = "A mention, or an id such as local:1000, discord:USER or slack-group:TEAM:GROUP"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Options of `access grant` and `access revoke`."""

    who: Annotated[str, Doc(WHO)]
    role: Annotated[Role, Doc("What they may do")]
    project: Annotated[
        str, Doc("On which project; on all, also later ones, if left out"), Complete("projects")
    ] = ""


@commands.command("access grant", Change, doc="Give somebody a role", permission=Permission.GRANT)
def grant(context: Context, args: Change) -> Message:
    """Give it."""
    who = subject_of(args.who, context.conversation)
    grants = context.engine.grants
    given = grants.grant(who, args.role, args.project, by=context.asker)
    return views.granted(given, is_early=grants.is_early(given))


@commands.command("access revoke", Change, doc="Take a role back", permission=Permission.GRANT)
def revoke(context: Context, args: Change) -> Message:
    """Take it, and tell what they can do without it."""
    who = subject_of(args.who, context.conversation)
    grants = context.engine.grants
    revoked = grants.revoke(who, args.role, args.project, by=context.asker)
    return views.revoked(revoked, grants.standing(who, args.project, by=context.asker))


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """Options of `access list`."""

    project: Annotated[str, Doc("Only what holds on this project"), Complete("projects")] = ""
    who: Annotated[str, Doc("Only what was given to this actor or group")] = ""


@commands.command(
    "access list", List, doc="List who was given which role", permission=Permission.VIEW
)
def list_(context: Context, args: List) -> Message:
    """List grants, oldest first."""
    who = subject_of(args.who, context.conversation) if args.who else ""
    grants = context.engine.grants
    return views.listed(grants.all(who, args.project, by=context.asker))


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Options of `access check`."""

    who: Annotated[str, Doc("Whom, as a mention or an id; you if left out")] = ""
    permission: Annotated[Permission | None, Doc("What; all there is if left out")] = None
    project: Annotated[
        str, Doc("On which project; everywhere if left out"), Complete("projects")
    ] = ""


@commands.command(
    "access check", Check, doc="Say what somebody may do, and why", permission=Permission.VIEW
)
def check(context: Context, args: Check) -> Message:
    """Say it."""
    who = subject_of(args.who, context.conversation) if args.who else ""
    standing = context.engine.grants.standing(who, args.project, by=context.asker)
    return views.checked(standing, args.permission)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Options of `access link`."""

    code: Annotated[
        str, Doc("The code that your other account was given; a new one if left out")
    ] = ""


@commands.command(
    "access link",
    Link,
    doc="Link your accounts on two platforms: get a code with one, say it with the other",
    # Whoever has a role on one platform only has none on the other yet.
    permission=None,
)
def link(context: Context, args: Link) -> Message:
    """Make a code, say one, or tell who is linked."""
    links, asker = context.engine.links, context.asker
    if args.code:
        return link_views.linked(links.link(args.code, context.conversation, by=asker), asker.actor)
    if len(asker.accounts) > 1:
        return link_views.known(asker.accounts, asker.actor)
    return link_views.coded(asker.actor, links.new_code(asker, context.conversation))


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlink:
    """Options of `access unlink`."""

    who: Annotated[str, Doc("Which account; the one that you ask with if left out")] = ""


@commands.command(
    "access unlink",
    Unlink,
    doc="Let an account stand for itself again",
    # It is about the asker's own accounts; of another's, the use case asks for an admin.
    permission=None,
)
def unlink(context: Context, args: Unlink) -> Message:
    """End it."""
    who = subject_of(args.who, context.conversation) if args.who else context.actor
    left = context.engine.links.unlink(ActorId(who), by=context.asker)
    return link_views.unlinked(ActorId(who), left)
