"""Answers to interactions: the first, and those through the token."""

from tests.emulators.discord import errors
from tests.emulators.discord.answering import (
    answer_of,
    by_token,
    edit_answer,
    first_answer,
    follow_up,
)
from tests.emulators.discord.interactions import Interaction
from tests.emulators.discord.message_payloads import callback_payload, message_payload
from tests.emulators.discord.posting import delete
from tests.emulators.discord.routing import Answer, Request, Routes, nothing, ok
from tests.emulators.discord.values import Message
from tests.emulators.discord.world import World


def callback(world: World, request: Request) -> Answer:
    asked = world.interactions.get(request.id("interaction_id"))
    if asked is None or asked.token != request.params["interaction_token"]:
        raise errors.unknown_interaction()
    form = request.form
    data = form.get("data") or {}
    message = first_answer(world, asked, form.get("type") or 0, data, request.uploads)
    if request.query.get("with_response") not in {"1", "true"}:
        return nothing()
    return ok(callback_payload(asked, message))


def _asked(world: World, request: Request) -> Interaction:
    if request.id("webhook_id") != world.application_id:
        raise errors.unknown_webhook()
    return by_token(world, request.params["webhook_token"])


def _answer(world: World, request: Request) -> tuple[Interaction, Message]:
    asked = _asked(world, request)
    return asked, answer_of(world, asked, request.params.get("message_id", "@original"))


def more(world: World, request: Request) -> Answer:
    asked = _asked(world, request)
    message = follow_up(world, asked, request.form, request.uploads)
    return ok(message_payload(message, asked.place))


def get(world: World, request: Request) -> Answer:
    asked, message = _answer(world, request)
    return ok(message_payload(message, asked.place))


def change(world: World, request: Request) -> Answer:
    asked, message = _answer(world, request)
    edited = edit_answer(world, asked, message, request.form, request.uploads)
    return ok(message_payload(edited, asked.place))


def remove(world: World, request: Request) -> Answer:
    asked, message = _answer(world, request)
    delete(world, asked.place, message)
    return nothing()


WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"
ROUTES: Routes = {
    "POST /interactions/{interaction_id}/{interaction_token}/callback": callback,
    f"POST {WEBHOOK}": more,
    f"GET {WEBHOOK}/messages/@original": get,
    f"PATCH {WEBHOOK}/messages/@original": change,
    f"DELETE {WEBHOOK}/messages/@original": remove,
    f"GET {WEBHOOK}/messages/{{message_id}}": get,
    f"PATCH {WEBHOOK}/messages/{{message_id}}": change,
    f"DELETE {WEBHOOK}/messages/{{message_id}}": remove,
}
EXEMPT = frozenset(ROUTES)
"""They are not counted in the global limit, and need no token of the bot."""
