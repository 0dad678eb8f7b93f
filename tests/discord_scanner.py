"""What of a text Discord would act on: a reading of its markup of our own, in tests only."""

import re
import unicodedata
from collections.abc import Iterator

TAKEN_OUT = re.compile(
    r"""
      (?P<escape> \\[^0-9A-Za-z\s] )
    | (?P<fence> ```(?:[a-z0-9_+\-.\#]+?\n)?\n*[^\n][\s\S]*?\n*``` )
    | (?P<person> <@!?\d+> )
    | (?P<time> <t:-?\d+(?::\w)?> )
    | (?P<code> (?P<ticks>`+)[\s\S]*?[^`](?P=ticks)(?!`) )
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""In this order at each place; what they take does not act any more."""
KINDS = ("fence", "person", "time", "code")
LIVE = {
    "role": r"<@&\d+>",
    "channel": r"<\#\d+>",
    "command": r"</[^>]*>",
    "guide": r"<id:[^>]*>",
    "custom emoji": r"<a?:\w+:\d+>",
    "emoji": r":[^\s:]+?:",
    "everyone": r"@everyone|@here",
    "link": r"https?://\S|steam://|discord://",
    "bracketed link": r"<(?:https?|mailto|tel|sms):",
    "masked link": r"\[[\s\S]*?\]\(",
    "invitation": r"(?i)discord(?:app)?\.(?:gg|com|new|gift)/",
    "emphasis": r"[*_]",
    "strike": r"~~",
    "spoiler": r"\|\|",
    "tick": r"`",
    "heading": r"(?m)^[^\S\n]*\#{1,3}\s",
    "small": r"(?m)^[^\S\n]*-\#\s",
    "quote": r"(?m)^[^\S\n]*>",
    "list": r"(?m)^[^\S\n]*[-*+]\s",
    "numbers": r"(?m)^[^\S\n]*\d+\.\s",
}


def live(markup: str) -> set[str]:
    """Return the kinds of constructs in `markup` that would act."""
    return set(_live(markup))


def unseen(text: str) -> set[str]:
    """Return the characters that act on a screen or are seen by nobody; a guard may stand."""
    categories = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
    return {c for c in text if unicodedata.category(c) in categories} - {"\n", "\t", "\u200b"}


def _live(markup: str) -> Iterator[str]:
    for match in TAKEN_OUT.finditer(markup):
        yield from (kind for kind in KINDS if match[kind])
    # A letter in their place, so that two sides do not meet.
    rest = TAKEN_OUT.sub("x", markup)
    for kind, pattern in LIVE.items():
        if re.search(pattern, rest, re.VERBOSE):
            yield kind
