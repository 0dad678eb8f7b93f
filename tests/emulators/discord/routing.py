"""Requests and their answers, apart from how they travel, and which handler a request finds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias
from urllib.parse import unquote

from tests.emulators.discord.posting import Upload
from tests.emulators.discord.values import Json
from tests.emulators.discord.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the bot asked for, read."""

    method: str
    path: str
    route: str
    """Method and template, as the contract names it; "" if there is no such route here."""
    params: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    """The JSON of the body, or of its part `payload_json`; None if there is none."""
    uploads: Sequence[Upload]
    is_bot: bool
    """Whether it carries the bot's token."""
    at: datetime

    def id(self, name: str) -> int:
        """A snowflake of the path; 0, which nothing has, for what is none."""
        text = self.params[name]
        return int(text) if text.isdecimal() else 0

    @property
    def form(self) -> Json:
        """The body, if it is an object, else an empty one."""
        return self.body if isinstance(self.body, dict) else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What it is told."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A request that arrived, and what became of it."""

    request: Request
    status: int | None
    """None where the connection was cut before an answer."""
    answer: Any = None

    @property
    def method(self) -> str:
        return self.request.method

    @property
    def route(self) -> str:
        return self.request.route

    @property
    def params(self) -> Mapping[str, str]:
        return self.request.params

    @property
    def body(self) -> Any:
        return self.request.body

    @property
    def files(self) -> Sequence[Upload]:
        return self.request.uploads

    @property
    def at(self) -> datetime:
        return self.request.at


def ok(body: Any) -> Answer:
    return Answer(body=body)


def nothing() -> Answer:
    return Answer(status=204)


Handler: TypeAlias = Callable[[World, Request], Answer]
Routes: TypeAlias = Mapping[str, Handler]
"""Method and template, as the contract writes them, to the handler."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A route that fits, with the parameters of the path."""

    route: str
    handler: Handler
    params: Mapping[str, str]


class Router:
    """All routes that there are; where two fit, the one with fewer parameters wins."""

    def __init__(self, tables: Sequence[Routes]) -> None:
        self._by_size: dict[tuple[str, int], list[tuple[list[str], str, Handler]]] = {}
        for table in tables:
            for route, handler in table.items():
                method, template = route.split(" ")
                parts = template.strip("/").split("/")
                entries = self._by_size.setdefault((method, len(parts)), [])
                entries.append((parts, route, handler))
        for entries in self._by_size.values():
            entries.sort(key=lambda entry: [part.startswith("{") for part in entry[0]])

    def find(self, method: str, path: str) -> Found | None:
        """The route of a raw path (still percent-encoded), or None."""
        given = path.strip("/").split("/")
        for parts, route, handler in self._by_size.get((method, len(given)), ()):
            params = _match(parts, given)
            if params is not None:
                return Found(route=route, handler=handler, params=params)
        return None


def _match(parts: Sequence[str], given: Sequence[str]) -> Mapping[str, str] | None:
    params = {}
    for part, text in zip(parts, given, strict=True):
        if part.startswith("{"):
            params[part[1:-1]] = unquote(text)
        elif part != unquote(text):
            return None
    return params
