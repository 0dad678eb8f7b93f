"""Making, changing and deleting messages, whoever does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tests.emulators.slack import events
from tests.emulators.slack.errors import ApiError
from tests.emulators.slack.places import Channel, Person
from tests.emulators.slack.values import File, Json, Message
from tests.emulators.slack.world import World

TOMBSTONE = "This message was deleted."


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message that is to be made."""

    channel: Channel
    author: Person
    text: str
    thread_ts: str | None = None
    blocks: Sequence[Json] = ()
    attachments: Sequence[Json] = ()
    metadata: Json | None = None
    files: Sequence[File] = field(default_factory=tuple)
    is_broadcast: bool = False
    seen_only_by: str | None = None
    unfurl_links: bool = True
    unfurl_media: bool = True


def post(world: World, draft: Draft) -> Message:
    """Make a message, and tell the app of it unless only one person sees it.

    Raises:
        ApiError: there is no such thread.
    """
    thread_ts = _thread_of(draft)
    ts = world.new_ts()
    message = Message(
        channel_id=draft.channel.id,
        ts=ts,
        user_id=draft.author.id,
        text=draft.text,
        made_at=world.now(),
        is_bot=draft.author is world.bot,
        thread_ts=thread_ts,
        subtype=_subtype(draft),
        client_msg_id=None if draft.author.is_bot else f"client-{world.new_number()}",
        blocks=_with_ids(world, draft.blocks),
        attachments=draft.attachments,
        metadata=draft.metadata,
        files=draft.files,
        is_broadcast=draft.is_broadcast and thread_ts is not None,
        seen_only_by=draft.seen_only_by,
        unfurl_links=draft.unfurl_links,
        unfurl_media=draft.unfurl_media,
    )
    draft.channel.keep(message)
    if message.seen_only_by is None:
        events.said(world, draft.channel, message)
    world.changes.notify()
    return message


def _subtype(draft: Draft) -> str | None:
    if draft.is_broadcast and draft.thread_ts:
        return "thread_broadcast"
    return "file_share" if draft.files else None


def _thread_of(draft: Draft) -> str | None:
    """The thread's first message, also where a reply was named."""
    if not draft.thread_ts:
        return None
    under = draft.channel.messages.get(draft.thread_ts)
    if under is None or under.seen_only_by is not None:
        raise ApiError("thread_not_found" if draft.seen_only_by is None else "message_not_found")
    return under.thread_ts or under.ts


def _with_ids(world: World, blocks: Sequence[Json]) -> list[Json]:
    """The blocks, each with an id, as Slack gives one where there is none."""
    return [{**block, "block_id": block.get("block_id") or world.new_id("b")} for block in blocks]


def edit(world: World, message: Message, draft: Draft) -> Message:
    """Change a message, and tell the app of it unless only one person sees it."""
    channel = draft.channel
    after = replace(
        message,
        text=draft.text,
        blocks=_with_ids(world, draft.blocks),
        attachments=draft.attachments,
        metadata=draft.metadata or message.metadata,
        edited_ts=world.new_ts(),
    )
    channel.keep(after)
    if message.seen_only_by is None:
        events.changed(world, channel, message, after)
    world.changes.notify()
    return after


def unfurl(world: World, message: Message, attachments: Sequence[Json]) -> Message:
    """Add to a message what its links lead to, which is told as an edit that is none."""
    channel = world.channels[message.channel_id]
    after = replace(message, attachments=[*message.attachments, *attachments])
    channel.keep(after)
    events.changed(world, channel, message, after)
    world.changes.notify()
    return after


def delete(world: World, message: Message) -> None:
    """Delete a message; one with replies leaves a stone in its place."""
    channel = world.channels[message.channel_id]
    if channel.replies(message.ts):
        stone = replace(
            message, subtype="tombstone", text=TOMBSTONE, blocks=(), attachments=(), metadata=None
        )
        channel.keep(stone)
    else:
        del channel.messages[message.ts]
    if message.seen_only_by is None:
        events.deleted(world, channel, message)
    world.changes.notify()


def react(world: World, message: Message, person: Person, name: str) -> None:
    """Add a reaction.

    Raises:
        ApiError: it was given before.
    """
    users = message.reactions.get(name, ())
    if person.id in users:
        raise ApiError("already_reacted")
    reactions = {**message.reactions, name: [*users, person.id]}
    world.channels[message.channel_id].keep(replace(message, reactions=reactions))
    events.reacted(world, message, person.id, name)
    world.changes.notify()


def take_back(world: World, message: Message, person: Person, name: str) -> None:
    """Take a reaction back.

    Raises:
        ApiError: it was not given.
    """
    users = [id_ for id_ in message.reactions.get(name, ()) if id_ != person.id]
    if len(users) == len(message.reactions.get(name, ())):
        raise ApiError("no_reaction")
    left = {**message.reactions, name: users}
    kept = {each: ids for each, ids in left.items() if ids}
    world.channels[message.channel_id].keep(replace(message, reactions=kept))
    world.changes.notify()


def join(world: World, channel: Channel, person: Person, inviter: Person | None = None) -> bool:
    """Let somebody be in a channel, and return whether they were not before."""
    if person.id in channel.members:
        return False
    channel.members.append(person.id)
    events.joined(world, channel, person, inviter)
    world.changes.notify()
    return True
