"""What is said where not all can be shown. No text can say the same: its small type is escaped."""

from collections.abc import Sequence

from bot.core.inert import one_line
from bot.core.message import Button, File
from bot.discord.buttons import typed
from bot.discord.markup import escaped, mono, small
from bot.views.words import size

MESSAGE_FILE = "message.txt"
NOTE_MAX_CHARS = 120
"""A note takes no more; one about buttons may take more."""


def rest_in(name: str, text: str) -> str:
    """Say that what stands above is the beginning of a text, and where all of it is."""
    lines = text.removesuffix("\n").count("\n") + 1
    extent = f"{lines:,} {'line' if lines == 1 else 'lines'}, {size(len(text.encode()))}"
    return small(f"The beginning. All of it ({extent}) is in {mono(name)}.")


def not_all(text: str) -> str:
    """Say that parts of the message are missing, and where all of it is."""
    extent = size(len(text.encode()))
    return small(f"Shortened. The whole message ({extent}) is in {mono(MESSAGE_FILE)}.")


def too_large(file: File) -> str:
    """Say that a stored file cannot come along."""
    name = mono(one_line(file.name))
    where = "The same command on Halyard's own machine gives it."
    return small(f"{name} ({size(file.size_bytes)}) is too large for Discord. {where}")


def without(buttons: Sequence[Button]) -> str:
    """Say which buttons there would be, and what to type instead; nothing if none is missing."""
    if not buttons:
        return ""
    listed = ", ".join(f"{escaped(one_line(b.label))} ({mono(typed(b.call))})" for b in buttons)
    return small(f"No room for these buttons: {listed}")
