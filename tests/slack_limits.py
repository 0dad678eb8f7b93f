"""What Slack refuses, asserted of a message before it is sent.

`slack_sdk.models` knows most limits of blocks; here are those too that it lacks.
"""

import json
from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import Block

from bot.slack.draft import Draft

BLOCKS_MAX = 50
VIEW_BLOCKS_MAX = 100
BLOCKS_MAX_CHARS = 13_000
TEXT_MAX_CHARS = 4000


def width(text: str) -> int:
    return max(len(text), len(text.encode("utf-16-le")) // 2)


def assert_sendable(draft: Draft) -> None:
    """Assert that Slack would take this message."""
    assert 0 < width(draft.text) <= TEXT_MAX_CHARS
    assert draft.text.strip()
    assert draft.blocks or draft.files
    assert_blocks(draft.blocks, blocks_max=BLOCKS_MAX)
    assert width(_compact(draft.blocks)) <= BLOCKS_MAX_CHARS
    assert len(draft.files) <= 10
    names = [file.name for file in draft.files]
    assert len(set(names)) == len(names)
    assert all(0 < len(name) <= 120 for name in names)


def assert_blocks(blocks: Sequence[Any], *, blocks_max: int) -> None:
    """Assert that Slack would take these blocks, in a message or a view."""
    assert len(blocks) <= blocks_max
    for block in blocks:
        parsed = Block.parse(block)
        assert parsed is not None, "the library does not know this kind of block"
        assert parsed.to_dict() == block
        _assert_element(block)
    buttons = [b for block in blocks if block["type"] == "actions" for b in block["elements"]]
    ids = [button["action_id"] for button in buttons]
    assert len(set(ids)) == len(ids)


def _assert_element(element: Any) -> None:
    match element:
        case {"type": "text", "text": text}:
            assert text.strip()
        case {"type": "header", "text": {"text": text}}:
            assert 1 <= width(text) <= 150
        case {"type": "button", "text": {"text": text}, "value": value, "action_id": id_}:
            assert 1 <= width(text) <= 75
            assert 1 <= len(value) <= 2000
            assert 1 <= len(id_) <= 255
        case {"type": "plain_text", "text": text}:
            assert text.strip()
            assert width(text) <= 3000
        case {"type": "actions", "elements": elements}:
            assert 1 <= len(elements) <= 5
        case _:
            pass
    assert element.get("elements") != []
    for part in element.get("elements", ()):
        _assert_element(part)


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
