"""What the gateway tells, and which intent lets a session hear it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntFlag

from discord import Permissions

from tests.emulators.discord.places import Guild, Place
from tests.emulators.discord.values import Json


class Intent(IntFlag):
    """Those that decide about the events that there are here."""

    GUILDS = 1 << 0
    MEMBERS = 1 << 1
    PRESENCES = 1 << 8
    MESSAGES = 1 << 9
    REACTIONS = 1 << 10
    CONTENT = 1 << 15


FLAGS = {Intent.PRESENCES: 1 << 13, Intent.MEMBERS: 1 << 15, Intent.CONTENT: 1 << 19}
"""How an application of a few guilds tells that it may have an intent."""
PRIVILEGED = Intent.MEMBERS | Intent.PRESENCES | Intent.CONTENT
ALL_BITS = (1 << 26) - 1

NEEDED: Mapping[str, Intent] = {
    "GUILD_CREATE": Intent.GUILDS,
    "GUILD_ROLE_CREATE": Intent.GUILDS,
    "GUILD_ROLE_UPDATE": Intent.GUILDS,
    "GUILD_MEMBER_ADD": Intent.MEMBERS,
    "GUILD_MEMBER_UPDATE": Intent.MEMBERS,
    "GUILD_MEMBER_REMOVE": Intent.MEMBERS,
    "CHANNEL_CREATE": Intent.GUILDS,
    "CHANNEL_UPDATE": Intent.GUILDS,
    "CHANNEL_DELETE": Intent.GUILDS,
    "THREAD_CREATE": Intent.GUILDS,
    "THREAD_UPDATE": Intent.GUILDS,
    "THREAD_DELETE": Intent.GUILDS,
    "THREAD_MEMBERS_UPDATE": Intent.GUILDS,
    "MESSAGE_CREATE": Intent.MESSAGES,
    "MESSAGE_UPDATE": Intent.MESSAGES,
    "MESSAGE_DELETE": Intent.MESSAGES,
    "MESSAGE_REACTION_ADD": Intent.REACTIONS,
    "MESSAGE_REACTION_REMOVE": Intent.REACTIONS,
    "INTERACTION_CREATE": Intent(0),
}


def application_flags(allowed: Intent) -> int:
    """What the application tells of the privileged intents that it may have."""
    return sum(flag for intent, flag in FLAGS.items() if intent in allowed)


VIEW = Permissions(view_channel=True).value


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened, before it is known who hears it."""

    name: str
    data: Json
    guild: Guild
    place: Place | None = None
    """Where; who may not look there hears nothing of it."""

    def heard_with(self, intents: Intent, bot_id: int) -> Json | None:
        """The data as a bot with these intents hears it; None if it does not."""
        needed = NEEDED[self.name]
        if needed and not needed & intents:
            return None
        if needed and self.place and not self.place.bot_permissions & VIEW:
            return None
        if self.name in {"MESSAGE_CREATE", "MESSAGE_UPDATE"} and Intent.CONTENT not in intents:
            return _without_content(self.data, bot_id)
        if self.name == "GUILD_CREATE" and Intent.MEMBERS not in intents:
            return _without_others(self.data, bot_id)
        return self.data


def _without_others(data: Json, bot_id: int) -> Json:
    mine = [member for member in data["members"] if member["user"]["id"] == str(bot_id)]
    return {**data, "members": mine}


def _without_content(data: Json, bot_id: int) -> Json:
    """Blank what a bot may only read where it is spoken to, or speaks."""
    spoken_to = {data["author"]["id"], *(user["id"] for user in data["mentions"])}
    if str(bot_id) in spoken_to:
        return data
    return {**data, "content": "", "embeds": [], "attachments": [], "components": []}
