"""What a message of Slack shows, as text.

People's messages have all of it in their text. What stands in a program's text is for the
notification alone where there are blocks: it may be a part of them, or something else.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.slack.markup import GUARD
from bot.slack.words import Told, linked, plain, unescaped

BULLET, INDENT = "• ", "  "
SPANS: Mapping[str, str] = {
    "broadcast": "@{range}",
    "channel": "<#{channel_id}>",
    "color": "{value}",
    "date": "{fallback}",
    "emoji": ":{name}:",
    "user": "<@{user_id}>",
    "usergroup": "<!subteam^{usergroup_id}>",
}
"""How what is no text is read: as it is in what people type."""


def shown_in(message: Told) -> str:
    """Return what there is to read in a message, without buttons."""
    blocks: list[Told] = message.get("blocks") or [] if message.get("bot_id") else []
    shown = "\n\n".join(filter(None, map(_block, blocks)))
    return shown.replace(GUARD, "").strip() or plain(str(message.get("text") or ""))


def _block(block: Told) -> str:
    match block.get("type"):
        case "rich_text":
            return _lines(map(_part, block["elements"]))
        case "header" | "section":
            return _lines(map(_text, [block.get("text") or {}, *(block.get("fields") or [])]))
        case "context":
            return " ".join(filter(None, map(_text, block["elements"])))
        case "markdown":
            return str(block["text"])
        case _:
            return ""


def _lines(parts: Iterable[str]) -> str:
    return "\n".join(filter(None, parts))


def _text(text: Told) -> str:
    """Return a text of a block; an image beside it is none."""
    said = str(text.get("text") or "")
    return plain(said) if text.get("type") == "mrkdwn" else unescaped(said)


def _part(part: Told) -> str:
    if part.get("type") != "rich_text_list":
        return "".join(map(_span, part.get("elements") or []))
    indent = INDENT * int(part.get("indent") or 0)
    first = int(part.get("offset") or 0) + 1
    is_ordered = part.get("style") == "ordered"
    return _lines(
        f"{indent}{f'{number}. ' if is_ordered else BULLET}{_part(item)}"
        for number, item in enumerate(part["elements"], first)
    )


def _span(span: Mapping[str, Any]) -> str:
    kind = str(span.get("type"))
    if kind == "link":
        return linked(str(span["url"]), str(span.get("text") or ""))
    return SPANS.get(kind, "{text}").format_map({"text": "", "fallback": "", **span})
