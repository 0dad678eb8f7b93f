"""What a person sees of a message, read back from what a face was sent.

Where faces may differ is listed in `normalisations.py`; each place here that makes use of one
names it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.core.call import Call

EPHEMERAL = 1 << 6


class Visibility(StrEnum):
    PUBLIC = "public"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A message as it is seen, whatever shows it."""

    title: str = ""
    text: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    buttons: tuple[tuple[str, Call], ...] = ()
    files: tuple[str, ...] = ()
    visibility: Visibility = Visibility.PUBLIC
    whole: str = ""
    """All of it as one text: of a message that is shortened, and of one that could be."""


def compared(shown: Seen, told: Seen) -> tuple[Seen, Seen]:
    """Return what a face shows, and what programs are told, so that equal means the same."""
    if shown.whole:  # whole
        shown, told = _flat(shown), _flat(told)
    return _normal(shown), _normal(told)


def squeezed(text: str) -> str:
    """Return a text without what does not count in it."""
    return re.sub(r"[\s·\u200b]+", "", text)  # space


def _flat(seen: Seen) -> Seen:
    return replace(seen, title="", text=seen.whole, fields=())


def _normal(seen: Seen) -> Seen:
    return replace(
        seen,
        title=squeezed(seen.title),
        text=squeezed(seen.text),
        fields=tuple((squeezed(name), squeezed(value)) for name, value in seen.fields),
        buttons=tuple(_buttons(seen.buttons)),
        files=tuple(re.sub(r"[^0-9A-Za-z.]", "", name)[:50] for name in seen.files),  # name
        whole="",
    )


def _buttons(buttons: Iterable[tuple[str, Call]]) -> Iterable[tuple[str, Call]]:
    seen = set()
    for label, call in buttons:  # button
        if call.encode() not in seen:
            yield squeezed(label.partition(" · ")[0]), call
        seen.add(call.encode())
