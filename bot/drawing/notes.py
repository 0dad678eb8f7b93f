"""What is said where not all can be shown.

Each note is spans: a face sets them so that no text of somebody else's can look the same.
"""

from collections.abc import Sequence
from typing import TypeAlias

from bot.core.inert import one_line
from bot.core.message import Button, File, Mono, Span
from bot.drawing.whole import Typed
from bot.views.words import size

Note: TypeAlias = tuple[Span, ...]

MESSAGE_FILE = "message.txt"
NOTE_MAX_CHARS = 120
"""A note takes no more; one about buttons may take more."""
SHORTENED: Note = ("Shortened. There is more of it than has room here.",)
"""Says that parts of a message are missing, where no file can come along."""


def rest_in(name: str, text: str) -> Note:
    """Say that what stands above is the beginning of a text, and where all of it is."""
    return (f"The beginning. All of it ({_extent(text)}) is in ", Mono(name), ".")


def rest_of(text: str) -> Note:
    """Say that what stands above is the beginning of a text, where no file can come along."""
    return (f"The beginning. All of it has {_extent(text)}.",)


def not_all(text: str) -> Note:
    """Say that parts of the message are missing, and where all of it is."""
    extent = size(len(text.encode()))
    return (f"Shortened. The whole message ({extent}) is in ", Mono(MESSAGE_FILE), ".")


def too_large(file: File, platform: str) -> Note:
    """Say that a stored file cannot come along."""
    where = "The same command on Halyard's own machine gives it."
    extent = size(file.size_bytes)
    return (Mono(one_line(file.name)), f" ({extent}) is too large for {platform}. {where}")


def without(buttons: Sequence[Button], typed: Typed) -> Note:
    """Say which buttons there would be, and what to type instead; nothing if none is missing."""
    if not buttons:
        return ()
    spans: list[Span] = ["No room for these buttons: "]
    for button in buttons:
        between = ", " if len(spans) > 1 else ""
        spans += [f"{between}{one_line(button.label)} (", Mono(typed(button.call)), ")"]
    return tuple(spans)


def _extent(text: str) -> str:
    lines = text.removesuffix("\n").count("\n") + 1
    return f"{lines:,} {'line' if lines == 1 else 'lines'}, {size(len(text.encode()))}"
