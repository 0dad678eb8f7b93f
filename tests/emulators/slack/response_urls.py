"""Answers by the address that a command or click came with, and by its acknowledgement."""

from tests.emulators.slack import posting
from tests.emulators.slack.asked import Interaction
from tests.emulators.slack.errors import ApiError, InvalidRequest
from tests.emulators.slack.methods.chat import checked_parts
from tests.emulators.slack.places import Channel
from tests.emulators.slack.posting import Draft
from tests.emulators.slack.routing import Answer, Request
from tests.emulators.slack.values import Json, Message
from tests.emulators.slack.world import World

GONE = 404


def respond(world: World, request: Request) -> Answer:
    """Take one use of a response address; beyond the time or the number it is refused."""
    asked = world.interactions.get(request.text("id"))
    if asked is None or asked.channel is None:
        return Answer(status=GONE, body={"ok": False, "error": "invalid_url"})
    if world.is_past(asked.at, world.limits.response_url_lives_s):
        return Answer(status=GONE, body={"ok": False, "error": "expired_url"})
    if asked.response_uses >= world.limits.response_url_uses:
        return Answer(status=GONE, body={"ok": False, "error": "used_url"})
    try:
        answer(world, asked, request)
    except ApiError as error:
        return Answer(status=400, body=error.body())
    asked.response_uses += 1
    return Answer(body="ok")


def answer_by_ack(world: World, asked: Interaction, told: Json) -> None:
    """Post what an acknowledgement of a command carries, if it carries anything."""
    if told and asked.channel is not None:
        answer(world, asked, Request(method="ack", args=told, token="", at=world.now()))


def answer(world: World, asked: Interaction, request: Request) -> None:
    """Post, replace or delete, as the answer says; only the asker sees it unless it says so.

    Raises:
        InvalidRequest: it says nothing, or breaks a rule.
    """
    original = _original(world, asked)
    if request.flag("delete_original"):
        if original is None:
            raise ApiError("message_not_found")
        posting.delete(world, original)
        return
    draft = _draft(world, asked, request)
    if request.flag("replace_original") and original is not None:
        message = posting.edit(world, original, draft)
    else:
        message = posting.post(world, draft)
    key = (message.channel_id, message.ts)
    if key not in asked.answer_keys:
        asked.answer_keys.append(key)
    world.changes.notify()


def _original(world: World, asked: Interaction) -> Message | None:
    """The message that was clicked on, else the last one made by this address."""
    keys = [*asked.answer_keys[-1:]]
    if asked.about is not None:
        keys = [(asked.about.channel_id, asked.about.ts)]
    found = [world.channels[channel_id].messages.get(ts) for channel_id, ts in keys]
    return found[0] if found else None


def _draft(world: World, asked: Interaction, request: Request) -> Draft:
    blocks, attachments, metadata = checked_parts(world, request)
    text = (request.maybe("text") or "")[: world.limits.text_chars]
    if not text and not blocks and not attachments:
        raise InvalidRequest("no_text")
    is_public = request.maybe("response_type") == "in_channel"
    channel: Channel | None = asked.channel
    assert channel is not None
    return Draft(
        channel=channel,
        author=world.bot,
        text=text,
        thread_ts=request.maybe("thread_ts"),
        blocks=blocks or (),
        attachments=attachments or (),
        metadata=metadata,
        seen_only_by=None if is_public else asked.asker.id,
    )
