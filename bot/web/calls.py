"""`POST /calls`: one command."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from json import JSONDecodeError
from typing import Any

from aiohttp import web

from bot.core.call import Call
from bot.core.registry import Registry
from bot.dispatch import Elsewhere, Heard, answer
from bot.web.peers import actor_of
from engine.api import ActorId, Conversation, Engine, InvalidInput

KEY_MAX_CHARS = 100
BODY_S = 30.0
SURFACE = "local"
TYPED = {True: "yes", False: "no"}


class Calls:
    """Hands calls to dispatch, with who made them."""

    def __init__(self, engine: Engine, registry: Registry, elsewhere: Elsewhere) -> None:
        self._engine = engine
        self._registry = registry
        self._elsewhere = elsewhere

    async def post(self, request: web.Request) -> web.Response:
        """Answer `{key, path, values}` with `{message, outcome, head}`."""
        heard = heard_of(await _json(request), actor_of(request))
        whole = replace(heard, elsewhere=await self._elsewhere(heard.actor))
        answered = await answer(self._engine, self._registry, whole)
        return web.json_response(answered.plain())


def heard_of(body: Mapping[str, Any], actor: ActorId) -> Heard:
    """Return what a body says.

    Raises:
        InvalidInput: it is not of the form that `Calls.post` takes.
    """
    key, path, values = body.get("key"), body.get("path"), body.get("values", {})
    if not isinstance(key, str) or not 0 < len(key) <= KEY_MAX_CHARS or not key.isprintable():
        raise InvalidInput(f"key must be text of 1 to {KEY_MAX_CHARS} characters.")
    if not isinstance(path, str) or len(path) > KEY_MAX_CHARS or not path.isprintable():
        raise InvalidInput("path must be the name of a command, such as session start.")
    if not isinstance(values, dict):
        raise InvalidInput("values must be an object of option names and values.")
    return Heard(
        key=key,
        actor=actor,
        conversation=Conversation(SURFACE, "", actor, ""),
        is_local=True,
        call=Call(path, {name: _typed(name, value) for name, value in values.items()}),
    )


def _typed(name: str, value: object) -> str:
    """Return a value as a person would type it."""
    match value:
        case bool():
            return TYPED[value]
        case str():
            return value
        case int():
            return str(value)
        case _:
            raise InvalidInput(f"{name[:40]} must be text, a whole number, true or false.")


def _parsed(raw: bytes) -> object:
    try:
        return json.loads(raw)
    except (JSONDecodeError, UnicodeDecodeError, RecursionError):
        raise InvalidInput("The body must be JSON.") from None
    except ValueError:
        # Python reads no number of more than some thousand digits.
        raise InvalidInput("The body holds a number that is too long to be one.") from None


async def _json(request: web.Request) -> Mapping[str, Any]:
    try:
        async with asyncio.timeout(BODY_S):
            raw = await request.read()
    except TimeoutError:
        raise InvalidInput(f"The body took longer than {BODY_S:.0f} s.") from None
    body = _parsed(raw)
    if not isinstance(body, dict):
        raise InvalidInput("The body must be a JSON object.")
    return body
