"""What the page is told: JSON that it draws, apart from Slack's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.emulators.slack.asked import Asked
from tests.emulators.slack.places import Channel, Kind
from tests.emulators.slack.values import File, Json, Message, View

if TYPE_CHECKING:
    from tests.emulators.slack.emulator import Slack

PREVIEW_BYTES = 4000


def world_view(slack: Slack) -> Json:
    """The workspace: who and what there is."""
    world = slack.world
    return {
        "team": {"id": world.team_id, "name": world.team_name},
        "bot": {
            "id": world.bot.id,
            "name": world.bot.name,
            "connected": bool(slack.sockets.open),
        },
        "people": [{"id": p.id, "name": p.name, "bot": p.is_bot} for p in world.people.values()],
        "usergroups": [{"id": g.id, "handle": g.handle} for g in world.usergroups.values()],
        "channels": [channel_view(channel) for channel in world.channels.values()],
        "commands": list(world.app.commands),
        "shortcuts": dict(world.app.shortcuts),
    }


def channel_view(channel: Channel) -> Json:
    is_direct = channel.kind in {Kind.DIRECT, Kind.GROUP_DIRECT}
    return {
        "id": channel.id,
        "name": channel.name,
        "direct": is_direct,
        "private": channel.kind is Kind.PRIVATE,
        "archived": channel.is_archived,
        "members": channel.members,
    }


def message_view(slack: Slack, message: Message) -> Json:
    """A message, with what a client shows of it."""
    channel = slack.world.channels[message.channel_id]
    replies = channel.replies(message.ts)
    return {
        "ts": message.ts,
        "channel": message.channel_id,
        "by": slack.world.people[message.user_id].name,
        "user": message.user_id,
        "bot": message.is_bot,
        "text": message.text,
        "blocks": list(message.blocks),
        "files": [_file_view(file) for file in message.files],
        "thread": message.thread_ts,
        "replies": len(replies),
        "edited": message.edited_ts is not None,
        "ephemeral": message.seen_only_by is not None,
        "broadcast": message.is_broadcast,
        "deleted": message.subtype == "tombstone",
        "reactions": {name: len(users) for name, users in message.reactions.items()},
    }


def _file_view(file: File) -> Json:
    is_text = file.mimetype.startswith("text/") and len(file.data) <= PREVIEW_BYTES
    shown = {"preview": file.data.decode(errors="replace")} if is_text else {}
    return {"id": file.id, "name": file.name, "title": file.title, "size": len(file.data), **shown}


def view_view(view: View | None) -> Json | None:
    """A modal or a home; None if there is none."""
    if view is None:
        return None
    given = view.definition
    return {
        "id": view.id,
        "hash": view.hash,
        "title": view.title,
        "submit": (given.get("submit") or {}).get("text"),
        "close": (given.get("close") or {}).get("text", "Cancel"),
        "blocks": list(view.blocks),
        "errors": dict(view.errors),
    }


def asked_view(asked: Asked) -> Json:
    """What became of what was asked."""
    return {
        "id": asked.id,
        "acknowledged": asked.acknowledged,
        "failed": asked.has_failed,
        "view": view_view(asked.view),
        "errors": asked.form_errors,
    }
