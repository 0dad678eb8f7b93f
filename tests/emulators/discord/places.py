"""Guilds, channels, threads and their members: what changes over time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from discord import Permissions

from tests.emulators.discord.values import Message, Role, User

if TYPE_CHECKING:
    from tests.emulators.discord.world import World

BOT_NEEDS = Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    manage_threads=True,
    manage_messages=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
    add_reactions=True,
    mention_everyone=True,
    use_application_commands=True,
).value
"""What a bot has unless told otherwise: `mention_everyone` too, so that a ping shows as one."""
PEOPLE_HAVE = Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
    add_reactions=True,
    use_application_commands=True,
).value


@dataclass(slots=True, kw_only=True, eq=False)
class Member:
    """A user in a guild."""

    guild: Guild
    user: User
    roles: list[Role]
    joined_at: datetime

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def name(self) -> str:
        return self.user.name

    @property
    def mention(self) -> str:
        """The text that mentions them."""
        return f"<@{self.id}>"

    @property
    def permissions(self) -> int:
        """What their roles and everyone's allow."""
        allowed = self.guild.everyone.permissions
        for role in self.roles:
            allowed |= role.permissions
        return allowed

    def give(self, role: Role) -> None:
        """Let them have a role."""
        self.roles = [*self.roles, role]
        self.guild.world.announce_member(self)

    def take(self, role: Role) -> None:
        """Let them have a role no more."""
        self.roles = [kept for kept in self.roles if kept.id != role.id]
        self.guild.world.announce_member(self)


@dataclass(slots=True, kw_only=True, eq=False)
class Channel:
    """A text channel."""

    guild: Guild
    id: int
    name: str
    denied: int = 0
    """Bits of permissions that the bot does not have here."""
    messages: dict[int, Message] = field(default_factory=dict)
    """By id, in the order of making."""

    @property
    def settings(self) -> Channel:
        """The channel whose permissions hold here."""
        return self

    @property
    def bot_permissions(self) -> int:
        """What the bot may do here."""
        me = self.guild.member(self.guild.world.bot.id)
        return (me.permissions if me else 0) & ~self.denied

    def deny(self, *names: str) -> None:
        """Take permissions from the bot here, by discord.py's names of them."""
        self.denied |= _bits(names)
        self.guild.world.announce_channel(self)

    def allow(self, *names: str) -> None:
        """Give back what `deny` took."""
        self.denied &= ~_bits(names)
        self.guild.world.announce_channel(self)

    def remove(self) -> None:
        """Delete the channel, with its threads."""
        self.guild.world.remove_channel(self)


@dataclass(slots=True, kw_only=True, eq=False)
class Thread:
    """A public thread of a channel; made from a message, it has the message's id."""

    parent: Channel
    id: int
    name: str
    owner_id: int
    created_at: datetime
    archived_at: datetime
    """When `archived` last changed."""
    archive_after_minutes: int = 4320
    slow_mode_s: int = 0
    archived: bool = False
    locked: bool = False
    members: dict[int, datetime] = field(default_factory=dict)
    """User to when they joined."""
    messages: dict[int, Message] = field(default_factory=dict)

    @property
    def guild(self) -> Guild:
        return self.parent.guild

    @property
    def settings(self) -> Channel:
        """The channel whose permissions hold here."""
        return self.parent

    @property
    def bot_permissions(self) -> int:
        """What the bot may do here."""
        return self.parent.bot_permissions

    def remove(self) -> None:
        """Delete the thread; the message that it came from stays."""
        self.guild.world.remove_thread(self)


Place: TypeAlias = Channel | Thread


@dataclass(slots=True, kw_only=True, eq=False)
class Guild:
    """A server, with the bot in it."""

    world: World
    id: int
    name: str
    owner_id: int
    joined_at: datetime
    everyone: Role
    takes_commands: bool = True
    """Whether the bot was invited with the scope `applications.commands`."""
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    threads: dict[int, Thread] = field(default_factory=dict)

    def add_channel(self, name: str) -> Channel:
        """Make a text channel."""
        return self.world.add_channel(self, name)

    def add_role(self, name: str, permissions: int = 0) -> Role:
        """Make a role; `permissions` are bits, as `discord.Permissions(...).value`."""
        return self.world.add_role(self, name, permissions)

    def add_member(self, name: str, roles: Sequence[Role] = (), *, is_bot: bool = False) -> Member:
        """Let a new person, or another bot, join."""
        return self.world.add_member(self, name, roles, is_bot=is_bot)

    def member(self, user_id: int) -> Member | None:
        """The member with this user's id."""
        return self.members.get(user_id)

    def allow_bot(self, *names: str) -> None:
        """Let the bot have exactly these permissions here, by discord.py's names of them."""
        self.world.set_bot_permissions(self, _bits(names))


def _bits(names: Iterable[str]) -> int:
    return Permissions(**dict.fromkeys(names, True)).value
