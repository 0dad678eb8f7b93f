"""Forms: what a command still needs to know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.core.command import Command
from bot.core.option import Option

FILES_STAY = "The files of the message do not come along. Upload them in the session's thread."


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A call that is not complete yet."""

    command: Command[Any]
    values: Mapping[str, str]
    """What is known and is not asked for."""
    fields: tuple[Option, ...]
    """What is asked for."""
    suggested: Mapping[str, str] = field(default_factory=dict)
    """What stands in a field from the beginning."""
    names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What a field offers to choose from, where it does."""


def fields_of(command: Command[Any], values: Mapping[str, str]) -> tuple[Option, ...]:
    """Return what a button of a command has to ask for first; nothing if it can be run as it is.

    That is what it cannot do without, and a text that a person may want to give.
    """
    return tuple(
        option
        for option in command.options
        if option.name not in values and (option.required or option.is_prose)
    )


def without_files(form: Form) -> Form:
    """Return the form with a word at its text that the files of a message stay where they are."""
    told = (replace(f, doc=FILES_STAY) if f.is_prose else f for f in form.fields)
    return replace(form, fields=tuple(told))
