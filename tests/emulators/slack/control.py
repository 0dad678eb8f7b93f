"""A small HTTP API with which a page, or any program, does what people do.

All of it is JSON. `as` is the id of who acts, `channel` and `ts` say where; `thread` is the `ts`
of a thread's first message. What cannot be done is a 400 with a sentence.
"""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.emulators.pages import Pages
from tests.emulators.slack.asked import Asked
from tests.emulators.slack.errors import ApiError, CannotBeDone
from tests.emulators.slack.places import Channel, Person
from tests.emulators.slack.shown import asked_view, message_view, view_view, world_view
from tests.emulators.slack.typed import Value
from tests.emulators.slack.values import Json, Message, View

if TYPE_CHECKING:
    from tests.emulators.slack.emulator import Slack

PAGE = Path(__file__).parent / "page"
Act = Callable[[Json], Awaitable[Json]]


class Control:
    """Does what a person clicked on."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack
        self._world = slack.world
        self._acts: Mapping[str, Act] = {
            "say": self._say,
            "edit": self._edit,
            "delete": self._delete,
            "react": self._react,
            "join": self._join,
            "run": self._run,
            "shortcut": self._shortcut,
            "press": self._press,
            "select": self._select,
            "suggest": self._suggest,
            "submit": self._submit,
            "close": self._close,
            "home": self._home,
        }

    def add_to(self, app: web.Application) -> None:
        """Serve the page and what it needs."""
        Pages(PAGE, self._world.changes).add_to(app)
        app.router.add_get("/control/world", self._tell_world)
        app.router.add_get("/control/channels/{id}/messages", self._tell_messages)
        app.router.add_get("/control/people/{id}/views", self._tell_views)
        app.router.add_get("/control/asked/{id}", self._tell_asked)
        app.router.add_post("/control/{act}", self._do)

    # --- looking -------------------------------------------------------------------------------

    async def _tell_world(self, request: web.Request) -> web.Response:
        return web.json_response(world_view(self._slack))

    async def _tell_messages(self, request: web.Request) -> web.Response:
        """What one reads in a channel; with `thread`, the first message and the replies."""
        channel = self._world.channels.get(request.match_info["id"])
        if channel is None:
            raise web.HTTPNotFound
        who = self._world.people.get(request.query.get("as", ""))
        under = channel.messages.get(request.query.get("thread", ""))
        messages = self._slack.messages(channel, under=under, seen_by=who)
        shown = messages if under is None else [under, *messages]
        return web.json_response([message_view(self._slack, message) for message in shown])

    async def _tell_views(self, request: web.Request) -> web.Response:
        person = self._world.people.get(request.match_info["id"])
        if person is None:
            raise web.HTTPNotFound
        told = {"modal": self._slack.modal(person), "home": self._slack.home(person)}
        return web.json_response({name: view_view(view) for name, view in told.items()})

    async def _tell_asked(self, request: web.Request) -> web.Response:
        interaction = self._world.interactions.get(request.match_info["id"])
        if interaction is None:
            raise web.HTTPNotFound
        return web.json_response(asked_view(Asked(self._world, interaction)))

    # --- acting --------------------------------------------------------------------------------

    async def _do(self, request: web.Request) -> web.Response:
        act = self._acts.get(request.match_info["act"])
        if act is None:
            raise web.HTTPNotFound
        try:
            return web.json_response(await act(await request.json()))
        except (CannotBeDone, ApiError) as error:
            return web.json_response({"error": str(error)}, status=400)
        except TimeoutError:
            return web.json_response({"error": "The app did not answer."}, status=400)

    def _who(self, asked: Json) -> Person:
        person = self._world.people.get(asked["as"])
        if person is None:
            raise CannotBeDone("Nobody of that id is here.")
        return person

    def _where(self, asked: Json) -> tuple[Person, Channel]:
        channel = self._world.channels.get(asked["channel"])
        if channel is None:
            raise CannotBeDone("There is no such channel.")
        return self._who(asked), channel

    def _what(self, asked: Json) -> tuple[Person, Message]:
        person, channel = self._where(asked)
        message = channel.messages.get(asked["ts"])
        if message is None:
            raise CannotBeDone("The message is gone.")
        return person, message

    def _view_or_message(self, asked: Json) -> tuple[Person, Message | View]:
        if "view" not in asked:
            return self._what(asked)
        return self._who(asked), self._view(asked)

    def _view(self, asked: Json) -> View:
        for view in self._world.views():
            if view.id == asked["view"]:
                return view
        raise CannotBeDone("The view is closed.")

    async def _say(self, asked: Json) -> Json:
        person, channel = self._where(asked)
        under = channel.messages.get(asked.get("thread") or "")
        files = {file["name"]: _bytes(file) for file in asked.get("files") or ()}
        message = await self._slack.say(person, channel, asked["text"], under=under, files=files)
        return message_view(self._slack, message)

    async def _edit(self, asked: Json) -> Json:
        person, message = self._what(asked)
        if message.user_id != person.id:
            raise CannotBeDone("Only one's own messages can be edited.")
        return message_view(self._slack, await self._slack.edit(message, asked["text"]))

    async def _delete(self, asked: Json) -> Json:
        await self._slack.delete(self._what(asked)[1])
        return {}

    async def _react(self, asked: Json) -> Json:
        person, message = self._what(asked)
        await self._slack.react(person, message, asked["emoji"])
        return {}

    async def _join(self, asked: Json) -> Json:
        person, channel = self._where(asked)
        await self._slack.join(person, channel)
        return {}

    async def _run(self, asked: Json) -> Json:
        person, channel = self._where(asked)
        under = channel.messages.get(asked.get("thread") or "")
        return asked_view(await self._slack.run(person, channel, asked["text"], under=under))

    async def _shortcut(self, asked: Json) -> Json:
        person, message = self._what(asked)
        return asked_view(await self._slack.shortcut(person, message, asked["name"]))

    async def _press(self, asked: Json) -> Json:
        person, where = self._view_or_message(asked)
        return asked_view(await self._slack.press(person, where, asked["label"]))

    async def _select(self, asked: Json) -> Json:
        person, where = self._view_or_message(asked)
        menu = asked.get("action_id")
        return asked_view(await self._slack.select(person, where, asked["values"], action_id=menu))

    async def _suggest(self, asked: Json) -> Json:
        person, where = self._view_or_message(asked)
        typed, block = asked["typed"], asked.get("block_id")
        return {"offered": await self._slack.suggest(person, where, typed, block_id=block)}

    async def _submit(self, asked: Json) -> Json:
        view = self._view(asked)
        values = {name: _value(value) for name, value in asked["values"].items()}
        return asked_view(await self._slack.submit(self._who(asked), view, values))

    async def _close(self, asked: Json) -> Json:
        told = await self._slack.close(self._who(asked), self._view(asked))
        return asked_view(told) if told else {}

    async def _home(self, asked: Json) -> Json:
        await self._slack.open_home(self._who(asked))
        return {}


def _value(value: Any) -> Value:
    """What was filled in; files come as objects with their names."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return {str(file["name"]): _bytes(file) for file in value}
    filled: Value = value
    return filled


def _bytes(file: Json) -> bytes:
    return base64.b64decode(file["base64"]) if "base64" in file else str(file["text"]).encode()
