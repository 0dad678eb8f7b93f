"""Modals and App Home, as the app asks for them."""

from collections.abc import Mapping

from tests.emulators.slack import views
from tests.emulators.slack.block_rules import check_view
from tests.emulators.slack.payloads import view_payload
from tests.emulators.slack.routing import Method, Request
from tests.emulators.slack.values import Json, View
from tests.emulators.slack.world import World


def open_(world: World, request: Request) -> Json:
    definition = _definition(world, request)
    asked = views.take_trigger(world, request.text("trigger_id"))
    return _told(world, views.open_view(world, asked, definition))


def push(world: World, request: Request) -> Json:
    definition = _definition(world, request)
    asked = views.take_trigger(world, request.text("trigger_id"))
    return _told(world, views.push_view(world, asked, definition))


def update(world: World, request: Request) -> Json:
    definition = _definition(world, request)
    view = views.find_view(world, request.maybe("view_id"), request.maybe("external_id"))
    return _told(world, views.update_view(world, view, definition, request.maybe("hash")))


def publish(world: World, request: Request) -> Json:
    user = world.person(request.text("user_id"))
    definition = _definition(world, request)
    return _told(world, views.publish_home(world, user.id, definition, request.maybe("hash")))


def _definition(world: World, request: Request) -> Json:
    definition: Json = request.json("view")
    check_view(definition, world.limits)
    return definition


def _told(world: World, view: View) -> Json:
    return {"ok": True, "view": view_payload(world, view)}


METHODS: Mapping[str, Method] = {
    "views.open": Method(handler=open_),
    "views.push": Method(handler=push),
    "views.update": Method(handler=update),
    "views.publish": Method(handler=publish),
}
