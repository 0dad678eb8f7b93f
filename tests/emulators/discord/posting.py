"""Making, editing and deleting messages, for bot and people alike."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from discord import Permissions

from tests.emulators.discord import errors
from tests.emulators.discord.component_rules import written_back
from tests.emulators.discord.message_payloads import message_event
from tests.emulators.discord.message_rules import (
    ALLOWED_FLAGS,
    Mentions,
    check_message,
    mentions_of,
    shown_embed,
)
from tests.emulators.discord.places import Place, Thread
from tests.emulators.discord.values import NO_FLAGS, File, Flag, Json, Message, MessageType, User
from tests.emulators.discord.world import Named, World

MENTION_ALL = Permissions(mention_everyone=True).value
UPLOAD_SCHEME = "attachment://"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file on its way in."""

    name: str
    data: bytes
    content_type: str = "application/octet-stream"
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message that is to be made."""

    place: Place
    author: User
    body: Json
    uploads: Sequence[Upload] = ()
    flags: Flag = NO_FLAGS
    type: MessageType = MessageType.DEFAULT
    interaction: Json | None = None
    webhook_id: int | None = None
    seen_only_by: int | None = None
    may_be_empty: bool = False


def post(world: World, draft: Draft) -> Message:
    """Make a message, or return the one that its enforced nonce stands for.

    Raises:
        ApiError: a rule of messages or of the thread is broken.
    """
    body, place = draft.body, draft.place
    flags = draft.flags | (Flag(body.get("flags") or 0) & ALLOWED_FLAGS)
    check_message(body, flags, world.limits.content_chars)
    if known := _already_made(world, draft):
        return known
    if not draft.may_be_empty and _is_empty(body, draft.uploads):
        raise errors.empty_message()
    files = tuple(keep_file(world, upload) for upload in draft.uploads)
    message = Message(
        id=world.new_id(),
        channel_id=place.id,
        author=draft.author,
        created_at=world.now(),
        type=draft.type,
        content=_content(body),
        embeds=_embeds(body, files),
        components=written_back(body.get("components") or ()),
        files=files,
        flags=flags,
        nonce=str(body["nonce"]) if body.get("nonce") is not None else None,
        interaction=draft.interaction,
        webhook_id=draft.webhook_id,
        seen_only_by=draft.seen_only_by,
    )
    message = _mentioning(_replying(message, place, body), place, body.get("allowed_mentions"))
    _remember(world, message)
    put(world, place, message, "MESSAGE_CREATE")
    return message


def put(world: World, place: Place, message: Message, event: str) -> None:
    """Store a message as it is now, and tell of it whoever sees it."""
    if isinstance(place, Thread) and event == "MESSAGE_CREATE":
        _wake(world, place, message)
    place.messages[message.id] = message
    if message.seen_only_by is not None:
        world.changes.notify()
        return
    world.publish(event, message_event(message, place), guild=place.guild, place=place)


def _wake(world: World, thread: Thread, message: Message) -> None:
    """Whoever speaks in a thread joins it, and opens it again if it was archived."""
    thread.members.setdefault(message.author.id, world.now())
    if thread.locked and message.author.is_bot:
        raise errors.thread_is_archived()
    if thread.archived:
        thread.archived, thread.archived_at = False, world.now()
        world.announce_thread(thread)


def _already_made(world: World, draft: Draft) -> Message | None:
    if not draft.body.get("enforce_nonce") or draft.body.get("nonce") is None:
        return None
    named = world.nonces.get((draft.author.id, str(draft.body["nonce"])))
    if named is None or named.until < world.now():
        return None
    place = world.places.get(named.channel_id)
    return place.messages.get(named.message_id) if place else None


def _remember(world: World, message: Message) -> None:
    if message.nonce is None:
        return
    now = world.now()
    while world.nonces and next(iter(world.nonces.values())).until < now:
        world.nonces.popitem(last=False)
    until = now + timedelta(seconds=world.limits.nonce_memory_s)
    key = (message.author.id, message.nonce)
    world.nonces[key] = Named(message_id=message.id, channel_id=message.channel_id, until=until)


def _is_empty(body: Json, uploads: Sequence[Upload]) -> bool:
    parts = ("embeds", "components", "sticker_ids", "poll")
    return not (_content(body) or uploads or any(body.get(name) for name in parts))


def _content(body: Json) -> str:
    return (body.get("content") or "").strip()


def _embeds(body: Json, files: Sequence[File]) -> tuple[Json, ...]:
    urls = {UPLOAD_SCHEME + file.name: file.url for file in files}
    return tuple(shown_embed(embed, urls) for embed in body.get("embeds") or ())


def _replying(message: Message, place: Place, body: Json) -> Message:
    reference = body.get("message_reference")
    if reference is None:
        return message
    replied_to = int(reference["message_id"])
    if replied_to not in place.messages and reference.get("fail_if_not_exists", True):
        raise errors.InvalidForm({"message_reference": "Unknown message"})
    return replace(message, reply_to=replied_to, type=MessageType.REPLY)


def _mentioning(message: Message, place: Place, allowed: Json | None) -> Message:
    if not message.content and message.reply_to is None:
        return replace(message, mentions=()) if message.mentions else message
    mentions = _mentions(message, place, allowed)
    return replace(
        message,
        mentions=mentions.users,
        mention_roles=mentions.roles,
        mention_everyone=mentions.everyone,
        pinged=mentions.pinged,
    )


def _mentions(message: Message, place: Place, allowed: Json | None) -> Mentions:
    answered = place.messages.get(message.reply_to) if message.reply_to else None
    member = place.guild.member(message.author.id)
    may_all = bool(member and member.permissions & MENTION_ALL)
    text = message.content
    replied_to = answered.author if answered else None
    return mentions_of(text, allowed, place.guild, replied_to, may_all=may_all)


def edit(world: World, place: Place, message: Message, draft: Draft) -> Message:
    """Change what the draft's body names, and nothing else.

    Raises:
        ApiError: a rule is broken, or the message is old and was edited too often.
    """
    body = draft.body
    flags = message.flags & ~Flag.LOADING
    if "flags" in body:
        flags = (flags & ~Flag.SUPPRESS_EMBEDS) | (Flag(body["flags"] or 0) & ALLOWED_FLAGS)
        flags |= message.flags & (Flag.COMPONENTS_V2 | Flag.EPHEMERAL)
    check_message(body, flags, world.limits.content_chars)
    message = _counted(world, message)
    files = _kept_files(message, body) + tuple(keep_file(world, up) for up in draft.uploads)
    edited = replace(
        message,
        content=_content(body) if "content" in body else message.content,
        embeds=_embeds(body, files) if "embeds" in body else message.embeds,
        components=_components(message, body),
        files=files,
        flags=flags,
        # The first text of a deferred answer is no edit to those who read it.
        edited_at=message.edited_at if message.loading else world.now(),
    )
    if _shows_nothing(edited):
        raise errors.empty_message()
    if "content" in body:
        mentioned = _mentioning(edited, place, body.get("allowed_mentions"))
        # An edit mentions, but pings nobody; the first text of a deferred answer does.
        edited = mentioned if message.loading else replace(mentioned, pinged=message.pinged)
    put(world, place, edited, "MESSAGE_UPDATE")
    return edited


def _counted(world: World, message: Message) -> Message:
    old_at = message.created_at + timedelta(seconds=world.limits.old_after_s)
    if world.now() < old_at or message.interaction is not None or not message.author.is_bot:
        return message
    if message.edits_when_old >= world.limits.edits_of_old:
        raise errors.too_many_old_edits()
    return replace(message, edits_when_old=message.edits_when_old + 1)


def _kept_files(message: Message, body: Json) -> tuple[File, ...]:
    if "attachments" not in body:
        return message.files
    kept = {int(item["id"]) for item in body["attachments"] or ()}
    return tuple(file for file in message.files if file.id in kept)


def _components(message: Message, body: Json) -> tuple[Json, ...]:
    if "components" not in body:
        return message.components
    return written_back(body["components"] or ())


def _shows_nothing(message: Message) -> bool:
    return not (message.content or message.embeds or message.components or message.files)


def keep_file(world: World, upload: Upload) -> File:
    """Store an upload where the CDN finds it."""
    id_ = world.new_id()
    file = File(
        id=id_,
        name=upload.name,
        data=upload.data,
        url=f"{world.cdn_base}/attachments/{id_}/{upload.name}",
        description=upload.description,
        content_type=upload.content_type,
    )
    world.files[id_] = file
    return file


def delete(world: World, place: Place, message: Message) -> None:
    """Take a message away; a thread that was made from it stays."""
    del place.messages[message.id]
    if message.seen_only_by is not None:
        world.changes.notify()
        return
    data = {
        "id": str(message.id),
        "channel_id": str(place.id),
        "guild_id": str(place.guild.id),
    }
    world.publish("MESSAGE_DELETE", data, guild=place.guild, place=place)
