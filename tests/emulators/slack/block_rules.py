"""What Slack takes as blocks, views and metadata: the SDK's models, and the rules they lack."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block, Option
from slack_sdk.models.views import View

from tests.emulators.slack.errors import InvalidRequest
from tests.emulators.slack.limits import Limits
from tests.emulators.slack.values import Json, elements_of

FIELD_CHARS = 2000
MARKDOWN_CHARS = 12_000
OPTIONS = 100
VIEW_TYPES = {"modal", "home"}


def check_blocks(blocks: Any, limits: Limits) -> None:
    """Refuse blocks of a message that break a rule.

    Raises:
        InvalidRequest: `invalid_blocks`, `invalid_blocks_format` or `msg_blocks_too_long`.
    """
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise InvalidRequest("invalid_blocks_format")
    if len(blocks) > limits.message_blocks:
        raise InvalidRequest("invalid_blocks", f"no more than {limits.message_blocks} items")
    if problem := next(_problems(blocks), None):
        raise InvalidRequest("invalid_blocks", problem)
    if sum(len(text) for text in _all_texts(blocks)) > limits.blocks_chars:
        raise InvalidRequest("msg_blocks_too_long")


def check_view(view: Any, limits: Limits) -> None:
    """Refuse a modal or a home that breaks a rule.

    Raises:
        InvalidRequest: `invalid_arguments` or `view_too_large`.
    """
    if not isinstance(view, dict) or view.get("type") not in VIEW_TYPES:
        raise InvalidRequest("invalid_arguments", "failed to match a view")
    if len(json.dumps(view)) > limits.view_bytes:
        raise InvalidRequest("view_too_large")
    if problem := next(_view_problems(view, limits), None):
        raise InvalidRequest("invalid_arguments", problem)


def check_metadata(metadata: Any, limits: Limits) -> None:
    """Refuse metadata that is none, or too much.

    Raises:
        InvalidRequest: `invalid_metadata_format`, `invalid_metadata_schema`, `metadata_too_large`.
    """
    if not isinstance(metadata, dict):
        raise InvalidRequest("invalid_metadata_format")
    payload = metadata.get("event_payload")
    if not isinstance(metadata.get("event_type"), str) or not isinstance(payload, dict):
        raise InvalidRequest("invalid_metadata_schema")
    if len(json.dumps(metadata)) > limits.metadata_bytes:
        raise InvalidRequest("metadata_too_large")


def check_options(options: Sequence[Json]) -> None:
    """Refuse options for a menu that are too many, or break a rule.

    Raises:
        InvalidRequest: `invalid_options`.
    """
    if len(options) > OPTIONS:
        raise InvalidRequest("invalid_options", f"no more than {OPTIONS}")
    try:
        for option in options:
            Option(**option).to_dict()
    except (SlackObjectFormationError, TypeError) as error:
        raise InvalidRequest("invalid_options", str(error)) from error


def _view_problems(view: Json, limits: Limits) -> Iterator[str]:
    blocks = view.get("blocks")
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        yield "blocks are missing"
        return
    if len(blocks) > limits.view_blocks:
        yield f"no more than {limits.view_blocks} blocks"
    if view["type"] == "modal" and not view.get("title"):
        yield "title is missing"
    if view["type"] == "modal" and not view.get("submit"):
        yield from ("submit is missing" for block in blocks if block.get("type") == "input")
    yield from _problems(blocks)
    try:
        View(**view).validate_json()
    except (SlackObjectFormationError, TypeError) as error:
        yield str(error)


def _problems(blocks: Sequence[Json]) -> Iterator[str]:
    for index, block in enumerate(blocks):
        if problem := _problem(block):
            yield f"{problem} [json-pointer:/blocks/{index}]"
    yield from _twice("block_id", [str(block.get("block_id") or "") for block in blocks])
    markdown = sum(len(b.get("text") or "") for b in blocks if b.get("type") == "markdown")
    if markdown > MARKDOWN_CHARS:
        yield f"markdown blocks have more than {MARKDOWN_CHARS} characters"


def _problem(block: Json) -> str | None:
    try:
        parsed = Block.parse(block)
        if parsed is None:
            return f"unsupported type: {block.get('type')}"
        parsed.to_dict()
        return next(_own_rules(block), None)
    except (SlackObjectFormationError, TypeError, AttributeError, KeyError) as error:
        return str(error)


def _own_rules(block: Json) -> Iterator[str]:
    for field in block.get("fields") or ():
        if len(field.get("text") or "") > FIELD_CHARS:
            yield f"a field has more than {FIELD_CHARS} characters"
    if block["type"] in {"actions", "context", "rich_text"} and not block.get("elements"):
        yield "elements are missing"
    for element in [*(block.get("elements") or ()), block.get("accessory"), block.get("element")]:
        if element and "type" not in element:
            yield "an element has no type"
        for option in _options(element or {}):
            Option(**option).to_dict()
    yield from _twice("action_id", [str(e["action_id"]) for _, e in elements_of([block])])


def _options(element: Json) -> Iterator[Json]:
    """The options of a menu, which the SDK's models do not look into."""
    yield from element.get("options") or ()
    for group in element.get("option_groups") or ():
        yield from group.get("options") or ()


def _twice(name: str, values: Sequence[str]) -> Iterator[str]:
    for value, count in Counter(values).items():
        if value and count > 1:
            yield f"{name} {value!r} is there twice"


def _all_texts(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _all_texts(item)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if isinstance(inner, str):
                yield from [inner] if name == "text" else []
            else:
                yield from _all_texts(inner)
