"""Messages of a channel, and reactions to them."""

from datetime import timedelta

from tests.emulators.discord import errors
from tests.emulators.discord.message_payloads import message_payload
from tests.emulators.discord.payloads import user_payload
from tests.emulators.discord.permissions import (
    HISTORY,
    MANAGE_MESSAGES,
    REACT,
    demand,
    demand_speech,
    place_for,
)
from tests.emulators.discord.places import Place
from tests.emulators.discord.posting import Draft, delete, edit, post
from tests.emulators.discord.reactions import react, unreact
from tests.emulators.discord.routing import Answer, Request, Routes, nothing, ok
from tests.emulators.discord.values import Message
from tests.emulators.discord.world import World


def create(world: World, request: Request) -> Answer:
    place = place_for(world, request)
    demand_speech(place, request)
    draft = Draft(place=place, author=world.bot, body=request.form, uploads=request.uploads)
    return ok(message_payload(post(world, draft), place))


def _message(world: World, request: Request, place: Place) -> Message:
    message = world.message(place.id, request.id("message_id"))
    if message.seen_only_by is not None:
        raise errors.unknown_message()
    return message


def get(world: World, request: Request) -> Answer:
    place = place_for(world, request, HISTORY)
    return ok(message_payload(_message(world, request, place), place))


def change(world: World, request: Request) -> Answer:
    place = place_for(world, request)
    message = _message(world, request, place)
    if message.author != world.bot:
        raise errors.not_your_message()
    draft = Draft(place=place, author=world.bot, body=request.form, uploads=request.uploads)
    return ok(message_payload(edit(world, place, message, draft), place))


def remove(world: World, request: Request) -> Answer:
    place = place_for(world, request)
    message = _message(world, request, place)
    if message.author != world.bot:
        demand(place, MANAGE_MESSAGES)
    delete(world, place, message)
    return nothing()


def history(world: World, request: Request) -> Answer:
    """Newest first, as Discord does it; one that was just made may not be there yet."""
    place = place_for(world, request, HISTORY)
    shown_before = world.now() - timedelta(seconds=world.limits.history_delay_s)
    shown = [
        message
        for message in place.messages.values()
        if message.seen_only_by is None and message.created_at <= shown_before
    ]
    page = _page(shown, request)
    return ok([message_payload(message, place) for message in reversed(page)])


def _page(shown: list[Message], request: Request) -> list[Message]:
    limit = int(request.query.get("limit", 50))
    if not 1 <= limit <= 100:
        raise errors.InvalidForm({"limit": "Must be between 1 and 100."})
    if after := request.query.get("after"):
        return [message for message in shown if message.id > int(after)][:limit]
    if around := request.query.get("around"):
        earlier = [message for message in shown if message.id < int(around)]
        later = [message for message in shown if message.id >= int(around)]
        return earlier[-(limit // 2) :] + later[: limit - limit // 2]
    before = int(request.query.get("before", 1 << 63))
    return [message for message in shown if message.id < before][-limit:]


def add_reaction(world: World, request: Request) -> Answer:
    place = place_for(world, request, HISTORY, REACT)
    react(world, place, _message(world, request, place), world.bot, request.params["emoji_name"])
    return nothing()


def remove_reaction(world: World, request: Request) -> Answer:
    place = place_for(world, request)
    unreact(world, place, _message(world, request, place), world.bot, request.params["emoji_name"])
    return nothing()


def reactions(world: World, request: Request) -> Answer:
    place = place_for(world, request, HISTORY)
    users = _message(world, request, place).reactions.get(request.params["emoji_name"], frozenset())
    members = [place.guild.members[user] for user in sorted(users)]
    return ok([user_payload(member.user) for member in members])


ROUTES: Routes = {
    "GET /channels/{channel_id}/messages": history,
    "POST /channels/{channel_id}/messages": create,
    "GET /channels/{channel_id}/messages/{message_id}": get,
    "PATCH /channels/{channel_id}/messages/{message_id}": change,
    "DELETE /channels/{channel_id}/messages/{message_id}": remove,
    "GET /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}": reactions,
    "PUT /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me": add_reaction,
    "DELETE /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me": (
        remove_reaction
    ),
}
