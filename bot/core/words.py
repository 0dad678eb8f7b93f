"""Words of a command, as every face that hears words reads them."""

import re
from collections.abc import Mapping, Sequence, Set
from typing import Any

from bot.core.command import Command
from bot.core.registry import Registry
from engine.api import InvalidInput

NAMED = re.compile(r"([a-z][a-z_]*)=(.*)", re.DOTALL)


def split_path(words: Sequence[str], registry: Registry) -> tuple[Command[Any], Sequence[str]]:
    """Split the words that name a command from those behind.

    Raises:
        NotFound: there is no such command.
    """
    for length in (2, 1):
        path = " ".join(words[:length])
        if path in registry:
            return registry.find(path), words[length:]
    return registry.find(" ".join(word for word in words[:2] if not word.startswith("-"))), ()


def split_named(word: str, names: Set[str]) -> tuple[str, str]:
    """Split `name=value`; the name is empty if it is a text that only looks like it."""
    match = NAMED.fullmatch(word)
    if match is None or (match[1] not in names and " " in word):
        return "", word
    return match[1], match[2]


def placed(
    command: Command[Any], values: Mapping[str, str], loose: Sequence[str]
) -> dict[str, str]:
    """Return the values of words without a name, which go by their places.

    What is left at the end belongs to the last text, so that a task needs no quotes.

    Raises:
        InvalidInput: there is one too many.
    """
    places = [option for option in command.positionals if option.name not in values]
    if places and len(loose) > len(places) and places[-1].takes_rest:
        head, tail = loose[: len(places) - 1], loose[len(places) - 1 :]
        loose = [*head, " ".join(tail)]
    if len(loose) > len(places):
        extra = loose[len(places)]
        raise InvalidInput(f"What is {extra[:40]!r}? Give it as name=value, or quote the text.")
    return {option.name: word for option, word in zip(places, loose, strict=False)}
