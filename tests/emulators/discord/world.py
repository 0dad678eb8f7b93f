"""The one state that everything else looks at and changes."""

import itertools
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from tests.emulators.changes import Changes
from tests.emulators.clock import Clock
from tests.emulators.discord import errors
from tests.emulators.discord.events import PRIVILEGED, Event, application_flags
from tests.emulators.discord.interactions import Interaction
from tests.emulators.discord.limits import Limits
from tests.emulators.discord.payloads import (
    channel_payload,
    guild_payload,
    member_payload,
    role_payload,
    thread_payload,
)
from tests.emulators.discord.places import (
    BOT_NEEDS,
    PEOPLE_HAVE,
    Channel,
    Guild,
    Member,
    Place,
    Thread,
)
from tests.emulators.discord.values import File, Json, Message, Role, User

DISCORD_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A message that a nonce stands for, and until when it is known."""

    message_id: int
    channel_id: int
    until: datetime


class World:
    """Everything that there is, found by id; each change is told to the gateway."""

    def __init__(self, limits: Limits, clock: Clock, bot_name: str) -> None:
        self.limits = limits
        self.now = clock
        self.cdn_base = self.gateway_url = self.resume_url = ""
        self.application_flags = application_flags(PRIVILEGED)
        self.identifies_today = 0
        self.changes = Changes()
        self.publish_to: Callable[[Event], None] = lambda _: None
        self._numbers = itertools.count()
        self.bot = User(id=self.new_id(), name=bot_name, is_bot=True)
        self.application_id = self.bot.id
        self.guilds: dict[int, Guild] = {}
        self.places: dict[int, Place] = {}
        self.files: dict[int, File] = {}
        self.nonces: OrderedDict[tuple[int, str], Named] = OrderedDict()
        self.interactions: dict[int, Interaction] = {}
        self.by_token: dict[str, Interaction] = {}
        self.commands: dict[int | None, dict[int, Json]] = {None: {}}
        """Per guild, and None for the global ones: what the bot announced, by id."""
        self.command_creates: dict[int | None, deque[datetime]] = {}
        """Per guild: when a command was announced that had not been there."""

    def new_id(self) -> int:
        """A snowflake: later ones are greater, and tell the time of making."""
        ms = int((self.now() - DISCORD_EPOCH).total_seconds() * 1000)
        number = next(self._numbers)
        # The low 22 bits only grow, and over their end into the time's: ids stay in order.
        return (ms << 22) + number

    def publish(self, name: str, data: Json, *, guild: Guild, place: Place | None = None) -> None:
        """Tell all sessions that something happened, and wake whoever waits for a change."""
        self.publish_to(Event(name=name, data=data, guild=guild, place=place))
        self.changes.notify()

    # --- finding -------------------------------------------------------------------------------

    def guild(self, guild_id: int) -> Guild:
        try:
            return self.guilds[guild_id]
        except KeyError:
            raise errors.unknown_guild() from None

    def place(self, channel_id: int) -> Place:
        try:
            return self.places[channel_id]
        except KeyError:
            raise errors.unknown_channel() from None

    def thread(self, channel_id: int) -> Thread:
        place = self.place(channel_id)
        if not isinstance(place, Thread):
            raise errors.unknown_channel()
        return place

    def message(self, channel_id: int, message_id: int) -> Message:
        """The message as it is now, also one that only one person sees."""
        try:
            return self.place(channel_id).messages[message_id]
        except KeyError:
            raise errors.unknown_message() from None

    def all_messages(self) -> Iterator[Message]:
        """Every message that there is, ephemeral ones too."""
        for place in self.places.values():
            yield from place.messages.values()

    # --- guilds and what is in them ------------------------------------------------------------

    def add_guild(self, name: str) -> Guild:
        id_ = self.new_id()
        everyone = Role(id=id_, name="@everyone", permissions=PEOPLE_HAVE)
        owner = User(id=self.new_id(), name="owner")
        guild = Guild(
            world=self,
            id=id_,
            name=name,
            owner_id=owner.id,
            joined_at=self.now(),
            everyone=everyone,
            roles={id_: everyone},
        )
        self.guilds[id_] = guild
        own = Role(
            id=self.new_id(), name=self.bot.name, permissions=BOT_NEEDS, managed_by=self.bot.id
        )
        guild.roles[own.id] = own
        self._join(guild, owner, ())
        self._join(guild, self.bot, (own,))
        self.publish("GUILD_CREATE", guild_payload(guild), guild=guild)
        return guild

    def add_role(self, guild: Guild, name: str, permissions: int) -> Role:
        role = Role(id=self.new_id(), name=name, permissions=permissions)
        guild.roles[role.id] = role
        self._announce_role("GUILD_ROLE_CREATE", guild, role)
        return role

    def set_bot_permissions(self, guild: Guild, permissions: int) -> None:
        me = guild.members[self.bot.id]
        own = replace(me.roles[0], permissions=permissions)
        me.roles = [own]
        guild.roles[own.id] = own
        guild.everyone = replace(
            guild.everyone, permissions=guild.everyone.permissions & permissions
        )
        guild.roles[guild.id] = guild.everyone
        self._announce_role("GUILD_ROLE_UPDATE", guild, own)
        self._announce_role("GUILD_ROLE_UPDATE", guild, guild.everyone)

    def _announce_role(self, event: str, guild: Guild, role: Role) -> None:
        self.publish(event, {"guild_id": str(guild.id), "role": role_payload(role)}, guild=guild)

    def add_member(
        self, guild: Guild, name: str, roles: Sequence[Role], *, is_bot: bool = False
    ) -> Member:
        member = self._join(guild, User(id=self.new_id(), name=name, is_bot=is_bot), roles)
        data = {**member_payload(member), "guild_id": str(guild.id)}
        self.publish("GUILD_MEMBER_ADD", data, guild=guild)
        return member

    def _join(self, guild: Guild, user: User, roles: Sequence[Role]) -> Member:
        member = Member(guild=guild, user=user, roles=list(roles), joined_at=self.now())
        guild.members[user.id] = member
        return member

    def remove_member(self, member: Member) -> None:
        """Let somebody leave."""
        del member.guild.members[member.id]
        data = {"guild_id": str(member.guild.id), "user": member_payload(member)["user"]}
        self.publish("GUILD_MEMBER_REMOVE", data, guild=member.guild)

    def announce_member(self, member: Member) -> None:
        data = {**member_payload(member), "guild_id": str(member.guild.id)}
        self.publish("GUILD_MEMBER_UPDATE", data, guild=member.guild)

    def add_channel(self, guild: Guild, name: str) -> Channel:
        channel = Channel(guild=guild, id=self.new_id(), name=name)
        guild.channels[channel.id] = channel
        self.places[channel.id] = channel
        self.publish("CHANNEL_CREATE", channel_payload(channel), guild=guild)
        return channel

    def announce_channel(self, channel: Channel) -> None:
        self.publish("CHANNEL_UPDATE", channel_payload(channel), guild=channel.guild)

    def remove_channel(self, channel: Channel) -> None:
        for thread in self.threads_of(channel):
            self._forget_thread(thread)
        del channel.guild.channels[channel.id]
        del self.places[channel.id]
        self.publish("CHANNEL_DELETE", channel_payload(channel), guild=channel.guild)

    def threads_of(self, channel: Channel) -> list[Thread]:
        """The channel's threads, archived ones too, in the order of making."""
        return [t for t in channel.guild.threads.values() if t.parent is channel]

    def add_thread(self, thread: Thread) -> None:
        thread.guild.threads[thread.id] = thread
        self.places[thread.id] = thread

    def announce_thread(self, thread: Thread) -> None:
        data = thread_payload(thread)
        self.publish("THREAD_UPDATE", data, guild=thread.guild, place=thread)

    def remove_thread(self, thread: Thread) -> None:
        self._forget_thread(thread)
        data = {
            "id": str(thread.id),
            "guild_id": str(thread.guild.id),
            "parent_id": str(thread.parent.id),
            "type": 11,
        }
        self.publish("THREAD_DELETE", data, guild=thread.guild)

    def _forget_thread(self, thread: Thread) -> None:
        del thread.guild.threads[thread.id]
        del self.places[thread.id]

    def announced(self, guild: Guild) -> Mapping[int, Json]:
        """The commands that people see in a guild; its own come before the global ones."""
        if not guild.takes_commands:
            return {}
        return {**self.commands.get(guild.id, {}), **self.commands[None]}
