"""Discord's markup read back to the text that a person sees."""

import re
from datetime import UTC, datetime

from bot.views.words import moment

GUARD = "\u200b"
_TOKEN = re.compile(
    r"""
      \\(?P<char>[^0-9A-Za-z\s])
    | ^```\n(?P<fence>[\s\S]*?)\n```(?![^\n])
    | `(?P<code>[^`\n]+)`
    | <@(?P<person>\d+)>
    | <t:(?P<time>-?\d+):R>
    | ^(?P<mark>-\#\ |>\ )
    """,
    re.VERBOSE | re.MULTILINE,
)


def read(markup: str) -> str:
    """Return what `markup` shows."""
    return _TOKEN.sub(_shown, markup).replace(GUARD, "")


def _shown(match: re.Match[str]) -> str:
    kind, value = match.lastgroup, match[match.lastgroup or 0]
    match kind:
        case "person":
            return f"discord:{value}"
        case "time":
            return moment(datetime.fromtimestamp(int(value), UTC))
        case "mark":
            return ""
        case _:
            return value
