"""A small HTTP API with which a page, or any program, does what people do.

All of it is JSON. `as` is the id of who acts; what cannot be done is a 400 with a sentence.
"""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.emulators.discord.asked import Asked
from tests.emulators.discord.errors import ApiError, CannotBeDone
from tests.emulators.discord.places import Channel, Member, Place
from tests.emulators.discord.typed import Value, leaf_options
from tests.emulators.discord.values import Json, Message
from tests.emulators.discord.views import asked_view, message_view, world_view
from tests.emulators.pages import Pages

if TYPE_CHECKING:
    from tests.emulators.discord.emulator import Discord

PAGE = Path(__file__).parent / "page"
Act = Callable[[Json], Awaitable[Json]]


class Control:
    """Does what a person clicked on."""

    def __init__(self, discord: Discord) -> None:
        self._discord = discord
        self._world = discord.world
        self._acts: Mapping[str, Act] = {
            "say": self._say,
            "edit": self._edit,
            "delete": self._delete,
            "react": self._react,
            "thread": self._thread,
            "run": self._run,
            "complete": self._complete,
            "menu": self._menu,
            "press": self._press,
            "select": self._select,
            "submit": self._submit,
        }

    def add_to(self, app: web.Application) -> None:
        """Serve the page and what it needs."""
        Pages(PAGE, self._world.changes).add_to(app)
        app.router.add_get("/control/world", self._tell_world)
        app.router.add_get("/control/places/{id}/messages", self._tell_messages)
        app.router.add_get("/control/asked/{id}", self._tell_asked)
        app.router.add_post("/control/{act}", self._do)

    # --- looking -------------------------------------------------------------------------------

    async def _tell_world(self, request: web.Request) -> web.Response:
        return web.json_response(world_view(self._discord))

    async def _tell_messages(self, request: web.Request) -> web.Response:
        place = self._world.places.get(int(request.match_info["id"]))
        if place is None:
            raise web.HTTPNotFound
        who = place.guild.member(int(request.query.get("as", 0)))
        messages = self._discord.messages(place, seen_by=who)
        return web.json_response([message_view(self._world, m, place) for m in messages])

    async def _tell_asked(self, request: web.Request) -> web.Response:
        interaction = self._world.interactions.get(int(request.match_info["id"]))
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
            return web.json_response({"error": "The bot did not answer."}, status=400)

    def _where(self, asked: Json) -> tuple[Member, Place]:
        place = self._world.place(int(asked["place"]))
        member = place.guild.member(int(asked["as"]))
        if member is None:
            raise CannotBeDone("Nobody of that id is a member here.")
        return member, place

    def _what(self, asked: Json) -> tuple[Member, Message]:
        member, place = self._where(asked)
        return member, self._world.message(place.id, int(asked["message"]))

    async def _say(self, asked: Json) -> Json:
        member, place = self._where(asked)
        files = {file["name"]: _bytes(file) for file in asked.get("files") or ()}
        message = await self._discord.say(member, place, asked["text"], files=files)
        return message_view(self._world, message, place)

    async def _edit(self, asked: Json) -> Json:
        member, message = self._what(asked)
        if message.author != member.user:
            raise CannotBeDone("Only one's own messages can be edited.")
        edited = await self._discord.edit(message, asked["text"])
        return message_view(self._world, edited, self._world.place(message.channel_id))

    async def _delete(self, asked: Json) -> Json:
        await self._discord.delete(self._what(asked)[1])
        return {}

    async def _react(self, asked: Json) -> Json:
        member, message = self._what(asked)
        await self._discord.react(member, message, asked["emoji"])
        return {}

    async def _thread(self, asked: Json) -> Json:
        member, place = self._where(asked)
        if not isinstance(place, Channel):
            raise CannotBeDone("A thread has no threads.")
        under = self._world.message(place.id, int(asked["message"])) if "message" in asked else None
        thread = await self._discord.open_thread(member, place, asked["name"], under=under)
        return {"id": str(thread.id)}

    async def _run(self, asked: Json) -> Json:
        member, place = self._where(asked)
        values = self._values(place, asked)
        return asked_view(await self._discord.run(member, place, asked["path"], values))

    async def _complete(self, asked: Json) -> Json:
        member, place = self._where(asked)
        focused = asked["focused"]
        rest = {name: text for name, text in asked["values"].items() if name != focused}
        values = self._values(place, {**asked, "values": rest})
        values[focused] = str(asked["values"].get(focused, ""))
        choices = await self._discord.complete(
            member, place, asked["path"], values, focused=focused, timeout_s=3
        )
        return {"choices": [{"name": c.name, "value": c.value} for c in choices]}

    async def _menu(self, asked: Json) -> Json:
        member, message = self._what(asked)
        return asked_view(await self._discord.run_on_message(member, message, asked["name"]))

    async def _press(self, asked: Json) -> Json:
        member, message = self._what(asked)
        return asked_view(await self._discord.press(member, message, asked["label"]))

    async def _select(self, asked: Json) -> Json:
        member, message = self._what(asked)
        values, menu = asked["values"], asked["custom_id"]
        return asked_view(await self._discord.select(member, message, values, custom_id=menu))

    async def _submit(self, asked: Json) -> Json:
        interaction = self._world.interactions[int(asked["asked"])]
        member = interaction.place.guild.member(int(asked["as"]))
        if interaction.modal is None or member is None:
            raise CannotBeDone("No form was opened.")
        return asked_view(await self._discord.submit(member, interaction.modal, asked["texts"]))

    def _values(self, place: Place, asked: Json) -> dict[str, Value]:
        """What was typed, as the types of the options want it."""
        options = leaf_options(self._world, place.guild, asked["path"])
        types = {option["name"]: option["type"] for option in options}
        return {
            name: self._value(place, types.get(name, 3), raw)
            for name, raw in asked["values"].items()
        }

    def _value(self, place: Place, type_: int, raw: Any) -> Value:
        if isinstance(raw, dict):
            return str(raw["name"]), _bytes(raw)
        found: Mapping[int, Callable[[str], Any]] = {
            4: int,
            5: lambda text: text.lower() in {"true", "yes"},
            6: lambda text: place.guild.members[int(text)],
            7: lambda text: self._world.place(int(text)),
            8: lambda text: place.guild.roles[int(text)],
            10: float,
        }
        try:
            value: Value = found.get(type_, str)(str(raw))
        except (ValueError, KeyError):
            raise CannotBeDone(f"{raw!r} does not fit the option.") from None
        return value


def _bytes(file: Json) -> bytes:
    return base64.b64decode(file["base64"]) if "base64" in file else str(file["text"]).encode()
