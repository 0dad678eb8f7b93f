"""What every message of Slack has, whatever it shows."""

from collections.abc import Sequence
from itertools import islice

from bot.core.inert import inert
from bot.core.message import Message
from bot.drawing.attached import Attached
from bot.drawing.split import clipped, utf16_width
from bot.slack.blocks import LOAD
from bot.slack.draft import Draft
from bot.slack.markup import (
    Element,
    calling,
    escaped,
    escaped_width,
    mentioned,
    plain_text,
)
from bot.slack.people import user_of

BLOCKS_MAX = 50
MAX_CHARS = 12_500
"""Of all blocks as JSON. Slack refuses from about 13,200 on, and does not say how it counts."""
FALLBACK_MAX_CHARS = 1000
FOOTER_MAX_CHARS = 300
PINGS_MAX = 20


def fallback(text: str) -> str:
    """Return a text as a notification shows it and a screen reader reads it."""
    # Nobody listens to a megabyte: what is longer than can be kept need not be looked at.
    begun = inert(text[: FALLBACK_MAX_CHARS + 1]).strip()
    shown = clipped(begun, max_chars=FALLBACK_MAX_CHARS, width=escaped_width)
    return escaped(shown.text) or "…"


def called(message: Message, shown: Sequence[Element]) -> list[Element]:
    """Return a line with those to notify whom nothing else mentions; nothing if there are none."""
    known = {user for block in shown for user in mentioned(block)}
    users = dict.fromkeys(user_of(actor) for actor in message.pings)
    fresh = list(islice((user for user in users if user and user not in known), PINGS_MAX))
    return [calling(fresh)] if fresh else []


def foot(line: str) -> list[Element]:
    """Return one inert line in small type; nothing if it is empty."""
    return [{"type": "context", "elements": [plain_text(line)]}] if line else []


def clipped_footer(footer: str) -> str:
    """Return a footer of which nothing is missing but what is too long."""
    return clipped(footer, max_chars=FOOTER_MAX_CHARS, width=utf16_width).text


def drafts(shown: Sequence[Draft], files: Sequence[Attached]) -> tuple[Draft, ...]:
    """Return the messages; files come with the last one, and in more of them if they are many."""
    first, *more = LOAD.divided(files)
    last = Draft(shown[-1].text, shown[-1].blocks, first)
    alone = (Draft(fallback(", ".join(file.name for file in load)), [], load) for load in more)
    return (*shown[:-1], last, *alone)
