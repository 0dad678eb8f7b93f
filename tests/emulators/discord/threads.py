"""Making threads, and who is in them."""

from dataclasses import dataclass, replace

from tests.emulators.discord import errors
from tests.emulators.discord.payloads import member_payload, thread_member_payload, thread_payload
from tests.emulators.discord.places import Channel, Thread
from tests.emulators.discord.posting import Draft, post, put
from tests.emulators.discord.values import Flag, Message, MessageType, User
from tests.emulators.discord.world import World

LENGTHS_MINUTES = {60, 1440, 4320, 10080}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewThread:
    """A thread that is to be made."""

    name: str
    owner: User
    archive_after_minutes: int = 4320
    slow_mode_s: int = 0

    def check(self) -> None:
        """Refuse a name or a length that Discord does not take.

        Raises:
            InvalidForm: with what is wrong.
        """
        found = {}
        if not 1 <= len(self.name) <= 100:
            found["name"] = "Must be between 1 and 100 in length."
        if self.archive_after_minutes not in LENGTHS_MINUTES:
            found["auto_archive_duration"] = "Value must be one of (60, 1440, 4320, 10080)."
        if not 0 <= self.slow_mode_s <= 21600:
            found["rate_limit_per_user"] = "Must be between 0 and 21600."
        if found:
            raise errors.InvalidForm(found)


def thread_from(world: World, channel: Channel, message: Message, new: NewThread) -> Thread:
    """Open a thread under a message, with the message's id.

    Raises:
        ApiError: 160004 if there is one, 50035 if the name does not do.
    """
    if message.id in world.places or Flag.HAS_THREAD in message.flags:
        raise errors.thread_exists()
    new.check()
    thread = _open(world, channel, message.id, new)
    started = replace(message, flags=message.flags | Flag.HAS_THREAD)
    put(world, channel, started, "MESSAGE_UPDATE")
    starter = Message(
        id=world.new_id(),
        channel_id=thread.id,
        author=new.owner,
        created_at=world.now(),
        type=MessageType.THREAD_STARTER,
        reply_to=message.id,
    )
    put(world, thread, starter, "MESSAGE_CREATE")
    return thread


def free_thread(world: World, channel: Channel, new: NewThread) -> Thread:
    """Open a thread that comes from no message; the channel says that it was opened."""
    new.check()
    thread = _open(world, channel, world.new_id(), new)
    said = Draft(
        place=channel,
        author=new.owner,
        body={"content": new.name},
        type=MessageType.THREAD_CREATED,
    )
    post(world, said)
    return thread


def _open(world: World, channel: Channel, id_: int, new: NewThread) -> Thread:
    thread = Thread(
        parent=channel,
        id=id_,
        name=new.name,
        owner_id=new.owner.id,
        created_at=world.now(),
        archived_at=world.now(),
        archive_after_minutes=new.archive_after_minutes,
        slow_mode_s=new.slow_mode_s,
        members={new.owner.id: world.now()},
    )
    world.add_thread(thread)
    data = {**thread_payload(thread), "newly_created": True}
    world.publish("THREAD_CREATE", data, guild=thread.guild, place=thread)
    return thread


def join(world: World, thread: Thread, user_id: int) -> None:
    """Put somebody into a thread."""
    if user_id in thread.members:
        return
    member = thread.guild.member(user_id)
    if member is None:
        raise errors.unknown_member()
    thread.members[user_id] = world.now()
    added = {**thread_member_payload(thread, user_id), "member": member_payload(member)}
    _tell_members(world, thread, {"added_members": [added]})


def leave(world: World, thread: Thread, user_id: int) -> None:
    """Take somebody out of a thread."""
    if thread.members.pop(user_id, None):
        _tell_members(world, thread, {"removed_member_ids": [str(user_id)]})


def _tell_members(world: World, thread: Thread, what: dict[str, object]) -> None:
    data = {
        "id": str(thread.id),
        "guild_id": str(thread.guild.id),
        "member_count": len(thread.members),
        **what,
    }
    world.publish("THREAD_MEMBERS_UPDATE", data, guild=thread.guild, place=thread)
