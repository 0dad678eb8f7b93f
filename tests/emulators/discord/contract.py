"""Discord's own description of its API, held against what the bot says and what we answer."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.emulators.discord.routing import Answer, Request
from tests.emulators.discord.values import Json

REF = "#/components/schemas/"


@dataclass(slots=True, kw_only=True)
class Shape:
    """What a value may be made of, all alternatives of its schemas together."""

    properties: dict[str, list[Json]] = field(default_factory=dict)
    items: list[Json] = field(default_factory=list)
    is_open: bool = False
    """Whether any name may be a field of it."""


class Fields:
    """Finds unknown fields by the schemas of one document."""

    def __init__(self, schemas: Json) -> None:
        self._schemas = schemas
        self._shapes: dict[tuple[int, ...], Shape] = {}

    def unknown(self, value: Any, schemas: Sequence[Json], path: str = "") -> Iterator[str]:
        """The dotted path of each field that no alternative names."""
        shape = self._shape(schemas)
        if isinstance(value, list):
            for index, item in enumerate(value):
                yield from self.unknown(item, shape.items, f"{path}.{index}")
        if isinstance(value, dict) and not shape.is_open:
            for name, inner in value.items():
                if name in shape.properties:
                    yield from self.unknown(inner, shape.properties[name], f"{path}.{name}")
                else:
                    yield f"{path}.{name}".lstrip(".")

    def _shape(self, schemas: Sequence[Json]) -> Shape:
        key = tuple(id(schema) for schema in schemas)
        if key not in self._shapes:
            shape = Shape()
            for schema in schemas:
                self._add(schema, shape)
            shape.is_open |= not shape.properties
            self._shapes[key] = shape
        return self._shapes[key]

    def _add(self, schema: Json, shape: Shape) -> None:
        if "$ref" in schema:
            self._add(self._schemas[schema["$ref"].removeprefix(REF)], shape)
        for name, inner in schema.get("properties", {}).items():
            shape.properties.setdefault(name, []).append(inner)
        if "items" in schema:
            shape.items.append(schema["items"])
        shape.is_open |= bool(schema.get("additionalProperties"))
        for word in ("allOf", "anyOf", "oneOf"):
            for inner in schema.get(word, ()):
                self._add(inner, shape)


URI = "urn:discord"
OPERATIONS = ("get", "put", "post", "patch", "delete")
SENT_BY_LIBRARY = {"embeds.flags", "embeds.content_scan_version", "nsfw", "tts"}
"""What discord.py always sends and Discord takes or overlooks, though it is not in the file."""


@cache
def load_contract(path: Path) -> "Contract | None":
    """The contract of a file, read once; None where there is no such file."""
    if not path.is_file():
        return None
    return Contract(json.loads(path.read_text()))


class Contract:
    """Says what of a request or an answer the file does not allow."""

    def __init__(self, document: Json) -> None:
        _tolerate(document)
        self._document = document
        self._fields = Fields(document["components"]["schemas"])
        resource = Resource.from_contents(document, default_specification=DRAFT202012)
        self._registry: Registry[Any] = Registry().with_resource(URI, resource)
        self._validators: dict[int, Draft202012Validator] = {}

    def request_problem(self, request: Request) -> str | None:
        """What is wrong with the body of a request; None if nothing is."""
        operation = self._operation(request.route)
        if operation is None:
            return "is not in the contract"
        wanted = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if wanted is None:
            return None if request.body is None else "has a body, but takes none"
        return self._mismatch(wanted["schema"], _trimmed(request.body))

    def unknown_field(self, request: Request) -> str | None:
        """The first field of a body that the file does not know; Discord overlooks such fields."""
        operation = self._operation(request.route) or {}
        wanted = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if wanted is None:
            return None
        return next(_surprising(self._fields.unknown(request.body, [wanted["schema"]])), None)

    def answer_problem(self, route: str, answer: Answer) -> str | None:
        """What is wrong with an answer; None if nothing is."""
        operation = self._operation(route)
        if operation is None or answer.status >= 500:
            return None
        response = self._response(operation, answer.status)
        if response is None:
            return f"has the status {answer.status}, which it never has"
        content = response.get("content", {}).get("application/json")
        if content is None:
            return None if answer.body is None else "has a body, but never has one"
        return self._mismatch(content["schema"], answer.body)

    def _operation(self, route: str) -> Json | None:
        method, path = route.split(" ")
        operation: Json | None = self._document["paths"].get(path, {}).get(method.lower())
        return operation

    def _response(self, operation: Json, status: int) -> Json | None:
        responses = operation["responses"]
        found: Json | None = responses.get(str(status)) or responses.get(f"{status // 100}XX")
        if found and "$ref" in found:
            return dict(self._document["components"]["responses"][found["$ref"].split("/")[-1]])
        return found

    def _mismatch(self, schema: Json, value: Any) -> str | None:
        error = best_match(self._validator(schema).iter_errors(value))
        return f"{error.json_path}: {error.message[:300]}" if error else None

    def _validator(self, schema: Json) -> Draft202012Validator:
        # The document lives as long as this does, so its parts keep their ids.
        if id(schema) not in self._validators:
            whole = _absolute(schema)
            self._validators[id(schema)] = Draft202012Validator(whole, registry=self._registry)
        return self._validators[id(schema)]


def _surprising(paths: Iterator[str]) -> Iterator[str]:
    for path in paths:
        plain = ".".join(part for part in path.split(".") if not part.isdecimal())
        plain = plain.removeprefix("data.")
        # Of files that are kept, discord.py sends all that it knows.
        if plain not in SENT_BY_LIBRARY and not plain.startswith("attachments."):
            yield path


def _trimmed(value: Any, *, is_embed: bool = False) -> Any:
    """The body with the texts of its embeds trimmed, as they are before they are counted."""
    if isinstance(value, str):
        return value.strip() if is_embed else value
    if isinstance(value, list):
        return [_trimmed(item, is_embed=is_embed) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _trimmed(inner, is_embed=is_embed or name == "embeds")
        for name, inner in value.items()
    }


def _absolute(schema: Any) -> Any:
    """The schema with references that say which document they are of."""
    if isinstance(schema, list):
        return [_absolute(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: URI + value if name == "$ref" else _absolute(value) for name, value in schema.items()
    }


def _tolerate(document: Json) -> None:
    """Allow what the file's own notes allow, and what it has wrong.

    A snowflake may be a number in what a bot sends; the code of a detail of an error is a word.
    """
    schemas = document["components"]["schemas"]
    schemas["InnerErrors"]["properties"]["_errors"]["items"] = {
        "type": "object",
        "required": ["code", "message"],
    }
    for path in document["paths"].values():
        for method in OPERATIONS:
            content = path.get(method, {}).get("requestBody", {}).get("content", {})
            if "application/json" in content:
                content["application/json"]["schema"] = _lenient(
                    content["application/json"]["schema"]
                )
    for name in list(schemas):
        schemas[_lenient_name(name)] = _lenient(schemas[name])
    schemas[_lenient_name("SnowflakeType")] = {"type": ["string", "integer"]}


def _lenient_name(name: str) -> str:
    return f"{name}AsSent"


def _lenient(schema: Any) -> Any:
    """The schema with every reference to its lenient sister."""
    if isinstance(schema, list):
        return [_lenient(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: _lenient_name(value) if name == "$ref" else _lenient(value)
        for name, value in schema.items()
    }
