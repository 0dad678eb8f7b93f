"""A diff on a terminal."""

from collections.abc import Mapping

from rich.console import Console
from rich.text import Text

from bot.core.inert import one_line

STYLES: Mapping[str, str] = {
    "diff --git": "bold",
    "+++": "bold",
    "---": "bold",
    "@@": "cyan",
    "+": "green",
    "-": "red",
}
"""Start of a line -> how it looks; the first that fits."""


def print_diff(console: Console, diff: bytes) -> None:
    """Print a diff with colours, its text made inert."""
    for line in diff.decode(errors="replace").splitlines():
        console.print(Text(one_line(line), style=_style(line)), soft_wrap=True)


def _style(line: str) -> str:
    return next((style for start, style in STYLES.items() if line.startswith(start)), "")
