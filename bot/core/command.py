"""A command, declared once for every face.

The options of a command are the fields of a frozen dataclass. From it come the typed value that
the handler receives, the arguments of the command line, the option list that a platform shows and
the text of `help`.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Any, Generic, TypeVar

from bot.core.context import Context
from bot.core.message import Message
from bot.core.option import Option, options_of
from engine.api import Engine, InvalidInput, Permission

ArgsT = TypeVar("ArgsT")


@dataclass(frozen=True, kw_only=True)
class Command(Generic[ArgsT]):
    """One thing that a person can ask for."""

    path: str
    doc: str
    permission: Permission | None
    """What it takes; none if it is about what the asker has said, or about Halyard itself."""
    args: type[ArgsT]
    handler: Callable[[Context, ArgsT], Message]
    public: bool
    """Whether all in the conversation see the answer. Discord must know before it is made."""
    look: Callable[[Engine, ArgsT], Awaitable[object]] | None = None
    """Looks outside before the transaction opens, so that the handler answers from fresh rows.

    A handler runs inside a transaction, where no outside call can stand.
    """

    @cached_property
    def options(self) -> tuple[Option, ...]:
        """The fields of `args`, in order."""
        return options_of(self.args)

    @property
    def positionals(self) -> tuple[Option, ...]:
        """What may be given without a name, in order: the required ones, else the first."""
        required = tuple(option for option in self.options if option.required)
        return required or self.options[:1]

    def run(self, context: Context, values: Mapping[str, str]) -> Message:
        """Handle the values that a face delivered."""
        return self.handler(context, self.bind(values))

    def bind(self, values: Mapping[str, str]) -> ArgsT:
        """Return `args` made of `values`.

        Raises:
            InvalidInput: a value is missing, malformed or unknown.
        """
        known = {option.name: option for option in self.options}
        for name in values:
            if name not in known:
                raise InvalidInput(self._unknown(name, known))
        for option in known.values():
            if option.required and option.name not in values:
                raise InvalidInput(f"{option.name} is missing: {lowered(option.doc)}.")
        given: dict[str, Any] = {
            known[name].field: known[name].parse(text) for name, text in values.items()
        }
        return self.args(**given)

    def _unknown(self, name: str, known: Mapping[str, Option]) -> str:
        near = get_close_matches(name, known, n=1)
        if near:
            return f"{self.path} has no option {name[:40]!r}; did you mean {near[0]}?"
        return f"{self.path} has no option {name[:40]!r}; it has: {', '.join(known) or 'none'}."


def lowered(doc: str) -> str:
    """Return a line of documentation as the middle of a sentence."""
    return doc[:1].lower() + doc[1:]
