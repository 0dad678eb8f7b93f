"""What the page shows, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.emulators.discord.asked import Asked
from tests.emulators.discord.message_payloads import message_payload
from tests.emulators.discord.places import Channel, Guild, Place, Thread
from tests.emulators.discord.values import Json, Kind, Message
from tests.emulators.discord.world import World

if TYPE_CHECKING:
    from tests.emulators.discord.emulator import Discord

PREVIEW_BYTES = 20_000


def world_view(discord: Discord) -> Json:
    """Guilds with their channels, people and commands, and whether the bot listens."""
    return {
        "bot": {"id": str(discord.world.bot.id), "connected": discord.gateway.is_connected},
        "guilds": [_guild(discord.world, guild) for guild in discord.world.guilds.values()],
    }


def _guild(world: World, guild: Guild) -> Json:
    return {
        "id": str(guild.id),
        "name": guild.name,
        "channels": [_channel(world, channel) for channel in guild.channels.values()],
        "members": [
            {"id": str(member.id), "name": member.name, "bot": member.user.is_bot}
            for member in guild.members.values()
        ],
        "roles": [{"id": str(role.id), "name": role.name} for role in guild.roles.values()],
        "commands": list(world.announced(guild).values()),
    }


def _channel(world: World, channel: Channel) -> Json:
    threads = [_thread(thread) for thread in world.threads_of(channel)]
    return {"id": str(channel.id), "name": channel.name, "threads": threads}


def _thread(thread: Thread) -> Json:
    return {"id": str(thread.id), "name": thread.name, "archived": thread.archived}


def message_view(world: World, message: Message, place: Place) -> Json:
    """A message as a person sees it."""
    return {
        **message_payload(message, place),
        "ephemeral": message.ephemeral,
        "loading": message.loading,
        "edited": message.edited,
        "pinged": [str(user_id) for user_id in message.pinged],
        "asked": _asked_for(world, message),
        "previews": {str(file.id): _text(file.data) for file in message.files},
    }


def _asked_for(world: World, message: Message) -> Json | None:
    """Who asked for the message with which command, where it is the answer to one."""
    told = message.interaction or {}
    interaction = world.interactions.get(int(told.get("id", 0)))
    if interaction is None or interaction.kind is not Kind.COMMAND:
        return None
    return {"by": interaction.asker.name, "path": path_of(interaction.data)}


def path_of(data: Json) -> str:
    """The words of a command that was run."""
    words = [data["name"]]
    inside = data.get("options") or []
    while inside and inside[0]["type"] in {1, 2}:
        words.append(inside[0]["name"])
        inside = inside[0].get("options") or []
    return " ".join(words)


def _text(data: bytes) -> str | None:
    """The beginning of a file that is a text."""
    try:
        return data[:PREVIEW_BYTES].decode() or None
    except UnicodeDecodeError:
        return None


def asked_view(asked: Asked) -> Json:
    """How it stands with what was asked."""
    modal = asked.modal
    return {
        "id": str(asked.id),
        "acknowledged": asked.acknowledged,
        "failed": asked.has_failed,
        "ephemeral": asked.is_ephemeral,
        "answers": [str(message.id) for message in asked.answers],
        "modal": modal and {"title": modal.title, "inputs": list(modal.inputs)},
    }
