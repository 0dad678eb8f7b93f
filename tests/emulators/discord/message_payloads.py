"""Messages and interactions as Discord's JSON."""

from tests.emulators.discord.interactions import Interaction
from tests.emulators.discord.payloads import (
    EVERYTHING,
    channel_payload,
    file_payload,
    member_payload,
    stamp,
    thread_payload,
    user_payload,
)
from tests.emulators.discord.places import Member, Place, Thread
from tests.emulators.discord.values import Flag, Json, Message, MessageType
from tests.emulators.discord.world import World


def message_payload(message: Message, place: Place) -> Json:
    """What REST tells of a message."""
    payload = _basic(message, place)
    if message.reply_to is not None and message.type is MessageType.REPLY:
        answered = place.messages.get(message.reply_to)
        payload["referenced_message"] = _basic(answered, place) if answered else None
    if Flag.HAS_THREAD in message.flags and message.id in place.guild.threads:
        payload["thread"] = thread_payload(place.guild.threads[message.id])
    if message.reactions:
        payload["reactions"] = [
            _reaction(emoji, users, place.guild.world.bot.id)
            for emoji, users in message.reactions.items()
        ]
    return payload


def message_event(message: Message, place: Place) -> Json:
    """What the gateway tells of a message."""
    payload = message_payload(message, place)
    payload["guild_id"] = str(place.guild.id)
    member = place.guild.member(message.author.id)
    if member is not None:
        payload["member"] = {k: v for k, v in member_payload(member).items() if k != "user"}
    return payload


def _basic(message: Message, place: Place) -> Json:
    payload = {
        "id": str(message.id),
        "type": int(message.type),
        "channel_id": str(message.channel_id),
        "author": user_payload(message.author),
        "content": message.content,
        "mentions": [user_payload(user) for user in message.mentions],
        "mention_roles": [str(role_id) for role_id in message.mention_roles],
        "mention_everyone": message.mention_everyone,
        "attachments": [file_payload(file) for file in message.files],
        "embeds": list(message.embeds),
        "components": list(message.components),
        "timestamp": stamp(message.created_at),
        "edited_timestamp": stamp(message.edited_at),
        "flags": int(message.flags),
        "pinned": False,
        "tts": False,
    }
    if message.nonce is not None:
        payload["nonce"] = message.nonce
    if message.reply_to is not None:
        payload["message_reference"] = _reference(message, place)
    if message.interaction is not None:
        payload["interaction_metadata"] = message.interaction
        payload["webhook_id"] = payload["application_id"] = str(message.author.id)
    elif message.webhook_id is not None:
        payload["webhook_id"] = str(message.webhook_id)
    return payload


def _reference(message: Message, place: Place) -> Json:
    started = message.type is MessageType.THREAD_STARTER and isinstance(place, Thread)
    channel_id = place.settings.id if started else place.id
    return {
        "type": 0,
        "channel_id": str(channel_id),
        "message_id": str(message.reply_to),
        "guild_id": str(place.guild.id),
    }


def _reaction(emoji: str, users: frozenset[int], bot_id: int) -> Json:
    return {
        "emoji": {"id": None, "name": emoji},
        "count": len(users),
        "count_details": {"burst": 0, "normal": len(users)},
        "burst_colors": [],
        "me_burst": False,
        "me": bot_id in users,
    }


def place_payload(place: Place) -> Json:
    """A channel or a thread."""
    return thread_payload(place) if isinstance(place, Thread) else channel_payload(place)


def asker_payload(member: Member) -> Json:
    """A member, with what they may do."""
    is_owner = member.id == member.guild.owner_id
    permissions = EVERYTHING if is_owner else member.permissions
    return {**member_payload(member), "permissions": str(permissions)}


def metadata_of(asked: Interaction) -> Json:
    """What a message that answers tells of what it answers."""
    return {**asked.metadata, "user": user_payload(asked.asker.user)}


def interaction_event(world: World, asked: Interaction) -> Json:
    """INTERACTION_CREATE."""
    guild_id = str(asked.place.guild.id)
    event: Json = {
        "id": str(asked.id),
        "application_id": str(world.application_id),
        "type": int(asked.kind),
        "token": asked.token,
        "version": 1,
        "data": asked.data,
        "guild_id": guild_id,
        "guild": {"id": guild_id, "locale": "en-US", "features": []},
        "channel_id": str(asked.place.id),
        "channel": {**place_payload(asked.place), "permissions": str(asked.asker.permissions)},
        "member": asker_payload(asked.asker),
        "locale": "en-US",
        "guild_locale": "en-US",
        "app_permissions": str(asked.place.bot_permissions),
        "entitlements": [],
        "authorizing_integration_owners": {"0": guild_id},
        "context": 0,
        "attachment_size_limit": world.limits.file_bytes,
    }
    if asked.about is not None:
        event["message"] = message_payload(asked.about, asked.place)
    return event


def callback_payload(asked: Interaction, message: Message | None) -> Json:
    """The answer to a first answer, where one is asked for."""
    told: Json = {"id": str(asked.id), "type": int(asked.kind)}
    if asked.original_id is not None:
        told["response_message_id"] = str(asked.original_id)
        told["response_message_loading"] = asked.is_waiting
        told["response_message_ephemeral"] = asked.is_ephemeral
    answer: Json = {"interaction": told}
    if message is not None:
        answer["resource"] = {
            "type": asked.callback,
            "message": message_payload(message, asked.place),
        }
    return answer
