"""Reactions to messages."""

from dataclasses import replace

from tests.emulators.discord.places import Place
from tests.emulators.discord.values import Json, Message, User
from tests.emulators.discord.world import World


def react(world: World, place: Place, message: Message, user: User, emoji: str) -> None:
    """Add a reaction; one that is there already changes nothing."""
    users = message.reactions.get(emoji, frozenset())
    if user.id not in users:
        _set_reactions(world, place, message, emoji, users | {user.id})
        _tell_reaction(world, place, message, user, ("MESSAGE_REACTION_ADD", emoji))


def unreact(world: World, place: Place, message: Message, user: User, emoji: str) -> None:
    """Take a reaction back."""
    users = message.reactions.get(emoji, frozenset())
    if user.id in users:
        _set_reactions(world, place, message, emoji, users - {user.id})
        _tell_reaction(world, place, message, user, ("MESSAGE_REACTION_REMOVE", emoji))


def _set_reactions(
    world: World, place: Place, message: Message, emoji: str, users: frozenset[int]
) -> None:
    reactions = {**message.reactions, emoji: users}
    kept = {name: who for name, who in reactions.items() if who}
    place.messages[message.id] = replace(message, reactions=kept)


def _tell_reaction(
    world: World, place: Place, message: Message, user: User, what: tuple[str, str]
) -> None:
    event, emoji = what
    data: Json = {
        "user_id": str(user.id),
        "channel_id": str(place.id),
        "message_id": str(message.id),
        "guild_id": str(place.guild.id),
        "emoji": {"id": None, "name": emoji},
        "type": 0,
        "burst": False,
    }
    world.publish(event, data, guild=place.guild, place=place)
