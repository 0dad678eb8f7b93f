"""Channels, and what was said in them."""

from collections.abc import Iterable, Mapping, Sequence

from tests.emulators.slack import posting
from tests.emulators.slack.errors import ApiError
from tests.emulators.slack.methods.paging import page_of
from tests.emulators.slack.payloads import channel_payload, message_payload
from tests.emulators.slack.places import Channel, Kind
from tests.emulators.slack.routing import Method, Request
from tests.emulators.slack.values import Json, Message
from tests.emulators.slack.world import World

READ = ("channels:read", "groups:read", "im:read", "mpim:read")
HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
TYPES = {
    "public_channel": Kind.PUBLIC,
    "private_channel": Kind.PRIVATE,
    "im": Kind.DIRECT,
    "mpim": Kind.GROUP_DIRECT,
}
OPENED = ("id", "created", "is_archived", "is_im", "is_org_shared", "user", "context_team_id")
"""What `conversations.open` tells."""
FIRST, LAST = "0", "9999999999.999999"


def info(world: World, request: Request) -> Json:
    channel = _channel(world, request)
    told = channel_payload(world, channel)
    if request.flag("include_num_members"):
        told["num_members"] = len(channel.members)
    return {"ok": True, "channel": told}


def list_(world: World, request: Request) -> Json:
    shown, more = page_of(world, request, _channels(world, request, only_own=False))
    told = [{**channel_payload(world, c), "num_members": len(c.members)} for c in shown]
    return {"ok": True, "channels": told, **more}


def own(world: World, request: Request) -> Json:
    shown, more = page_of(world, request, _channels(world, request, only_own=True))
    told = [channel_payload(world, channel) for channel in shown]
    for channel in told:
        channel.pop("is_member", None)  # It is one of all that are told.
    return {"ok": True, "channels": told, **more}


def _channels(world: World, request: Request, *, only_own: bool) -> list[Channel]:
    kinds = {TYPES[name] for name in (request.maybe("types") or "public_channel").split(",")}
    return [
        channel
        for channel in world.channels.values()
        if channel.kind in kinds
        and (world.bot.id in channel.members or (channel.kind is Kind.PUBLIC and not only_own))
        and not (channel.is_archived and request.flag("exclude_archived"))
    ]


def members(world: World, request: Request) -> Json:
    shown, more = page_of(world, request, _channel(world, request).members)
    return {"ok": True, "members": shown, **more}


def join(world: World, request: Request) -> Json:
    channel = _channel(world, request)
    if channel.kind is not Kind.PUBLIC:
        raise ApiError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise ApiError("is_archived")
    posting.join(world, channel, world.bot)
    return _told(world, channel)


def invite(world: World, request: Request) -> Json:
    channel = _own(world, request)
    for id_ in request.text("users").split(","):
        if not posting.join(world, channel, world.person(id_), inviter=world.bot):
            raise ApiError("already_in_channel")
    return _told(world, channel)


def open_(world: World, request: Request) -> Json:
    told = channel_payload(world, _opened(world, request))
    return {"ok": True, "channel": {name: told[name] for name in OPENED if name in told}}


def _opened(world: World, request: Request) -> Channel:
    if request.maybe("channel"):
        return _channel(world, request)
    ids = request.text("users").split(",")
    if len(ids) == 1:
        return world.direct(world.person(ids[0]))
    everyone = [*(world.person(id_).id for id_ in ids), world.bot.id]
    for channel in world.channels.values():
        if channel.kind is Kind.GROUP_DIRECT and set(channel.members) == set(everyone):
            return channel
    return world.add_channel("mpdm", Kind.GROUP_DIRECT, everyone)


def create(world: World, request: Request) -> Json:
    name = request.text("name")
    if any(channel.name == name for channel in world.channels.values()):
        raise ApiError("name_taken")
    kind = Kind.PRIVATE if request.flag("is_private") else Kind.PUBLIC
    return _told(world, world.add_channel(name, kind, [world.bot.id]))


def set_topic(world: World, request: Request) -> Json:
    channel = _own(world, request)
    channel.topic = request.maybe("topic") or ""
    return _told(world, channel)


# --- what was said -----------------------------------------------------------------------------


def history(world: World, request: Request) -> Json:
    channel = _own(world, request)
    said = [
        message
        for message in _between(world, request, channel.messages.values())
        if not message.is_reply or message.is_broadcast
    ]
    shown, more = page_of(world, request, said[::-1])
    return {**_messages(world, request, shown, more), "pin_count": 0}


def replies(world: World, request: Request) -> Json:
    channel = _own(world, request)
    parent = channel.messages.get(request.text("ts"))
    if parent is None or parent.seen_only_by is not None or not _shows(world, parent):
        raise ApiError("thread_not_found")
    first = channel.messages.get(parent.thread_ts or parent.ts, parent)
    said = _between(world, request, channel.replies(first.ts))
    shown, more = page_of(world, request, [first, *said])
    return _messages(world, request, shown, more)


def _between(world: World, request: Request, said: Iterable[Message]) -> list[Message]:
    """What shows already, is seen by all, and was made in the time that was asked for."""
    oldest, latest = request.maybe("oldest") or FIRST, request.maybe("latest") or LAST
    is_inclusive = request.flag("inclusive")
    found = []
    for message in said:
        at = float(message.ts)
        is_edge = at in {float(oldest), float(latest)}
        is_between = float(oldest) < at < float(latest) or (is_edge and is_inclusive)
        if is_between and message.seen_only_by is None and _shows(world, message):
            found.append(message)
    return found


def _shows(world: World, message: Message) -> bool:
    return world.is_past(message.made_at, world.limits.history_delay_s)


def _messages(world: World, request: Request, shown: Sequence[Message], more: Json) -> Json:
    has_more = bool(more["response_metadata"]["next_cursor"])
    is_asked = request.flag("include_all_metadata")
    told = [
        message_payload(
            world,
            message,
            with_metadata=is_asked
            and world.is_past(message.made_at, world.limits.metadata_delay_s),
        )
        for message in shown
    ]
    answer = {"ok": True, "messages": told, "has_more": has_more}
    return {**answer, **more} if has_more else answer


# --- finding -----------------------------------------------------------------------------------


def _channel(world: World, request: Request) -> Channel:
    return world.channel(request.text("channel"))


def _own(world: World, request: Request) -> Channel:
    channel = _channel(world, request)
    if world.bot.id not in channel.members:
        raise ApiError("not_in_channel")
    return channel


def _told(world: World, channel: Channel) -> Json:
    return {"ok": True, "channel": channel_payload(world, channel)}


METHODS: Mapping[str, Method] = {
    "conversations.info": Method(handler=info, scopes=READ),
    "conversations.list": Method(handler=list_, scopes=READ),
    "users.conversations": Method(handler=own, scopes=READ),
    "conversations.members": Method(handler=members, scopes=READ),
    "conversations.join": Method(handler=join, scopes=("channels:join",)),
    "conversations.invite": Method(handler=invite, scopes=("channels:manage", "groups:write")),
    "conversations.open": Method(handler=open_, scopes=("im:write", "mpim:write")),
    "conversations.create": Method(handler=create, scopes=("channels:manage", "groups:write")),
    "conversations.setTopic": Method(handler=set_topic, scopes=("channels:manage",)),
    "conversations.history": Method(handler=history, scopes=HISTORY),
    "conversations.replies": Method(handler=replies, scopes=HISTORY),
}
