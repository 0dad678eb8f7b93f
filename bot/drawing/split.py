"""A long text in parts.

The parts joined are the text. Whatever markup stands in it acts on nothing, so that a fence or a
table may be divided; a part ends outside of fences where it can, else at a paragraph, a line, a
word.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

Width: TypeAlias = Callable[[str], int]
"""How long a platform finds a text, by whatever it is sent for it.

What a beginning takes never falls when it grows, and is never less than its characters.
"""

SHOWN_MAX_CHARS = 1500
"""Output that is longer becomes a file."""
BEGINNING_MAX_CHARS = 700
"""What is then shown of it."""
BEGINNING_MAX_LINES = 10

DOTS = "…"
_FENCE = "```"
_BORDER = re.compile(rf"\n\n+|^{_FENCE}[^\n]*\n?", re.MULTILINE)
_ENDS = tuple(re.compile(pattern) for pattern in (r"\n\n+", r"\n", r"[^\S\n]+"))
"""Of a paragraph, a line, a word: the earlier is the better place."""


@dataclass(frozen=True, slots=True)
class Clipped:
    """A text that may be no longer than its place."""

    text: str
    is_whole: bool


def utf16_width(text: str) -> int:
    """Return how long a platform finds a text that counts some characters twice."""
    return len(text.encode("utf-16-le")) // 2


def split(text: str, *, max_chars: int, width: Width) -> Iterator[str]:
    """Yield the parts of an inert text, each of at most `max_chars` (from 3) by `width`."""
    start, is_fenced = 0, False
    while start < len(text):
        piece = fitting(text[start : start + max_chars], max_chars=max_chars, width=width)
        if start + len(piece) < len(text):
            piece = piece[: _cut(piece, is_fenced=is_fenced)]
        yield piece
        start += len(piece)
        is_fenced ^= _fences(piece) % 2 == 1


def beginning(
    text: str, *, max_chars: int, width: Width, max_lines: int = BEGINNING_MAX_LINES
) -> str:
    """Return the first lines of an inert text; all of it if it is short enough."""
    lines = text.split("\n", max_lines)[:max_lines]
    return next(split("\n".join(lines), max_chars=max_chars, width=width), "").rstrip()


def clipped(text: str, *, max_chars: int, width: Width) -> Clipped:
    """Return an inert text, with dots where it is too long."""
    if len(text) <= max_chars and width(text) <= max_chars:
        return Clipped(text, is_whole=True)
    first = next(split(text, max_chars=max_chars - len(DOTS), width=width))
    return Clipped(first + DOTS, is_whole=False)


def fitting(text: str, *, max_chars: int, width: Width) -> str:
    """Return as much of the beginning of a text as fits, and one character at least."""
    ends = range(1, len(text) + 1)
    fits = bisect_right(ends, max_chars, key=lambda end: width(text[:end]))
    return text[: max(1, fits)]


def _cut(piece: str, *, is_fenced: bool) -> int:
    """Where to end a part that cannot go on."""
    half = len(piece) // 2
    if whole := _last(_outside(piece, is_fenced=is_fenced), half // 2):
        return whole
    for least in (half, 0):
        for end in _ENDS:
            if cut := _last((match.end() for match in end.finditer(piece)), least):
                return cut
    return len(piece)


def _last(cuts: Iterator[int], least: int) -> int:
    return max((cut for cut in cuts if cut > least), default=0)


def _outside(piece: str, *, is_fenced: bool) -> Iterator[int]:
    """Where a paragraph, or a fence, ends in `piece`, or a fence is about to begin."""
    for border in _BORDER.finditer(piece):
        is_mark = border[0].startswith(_FENCE)
        if is_mark and is_fenced:
            yield border.end()
        elif not is_fenced:
            yield border.start() if is_mark else border.end()
        is_fenced ^= is_mark


def _fences(piece: str) -> int:
    return sum(border[0].startswith(_FENCE) for border in _BORDER.finditer(piece))
