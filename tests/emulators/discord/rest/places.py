"""Channels and threads: reading, changing and opening them, and who is in a thread."""

from tests.emulators.discord import errors
from tests.emulators.discord.message_payloads import place_payload
from tests.emulators.discord.payloads import (
    member_payload,
    thread_member_payload,
    thread_payload,
)
from tests.emulators.discord.permissions import (
    HISTORY,
    MANAGE_CHANNELS,
    MANAGE_THREADS,
    SEND,
    THREADS,
    demand,
    place_for,
)
from tests.emulators.discord.places import Channel, Thread
from tests.emulators.discord.routing import Answer, Request, Routes, nothing, ok
from tests.emulators.discord.threads import NewThread, free_thread, join, leave, thread_from
from tests.emulators.discord.values import Json
from tests.emulators.discord.world import World


def get(world: World, request: Request) -> Answer:
    return ok(place_payload(place_for(world, request)))


def change(world: World, request: Request) -> Answer:
    place = place_for(world, request)
    form = request.form
    if not isinstance(place, Thread):
        demand(place, MANAGE_CHANNELS)
        place.name = form.get("name", place.name)
        world.announce_channel(place)
        return ok(place_payload(place))
    if place.owner_id != world.bot.id or set(form) - {"archived", "name"}:
        demand(place, MANAGE_THREADS)
    if place.archived and form.get("archived", True):
        raise errors.thread_is_archived()
    change_thread(world, place, form)
    return ok(place_payload(place))


def change_thread(world: World, thread: Thread, form: Json) -> None:
    """Set what the form names, and tell of it."""
    if "archived" in form and form["archived"] != thread.archived:
        thread.archived, thread.archived_at = form["archived"], world.now()
    thread.name = form.get("name", thread.name)
    thread.locked = form.get("locked", thread.locked)
    thread.slow_mode_s = form.get("rate_limit_per_user", thread.slow_mode_s)
    thread.archive_after_minutes = form.get("auto_archive_duration", thread.archive_after_minutes)
    world.announce_thread(thread)


def remove(world: World, request: Request) -> Answer:
    place = place_for(world, request)
    demand(place, MANAGE_THREADS if isinstance(place, Thread) else MANAGE_CHANNELS)
    payload = place_payload(place)
    place.remove()
    return ok(payload)


def typing(world: World, request: Request) -> Answer:
    place_for(world, request, SEND)
    return nothing()


def _parent(world: World, request: Request) -> Channel:
    place = place_for(world, request, THREADS)
    if isinstance(place, Thread):
        raise errors.InvalidForm({"channel_id": "A thread has no threads."})
    return place


def _new(world: World, request: Request) -> NewThread:
    form = request.form
    return NewThread(
        name=form.get("name") or "",
        owner=world.bot,
        archive_after_minutes=form.get("auto_archive_duration") or 4320,
        slow_mode_s=form.get("rate_limit_per_user") or 0,
    )


def from_message(world: World, request: Request) -> Answer:
    channel = _parent(world, request)
    message = world.message(channel.id, request.id("message_id"))
    if message.seen_only_by is not None:
        raise errors.unknown_message()
    thread = thread_from(world, channel, message, _new(world, request))
    return Answer(status=201, body=thread_payload(thread))


def without_message(world: World, request: Request) -> Answer:
    channel = _parent(world, request)
    if request.form.get("type") != 11:
        raise errors.InvalidForm({"type": "The emulator makes public threads only (11)."})
    thread = free_thread(world, channel, _new(world, request))
    return Answer(status=201, body=thread_payload(thread))


def _thread(world: World, request: Request) -> Thread:
    thread = world.thread(request.id("channel_id"))
    demand(thread)
    return thread


def members(world: World, request: Request) -> Answer:
    thread = _thread(world, request)
    return ok([thread_member_payload(thread, user_id) for user_id in thread.members])


def member(world: World, request: Request) -> Answer:
    thread, user_id = _thread(world, request), request.id("user_id")
    if user_id not in thread.members:
        raise errors.unknown_member()
    payload = thread_member_payload(thread, user_id)
    if request.query.get("with_member") in {"1", "true"}:
        payload["member"] = member_payload(thread.guild.members[user_id])
    return ok(payload)


def join_self(world: World, request: Request) -> Answer:
    join(world, _open_thread(world, request), world.bot.id)
    return nothing()


def add(world: World, request: Request) -> Answer:
    join(world, _open_thread(world, request), request.id("user_id"))
    return nothing()


def _open_thread(world: World, request: Request) -> Thread:
    thread = _thread(world, request)
    if thread.archived:
        raise errors.thread_is_archived()
    return thread


def leave_self(world: World, request: Request) -> Answer:
    leave(world, _open_thread(world, request), world.bot.id)
    return nothing()


def remove_member(world: World, request: Request) -> Answer:
    thread = _open_thread(world, request)
    demand(thread, MANAGE_THREADS)
    leave(world, thread, request.id("user_id"))
    return nothing()


def archived(world: World, request: Request) -> Answer:
    place = place_for(world, request, HISTORY)
    found = [thread for thread in world.threads_of(place.settings) if thread.archived]
    found.sort(key=lambda thread: thread.archived_at, reverse=True)
    mine = [thread for thread in found if world.bot.id in thread.members]
    return ok(
        {
            "threads": [thread_payload(thread) for thread in found],
            "members": [thread_member_payload(thread, world.bot.id) for thread in mine],
            "has_more": False,
        }
    )


ROUTES: Routes = {
    "GET /channels/{channel_id}": get,
    "PATCH /channels/{channel_id}": change,
    "DELETE /channels/{channel_id}": remove,
    "POST /channels/{channel_id}/typing": typing,
    "POST /channels/{channel_id}/messages/{message_id}/threads": from_message,
    "POST /channels/{channel_id}/threads": without_message,
    "GET /channels/{channel_id}/thread-members": members,
    "GET /channels/{channel_id}/thread-members/{user_id}": member,
    "PUT /channels/{channel_id}/thread-members/@me": join_self,
    "PUT /channels/{channel_id}/thread-members/{user_id}": add,
    "DELETE /channels/{channel_id}/thread-members/@me": leave_self,
    "DELETE /channels/{channel_id}/thread-members/{user_id}": remove_member,
    "GET /channels/{channel_id}/threads/archived/public": archived,
}
