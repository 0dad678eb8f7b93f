"""Messages that the bot makes, changes and deletes."""

from collections.abc import Mapping
from typing import Any

from tests.emulators.slack import posting
from tests.emulators.slack.block_rules import check_blocks, check_metadata
from tests.emulators.slack.errors import ApiError, InvalidRequest
from tests.emulators.slack.payloads import message_payload
from tests.emulators.slack.places import Channel, Kind
from tests.emulators.slack.posting import Draft
from tests.emulators.slack.routing import Method, Request
from tests.emulators.slack.values import Json, Message
from tests.emulators.slack.world import World

WRITE = ("chat:write",)


def post_message(world: World, request: Request) -> Json:
    channel = place_to_write(world, request)
    text, warning = _cut(world, request)
    draft = draft_of(world, channel, request, text)
    message = posting.post(world, draft)
    answer = {
        "ok": True,
        "channel": channel.id,
        "ts": message.ts,
        "message": message_payload(world, message),
    }
    return {**answer, **warning}


def post_ephemeral(world: World, request: Request) -> Json:
    channel = place_to_write(world, request)
    user = request.text("user")
    if user not in channel.members:
        raise ApiError("user_not_in_channel")
    text, _ = _cut(world, request)
    draft = draft_of(world, channel, request, text, seen_only_by=user)
    return {"ok": True, "message_ts": posting.post(world, draft).ts}


def update(world: World, request: Request) -> Json:
    channel = world.channel(request.text("channel"))
    if channel.is_archived:
        raise ApiError("is_archived")
    message = _own(world, channel, request, "cant_update_message")
    window_s = world.limits.edit_window_s
    if window_s is not None and world.is_past(message.made_at, window_s):
        raise ApiError("edit_window_closed")
    text = request.maybe("text") or ""
    if len(text) > world.limits.update_chars:
        raise InvalidRequest("msg_too_long")
    draft = draft_of(world, channel, request, text, before=message)
    after = posting.edit(world, message, draft)
    shown = {
        name: value
        for name, value in message_payload(world, after).items()
        if name in {"type", "text", "user", "team", "bot_id", "app_id", "bot_profile", "edited",
                    "blocks", "attachments", "metadata", "files"}
    }  # fmt: skip
    answer = {"ok": True, "channel": channel.id, "ts": after.ts, "text": after.text}
    return {**answer, "message": shown}


def delete(world: World, request: Request) -> Json:
    channel = world.channel(request.text("channel"))
    message = _own(world, channel, request, "cant_delete_message")
    posting.delete(world, message)
    return {"ok": True, "channel": channel.id, "ts": message.ts}


def get_permalink(world: World, request: Request) -> Json:
    channel = world.channel(request.text("channel"))
    message = world.message(channel, request.text("message_ts"))
    link = f"{world.base}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"ok": True, "channel": channel.id, "permalink": link}


def place_to_write(world: World, request: Request) -> Channel:
    """The channel that is written to.

    Raises:
        ApiError: there is none, it is archived, or the bot is not in it and may not write there.
    """
    channel = world.channel(request.text("channel"))
    if channel.kind is Kind.DIRECT and not world.app.has_messages_tab:
        raise ApiError("messages_tab_disabled")
    if channel.is_archived:
        raise ApiError("is_archived")
    is_open = channel.kind is Kind.PUBLIC and "chat:write.public" in world.app.scopes
    if world.bot.id not in channel.members and not is_open:
        raise ApiError("not_in_channel")
    return channel


def _own(world: World, channel: Channel, request: Request, error: str) -> Message:
    message = world.message(channel, request.text("ts"))
    if message.user_id != world.bot.id or message.subtype == "tombstone":
        raise ApiError(error)
    return message


def _cut(world: World, request: Request) -> tuple[str, Json]:
    """The text, cut off where it is too long, and what the answer says of it."""
    text, most = request.maybe("text") or "", world.limits.text_chars
    if len(text) <= most:
        return text, {}
    warning = {"messages": ["[WARN] message_truncated"]}
    return text[:most], {"response_metadata": warning}


def draft_of(
    world: World,
    channel: Channel,
    request: Request,
    text: str,
    *,
    before: Message | None = None,
    seen_only_by: str | None = None,
) -> Draft:
    """The message that a request describes; what it leaves out of an edit stays as it was.

    Raises:
        InvalidRequest: it says nothing, or breaks a rule.
    """
    blocks, attachments, metadata = checked_parts(world, request)
    if before is not None:
        blocks = before.blocks if blocks is None else blocks
        attachments = before.attachments if attachments is None else attachments
        text = text or before.text
    if not text and not blocks and not attachments:
        raise InvalidRequest("no_text")
    return Draft(
        channel=channel,
        author=world.bot,
        text=text,
        thread_ts=request.maybe("thread_ts"),
        blocks=blocks or (),
        attachments=attachments or (),
        metadata=metadata,
        is_broadcast=request.flag("reply_broadcast"),
        seen_only_by=seen_only_by,
        unfurl_links=request.flag("unfurl_links", default=True),
        unfurl_media=request.flag("unfurl_media", default=True),
    )


def checked_parts(world: World, request: Request) -> tuple[Any, Any, Any]:
    """Blocks, attachments and metadata of a request, each None if it is not there.

    Raises:
        InvalidRequest: one breaks a rule.
    """
    blocks, attachments = request.json("blocks"), request.json("attachments")
    metadata = request.json("metadata")
    if blocks:
        check_blocks(blocks, world.limits)
    if attachments is not None and len(attachments) > world.limits.attachments:
        raise InvalidRequest("too_many_attachments")
    if metadata:
        check_metadata(metadata, world.limits)
    return blocks, attachments, metadata


METHODS: Mapping[str, Method] = {
    "chat.postMessage": Method(handler=post_message, scopes=WRITE),
    "chat.postEphemeral": Method(handler=post_ephemeral, scopes=WRITE),
    "chat.update": Method(handler=update, scopes=WRITE),
    "chat.delete": Method(handler=delete, scopes=WRITE),
    "chat.getPermalink": Method(handler=get_permalink),
}
