"""The terminal itself: where to print, and how to ask."""

import asyncio
import json
import sys

from rich.console import Console

from engine.api import Json

PIPE_COLUMNS = 1000
"""Lines to a file or a program are not cut at the width of a screen."""


def out() -> Console:
    """Return the way to standard output."""
    is_terminal = sys.stdout.isatty()
    return Console(width=None if is_terminal else PIPE_COLUMNS, highlight=False)


def err() -> Console:
    """Return the way to standard error."""
    is_terminal = sys.stderr.isatty()
    return Console(stderr=True, width=None if is_terminal else PIPE_COLUMNS, highlight=False)


def can_ask() -> bool:
    """Whether a person can be asked here."""
    return sys.stdin.isatty() and sys.stdout.isatty()


async def ask(question: str) -> str:
    """Return what a person answers, in lower case; other work goes on meanwhile.

    Raises:
        CancelledError: they want to leave.
    """
    from prompt_toolkit import PromptSession  # noqa: PLC0415 - slow to import, and seldom asked

    session: PromptSession[str] = PromptSession()
    try:
        return (await session.prompt_async(question, handle_sigint=False)).strip().lower()
    except (KeyboardInterrupt, EOFError):
        raise asyncio.CancelledError from None


def print_json(data: Json) -> None:
    """Print a value for programs: nothing in it can act, for JSON writes controls as escapes."""
    sys.stdout.write(json.dumps(data, indent=2, ensure_ascii=sys.stdout.isatty()) + "\n")
