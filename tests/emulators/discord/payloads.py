"""What is in the world, as Discord's JSON."""

from datetime import datetime

from discord import Permissions

from tests.emulators.discord.places import Channel, Guild, Member, Thread
from tests.emulators.discord.values import File, Json, Role, User

EVERYTHING = Permissions.all().value
UNSET = (
    "icon",
    "description",
    "home_header",
    "splash",
    "discovery_splash",
    "banner",
    "application_id",
    "afk_channel_id",
    "system_channel_id",
    "widget_channel_id",
    "max_presences",
    "vanity_url_code",
    "rules_channel_id",
    "safety_alerts_channel_id",
    "public_updates_channel_id",
    "incidents_data",
)
ZERO = (
    "system_channel_flags",
    "verification_level",
    "default_message_notifications",
    "mfa_level",
    "explicit_content_filter",
    "premium_tier",
    "premium_subscription_count",
    "nsfw_level",
)
"""What a guild tells of things that there are none of here."""


def stamp(time: datetime | None) -> str | None:
    """A time as Discord writes it."""
    return time.isoformat(timespec="microseconds") if time else None


def user_payload(user: User) -> Json:
    payload: Json = {
        "id": str(user.id),
        "username": user.name,
        "global_name": None,
        "discriminator": "0001" if user.is_bot else "0",
        "avatar": None,
        "avatar_decoration_data": None,
        "banner": None,
        "accent_color": None,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
    }
    return {**payload, "bot": True} if user.is_bot else payload


def member_payload(member: Member) -> Json:
    return {
        "user": user_payload(member.user),
        "avatar": None,
        "banner": None,
        "communication_disabled_until": None,
        "flags": 0,
        "joined_at": stamp(member.joined_at),
        "nick": None,
        "pending": False,
        "premium_since": None,
        "roles": [str(role.id) for role in member.roles],
        "mute": False,
        "deaf": False,
    }


def role_payload(role: Role) -> Json:
    payload: Json = {
        "id": str(role.id),
        "name": role.name,
        "permissions": str(role.permissions),
        "position": 0 if role.name == "@everyone" else 1,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": role.managed_by is not None,
        "mentionable": True,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }
    if role.managed_by is not None:
        payload["tags"] = {"bot_id": str(role.managed_by)}
    return payload


def channel_payload(channel: Channel) -> Json:
    bot_id = channel.guild.world.bot.id
    denied = {"id": str(bot_id), "type": 1, "allow": "0", "deny": str(channel.denied)}
    return {
        "id": str(channel.id),
        "type": 0,
        "flags": 0,
        "guild_id": str(channel.guild.id),
        "name": channel.name,
        "position": 0,
        "parent_id": None,
        "topic": None,
        "nsfw": False,
        "rate_limit_per_user": 0,
        "last_message_id": _last(channel),
        "permission_overwrites": [denied] if channel.denied else [],
    }


def thread_payload(thread: Thread) -> Json:
    bot_id = thread.guild.world.bot.id
    said = len(thread.messages)
    payload: Json = {
        "id": str(thread.id),
        "type": 11,
        "flags": 0,
        "guild_id": str(thread.guild.id),
        "parent_id": str(thread.parent.id),
        "owner_id": str(thread.owner_id),
        "name": thread.name,
        "last_message_id": _last(thread),
        "rate_limit_per_user": thread.slow_mode_s,
        "message_count": said,
        "total_message_sent": said,
        "member_count": len(thread.members),
        "thread_metadata": {
            "archived": thread.archived,
            "archive_timestamp": stamp(thread.archived_at),
            "auto_archive_duration": thread.archive_after_minutes,
            "locked": thread.locked,
            "create_timestamp": stamp(thread.created_at),
        },
    }
    if bot_id in thread.members:
        payload["member"] = thread_member_payload(thread, bot_id)
    return payload


def thread_member_payload(thread: Thread, user_id: int) -> Json:
    return {
        "id": str(thread.id),
        "user_id": str(user_id),
        "join_timestamp": stamp(thread.members[user_id]),
        "flags": 0,
    }


def _last(place: Channel | Thread) -> str | None:
    return str(next(reversed(place.messages))) if place.messages else None


def guild_facts(guild: Guild) -> Json:
    """What REST tells of a guild."""
    unset: Json = dict.fromkeys(UNSET)
    return {
        **unset,
        **dict.fromkeys(ZERO, 0),
        "id": str(guild.id),
        "name": guild.name,
        "owner_id": str(guild.owner_id),
        "region": "us-east",
        "features": [],
        "afk_timeout": 300,
        "widget_enabled": False,
        "roles": [role_payload(role) for role in guild.roles.values()],
        "emojis": [],
        "stickers": [],
        "max_members": 500_000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "preferred_locale": "en-US",
        "premium_progress_bar_enabled": False,
        "nsfw": False,
    }


def own_guild_payload(guild: Guild) -> Json:
    """What REST tells of a guild in the list of those that the bot is in."""
    me = guild.members[guild.world.bot.id]
    return {
        "id": str(guild.id),
        "name": guild.name,
        "icon": None,
        "banner": None,
        "owner": guild.owner_id == me.id,
        "permissions": str(me.permissions),
        "features": [],
    }


def guild_payload(guild: Guild) -> Json:
    """What the gateway tells of a guild: its facts and all that is in it."""
    channels = [channel_payload(channel) for channel in guild.channels.values()]
    active = [thread for thread in guild.threads.values() if not thread.archived]
    return {
        **guild_facts(guild),
        "joined_at": stamp(guild.joined_at),
        "large": False,
        "unavailable": False,
        "member_count": len(guild.members),
        "voice_states": [],
        "members": [member_payload(member) for member in guild.members.values()],
        "channels": channels,
        "threads": [thread_payload(thread) for thread in active],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def file_payload(file: File) -> Json:
    payload = {
        "id": str(file.id),
        "filename": file.name,
        "size": len(file.data),
        "url": file.url,
        "proxy_url": file.url,
        "content_type": file.content_type,
    }
    return {**payload, "description": file.description} if file.description else payload


def application_payload(bot: User, owner: User, flags: int) -> Json:
    """The bot's own application, as REST tells it."""
    return {
        "id": str(bot.id),
        "name": bot.name,
        "icon": None,
        "description": "",
        "type": None,
        "bot": user_payload(bot),
        "verify_key": "0" * 64,
        "flags": flags,
        "flags_new": str(flags),
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": user_payload(owner),
        "approximate_guild_count": 1,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
        "bot_public": True,
        "bot_require_code_grant": False,
    }
