"""Requests and their answers, apart from how they travel."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from tests.emulators.slack.errors import InvalidRequest
from tests.emulators.slack.values import Json
from tests.emulators.slack.world import World

TRUE = {True, "1", "true", "True"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the app asked for, read."""

    method: str
    """Of the Web API; or `response_url`, `upload`, `download`."""
    args: Mapping[str, Any]
    """From the address, the form or the JSON, without the token."""
    token: str
    at: datetime
    data: bytes = b""
    """Of an upload."""

    def text(self, name: str) -> str:
        """An argument that must be there.

        Raises:
            InvalidRequest: it is missing.
        """
        value = self.args.get(name)
        if value in (None, ""):
            raise InvalidRequest("invalid_arguments", f"missing required field: {name}")
        return str(value)

    def maybe(self, name: str) -> str | None:
        """An argument that need not be there."""
        value = self.args.get(name)
        return None if value in (None, "") else str(value)

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.args.get(name)
        return default if value is None else value in TRUE

    def number(self, name: str, default: int) -> int:
        try:
            return int(self.args.get(name) or default)
        except ValueError:
            raise InvalidRequest("invalid_arguments", f"{name} is no number") from None

    def json(self, name: str) -> Any:
        """An argument of several values, which a form carries as text; None if it is missing.

        Raises:
            InvalidRequest: it cannot be read.
        """
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise InvalidRequest("invalid_arguments", f"{name} is no JSON") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What it is told."""

    status: int = 200
    body: Json | str | bytes = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A request that arrived, and what became of it."""

    request: Request
    status: int | None
    """None where the connection was cut before an answer."""
    answer: Json | str | bytes

    @property
    def method(self) -> str:
        return self.request.method

    @property
    def args(self) -> Mapping[str, Any]:
        return self.request.args

    @property
    def at(self) -> datetime:
        return self.request.at

    @property
    def error(self) -> str | None:
        """What Slack said was wrong, if it said so."""
        return self.answer.get("error") if isinstance(self.answer, dict) else None


Handler: TypeAlias = Callable[[World, Request], Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A method of the Web API."""

    handler: Handler
    scopes: tuple[str, ...] = ()
    """Any one of these is needed."""
