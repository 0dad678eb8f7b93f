"""People and places of Discord, as Halyard names them."""

from dataclasses import dataclass

import discord

from engine.api import ActorId, Asker, Conversation, GroupId

PLATFORM = "discord"


def actor_of(user: discord.abc.User) -> ActorId:
    """Return who somebody is."""
    return ActorId(f"{PLATFORM}:{user.id}")


def groups_of(user: discord.abc.User) -> frozenset[GroupId]:
    """Return the roles that a member has; of who is no member none are known."""
    if not isinstance(user, discord.Member):
        return frozenset()
    # The role that everybody has is called like the server.
    ids = {role.id for role in user.roles} | {user.guild.id}
    return frozenset(GroupId(f"discord-role:{user.guild.id}:{id_}") for id_ in ids)


def asker_of(user: discord.abc.User) -> Asker:
    """Return who somebody is, with the roles that came along."""
    return Asker(actor_of(user), groups_of(user))


def conversation_at(guild: int, channel: int, thread: int | None = None) -> Conversation:
    """Return the conversation of a channel, or of a thread in it."""
    return Conversation(PLATFORM, str(guild), str(channel), str(thread) if thread else "")


def conversation_in(guild: int, channel: object) -> Conversation | None:
    """Return the conversation of a channel as the library has it; none if it is not known."""
    match channel:
        case discord.Thread(id=id_, parent_id=parent):
            return conversation_at(guild, parent, id_)
        case discord.abc.GuildChannel(id=id_):
            return conversation_at(guild, id_)
        case _:
            return None


@dataclass(frozen=True, slots=True)
class Place:
    """Where messages of one conversation are written and read: a channel or a thread."""

    guild: int
    id: int

    @classmethod
    def of(cls, conversation: Conversation, thread: str = "") -> "Place":
        """Return where a conversation's messages are; `thread` in place of its own."""
        id_ = thread or conversation.thread or conversation.channel
        return cls(int(conversation.space), int(id_))

    def among(self, client: discord.Client) -> discord.PartialMessageable:
        """Return it as something to send to and to read from, without asking Discord."""
        return client.get_partial_messageable(self.id, guild_id=self.guild)
