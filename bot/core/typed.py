"""A command as it is typed in a chat, and back.

The path comes first. An option is `name=value` or `--name value`; what has no name goes by its
place. A value with spaces stands in quotes, of any kind that keyboards make; a text may also do
without, and then goes on to the end, whatever is in it.
"""

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any

from bot.core.call import Call
from bot.core.command import Command
from bot.core.option import Option
from bot.core.registry import Registry
from bot.core.words import placed, split_path
from engine.api import InvalidInput

_QUOTES = {
    '"': '"',
    "'": "'",
    "\u201c": '\u201d\u201c"',
    "\u201e": '\u201c\u201d"',
    "\u2018": "\u2019'",
    "\u201a": "\u2018\u2019",
    "\u00ab": "\u00bb",
    "\u00bb": "\u00ab",
}
"""What ends a quote, by what begins it: phones type other ones than keyboards."""
_QUOTED = {
    begin: re.compile(rf"{begin}((?:\\.|[^\\])*?)[{ends}](?=\s|$)", re.DOTALL)
    for begin, ends in _QUOTES.items()
}
_ESCAPED = re.compile(rf"\\([\\{''.join(_QUOTES)}\u201d\u2019])")
_HEAD = re.compile(r"(?:--|[\u2013\u2014])([a-z][a-z_]*)(?:=|\s+)|([a-z][a-z_]*)=")
"""A name with what stands before its value; phones make one long dash of two."""
_BEGIN = re.compile(r"\S")
_WORD = re.compile(r"\S*")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Word:
    """A word in its place in a text."""

    name: str
    """Of `name=value`; empty if it has none."""
    value: str
    is_quoted: bool
    start: int
    value_start: int
    end: int


def parse(text: str, registry: Registry) -> Call:
    """Return the call that `text` types.

    Raises:
        NotFound: there is no such command.
        InvalidInput: a value is given twice, or one too many.
    """
    command, rest = split_command(text, registry)
    return Call(command.path, values_of(command, rest, {}))


def typed(call: Call) -> str:
    """Return text that `parse` makes this call of."""
    return " ".join([call.path, *(f"{n}={_quoted(value)}" for n, value in call.values.items())])


def split_command(text: str, registry: Registry) -> tuple[Command[Any], str]:
    """Split the command at the beginning of `text` from what stands behind it.

    Raises:
        NotFound: there is no such command.
    """
    # Phones begin every message with a capital.
    command, _ = split_path([word.lower() for word in text.split(maxsplit=2)[:2]], registry)
    count = len(command.path.split())
    behind = text.split(maxsplit=count)[count:]
    return command, behind[0].rstrip() if behind else ""


def values_of(command: Command[Any], text: str, assumed: Mapping[str, str]) -> dict[str, str]:
    """Return the values that `text` gives a command; what is `assumed` it need not give.

    Raises:
        InvalidInput: a value is given twice, or one too many.
    """
    options = {option.name: option for option in command.options}
    known = {name: value for name, value in assumed.items() if name in options}
    values: dict[str, str] = {}
    loose: list[str] = []
    for word in _words(text):
        rest = _rest_place(command, {**known, **values}, len(loose))
        if word.name in options or (word.name and rest is None):
            _name(values, options, word, text)
            if len(values[word.name]) > len(word.value):
                break
        elif rest is None or _is_whole(word, text, options.keys()):
            loose.append(word.value)
        else:
            raw = text[word.start :]
            loose.append(raw if rest.is_prose else " ".join(raw.split()))
            break
    given = {**known, **values}
    return given | placed(command, given, loose)


def _name(values: dict[str, str], options: Mapping[str, Option], word: _Word, text: str) -> None:
    if word.name in values:
        raise InvalidInput(f"{word.name} is given twice.")
    option = options.get(word.name)
    is_open = option is not None and option.is_prose and not word.is_quoted
    values[word.name] = text[word.value_start :] if is_open else word.value


def _rest_place(command: Command[Any], given: Mapping[str, str], count: int) -> Option | None:
    """Return the option that takes all that is left, if the next word belongs to it."""
    places = [option for option in command.positionals if option.name not in given]
    is_last = count == len(places) - 1
    return places[-1] if is_last and places[-1].takes_rest else None


def _is_whole(word: _Word, text: str, names: Set[str]) -> bool:
    """Whether the word is a whole text: in quotes, and with only options behind it."""
    return word.is_quoted and all(w.name in names for w in _words(text, word.end))


def _words(text: str, start: int = 0) -> Iterator[_Word]:
    while begin := _BEGIN.search(text, start):
        word = _word_at(text, begin.start())
        yield word
        start = word.end


def _word_at(text: str, start: int) -> _Word:
    head = _HEAD.match(text, start)
    name = (head[1] or head[2]) if head else ""
    value_start = head.end() if head else start
    quoted = _QUOTED.get(text[value_start : value_start + 1])
    whole = quoted.match(text, value_start) if quoted else None
    found = whole or next(_WORD.finditer(text, value_start))
    return _Word(
        name=name,
        value=_ESCAPED.sub(r"\1", whole[1]) if whole else found[0],
        is_quoted=whole is not None,
        start=start,
        value_start=value_start,
        end=found.end(),
    )


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
