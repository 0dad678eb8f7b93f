"""Buttons: the value of each is its call, so that they act whatever was restarted since."""

import re
from collections.abc import Mapping
from typing import Any

from bot.core.call import Call

CALL_ACTION = re.compile(r"call:\d+")
"""The action ids of buttons that make a call; no two in a message are the same."""
_VALUE = re.compile(r"[a-z][a-z_-]*( [a-z][a-z_-]*)?\?.*", re.DOTALL)


def action_id(number: int) -> str:
    """Return the action id of the button with this number in its message."""
    return f"call:{number}"


def call_of(action: Mapping[str, Any]) -> Call | None:
    """Return the call of a button that was pressed, as Slack tells it; none if it has none."""
    is_call = CALL_ACTION.fullmatch(str(action.get("action_id", "")))
    value = str(action.get("value", ""))
    return Call.decode(value) if is_call and _VALUE.fullmatch(value) else None
