"""Reactions and pins."""

from collections.abc import Mapping
from dataclasses import replace

from tests.emulators.slack import posting
from tests.emulators.slack.errors import ApiError
from tests.emulators.slack.places import Channel
from tests.emulators.slack.routing import Method, Request
from tests.emulators.slack.values import Json, Message
from tests.emulators.slack.world import World


def add_reaction(world: World, request: Request) -> Json:
    posting.react(world, _message(world, request), world.bot, request.text("name"))
    return {"ok": True}


def remove_reaction(world: World, request: Request) -> Json:
    posting.take_back(world, _message(world, request), world.bot, request.text("name"))
    return {"ok": True}


def add_pin(world: World, request: Request) -> Json:
    return _pin(world, request, is_pinned=True, refused="already_pinned")


def remove_pin(world: World, request: Request) -> Json:
    return _pin(world, request, is_pinned=False, refused="no_pin")


def _pin(world: World, request: Request, *, is_pinned: bool, refused: str) -> Json:
    message = _message(world, request)
    if message.is_pinned is is_pinned:
        raise ApiError(refused)
    channel = _channel(world, request)
    channel.keep(replace(message, is_pinned=is_pinned))
    world.changes.notify()
    return {"ok": True}


def _channel(world: World, request: Request) -> Channel:
    channel = world.channel(request.text("channel"))
    if world.bot.id not in channel.members:
        raise ApiError("not_in_channel")
    return channel


def _message(world: World, request: Request) -> Message:
    return world.message(_channel(world, request), request.text("timestamp"))


METHODS: Mapping[str, Method] = {
    "reactions.add": Method(handler=add_reaction, scopes=("reactions:write",)),
    "reactions.remove": Method(handler=remove_reaction, scopes=("reactions:write",)),
    "pins.add": Method(handler=add_pin, scopes=("pins:write",)),
    "pins.remove": Method(handler=remove_pin, scopes=("pins:write",)),
}
