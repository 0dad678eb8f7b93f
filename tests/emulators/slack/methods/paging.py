"""Lists that are told page by page."""

import base64
from collections.abc import Sequence
from typing import TypeVar

from tests.emulators.slack.errors import ApiError
from tests.emulators.slack.routing import Request
from tests.emulators.slack.values import Json
from tests.emulators.slack.world import World

ItemT = TypeVar("ItemT")
MOST = 1000


def page_of(world: World, request: Request, items: Sequence[ItemT]) -> tuple[list[ItemT], Json]:
    """The page that was asked for, and what tells of the next one.

    Raises:
        ApiError: the limit or the cursor is none.
    """
    limit = request.number("limit", world.limits.page_size)
    if not 1 <= limit <= MOST:
        raise ApiError("invalid_limit")
    start = _start(request.maybe("cursor"))
    end = start + limit
    next_cursor = _cursor(end) if end < len(items) else ""
    return list(items[start:end]), {"response_metadata": {"next_cursor": next_cursor}}


def _cursor(start: int) -> str:
    return base64.b64encode(f"next:{start}".encode()).decode()


def _start(cursor: str | None) -> int:
    if cursor is None:
        return 0
    try:
        return int(base64.b64decode(cursor).decode().removeprefix("next:"))
    except ValueError:
        raise ApiError("invalid_cursor") from None
