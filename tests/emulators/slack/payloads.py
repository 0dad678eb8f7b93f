"""How the workspace's things look on the wire."""

from __future__ import annotations

from datetime import datetime

from tests.emulators.slack.places import Channel, Kind, Person, Usergroup
from tests.emulators.slack.values import File, Json, Message, View
from tests.emulators.slack.world import World


def seconds(at: datetime) -> int:
    return int(at.timestamp())


def person_payload(world: World, person: Person) -> Json:
    """A user, as `users.info` tells of them."""
    profile: Json = {
        "real_name": person.name,
        "real_name_normalized": person.name,
        "display_name": person.name,
        "display_name_normalized": person.name,
        "email": person.email,
        "team": world.team_id,
    }
    if person.is_bot:
        profile |= {"bot_id": world.bot_id, "api_app_id": world.app_id}
    return {
        "id": person.id,
        "team_id": world.team_id,
        "name": person.name,
        "real_name": person.name,
        "deleted": person.is_deleted,
        "tz": "Europe/Berlin",
        "tz_label": "Central European Time",
        "tz_offset": 3600,
        "profile": profile,
        "is_admin": person.is_admin,
        "is_owner": False,
        "is_restricted": person.is_guest,
        "is_ultra_restricted": False,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": seconds(world.now()),
    }


def channel_payload(world: World, channel: Channel) -> Json:
    """A conversation, as `conversations.info` tells of it."""
    payload: Json = {
        "id": channel.id,
        "created": seconds(channel.made_at),
        "is_archived": channel.is_archived,
        "is_im": channel.kind is Kind.DIRECT,
        "is_org_shared": False,
        "context_team_id": world.team_id,
    }
    if channel.kind is Kind.DIRECT:
        other = next(id_ for id_ in channel.members if id_ != world.bot.id)
        return {**payload, "user": other}
    return {
        **payload,
        "name": channel.name,
        "name_normalized": channel.name,
        "creator": channel.creator_id,
        "is_channel": channel.kind is Kind.PUBLIC,
        "is_group": channel.kind is Kind.PRIVATE,
        "is_mpim": channel.kind is Kind.GROUP_DIRECT,
        "is_private": channel.kind is not Kind.PUBLIC,
        "is_general": False,
        "is_shared": False,
        "is_ext_shared": False,
        "is_member": world.bot.id in channel.members,
        "topic": {"value": channel.topic, "creator": channel.creator_id, "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def usergroup_payload(world: World, group: Usergroup) -> Json:
    return {
        "id": group.id,
        "team_id": world.team_id,
        "is_usergroup": True,
        "name": group.name,
        "handle": group.handle,
        "description": "",
        "is_external": False,
        "date_create": seconds(group.made_at),
        "date_update": seconds(group.made_at),
        "date_delete": seconds(group.made_at) if group.is_disabled else 0,
        "user_count": len(group.members),
    }


def file_payload(file: File) -> Json:
    name, _, ending = file.name.rpartition(".")
    return {
        "id": file.id,
        "created": seconds(file.made_at),
        "timestamp": seconds(file.made_at),
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype,
        "filetype": ending if name else "text",
        "user": file.user_id,
        "mode": "hosted",
        "size": len(file.data),
        "is_external": False,
        "is_public": True,
        "url_private": file.url,
        "url_private_download": f"{file.url}?download=1",
        "permalink": file.url,
        "file_access": "visible",
    }


def bot_profile(world: World) -> Json:
    return {
        "id": world.bot_id,
        "deleted": False,
        "name": world.bot.name,
        "updated": 0,
        "app_id": world.app_id,
        "team_id": world.team_id,
    }


def message_payload(world: World, message: Message, *, with_metadata: bool = True) -> Json:
    """A message, as history and events tell of it."""
    payload: Json = {
        "type": "message",
        "user": message.user_id,
        "text": message.text,
        "ts": message.ts,
        "team": world.team_id,
    }
    if message.is_bot:
        payload |= {"bot_id": world.bot_id, "app_id": world.app_id}
        payload["bot_profile"] = bot_profile(world)
    optional = {
        "subtype": message.subtype,
        "client_msg_id": message.client_msg_id,
        "blocks": list(message.blocks),
        "attachments": list(message.attachments),
        "files": [file_payload(file) for file in message.files],
        "metadata": message.metadata if with_metadata else None,
        "edited": message.edited_ts and {"user": message.user_id, "ts": message.edited_ts},
        "reactions": [
            {"name": name, "users": list(users), "count": len(users)}
            for name, users in message.reactions.items()
        ],
    }
    payload |= {name: value for name, value in optional.items() if value}
    return payload | _thread_part(world, message)


def _thread_part(world: World, message: Message) -> Json:
    channel = world.channels[message.channel_id]
    if message.is_reply and message.thread_ts is not None:
        parent = channel.messages.get(message.thread_ts)
        more = {"parent_user_id": parent.user_id} if parent else {}
        return {"thread_ts": message.thread_ts, **more}
    replies = channel.replies(message.ts)
    if not replies:
        return {}
    users = list(dict.fromkeys(reply.user_id for reply in replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users": users,
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts,
        "is_locked": False,
        "subscribed": True,
    }


def view_payload(world: World, view: View, state: Json | None = None) -> Json:
    """A view; with `state`, as it is when something was clicked or sent."""
    given = view.definition
    return {
        "id": view.id,
        "team_id": world.team_id,
        "type": view.type,
        "title": given.get("title"),
        "submit": given.get("submit"),
        "close": given.get("close"),
        "blocks": list(view.blocks),
        "private_metadata": given.get("private_metadata") or "",
        "callback_id": view.callback_id,
        "external_id": given.get("external_id") or "",
        "state": {"values": state or {}},
        "hash": view.hash,
        "clear_on_close": bool(given.get("clear_on_close")),
        "notify_on_close": bool(given.get("notify_on_close")),
        "root_view_id": view.root_id,
        "previous_view_id": view.previous_id,
        "app_id": world.app_id,
        "app_installed_team_id": world.team_id,
        "bot_id": world.bot_id,
    }
