"""Files that come along with a message, and how they are stored."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any, TypeAlias

from bot.core.inert import one_line
from bot.core.message import File
from engine.api import FileId

NAME_MAX_CHARS = 100
SUFFIX_MAX_CHARS = 10
UTF8_MAX_BYTES = 4
"""What one character takes at most."""


@dataclass(frozen=True, slots=True)
class Made:
    """A file made of text that was too long to show."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that lies in the data folder."""

    name: str
    file: FileId
    size_bytes: int


Attached: TypeAlias = Made | Stored


@dataclass(frozen=True, slots=True)
class Names:
    """Gives each file that is made for a message a name of its own."""

    _given: Counter[str] = field(default_factory=Counter)

    def next(self, stem: str) -> str:
        """Return `stem.txt`, with a number from the second on."""
        self._given[stem] += 1
        count = self._given[stem]
        return f"{stem}.txt" if count == 1 else f"{stem}-{count}.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How many files a platform takes with one message."""

    files_max: int
    max_bytes: int
    """Of one file, and of all that come with one message."""

    def takes(self, file: File) -> bool:
        """Whether a file of this size can come along."""
        return file.size_bytes <= self.max_bytes

    def divided(self, files: Sequence[Attached]) -> list[tuple[Attached, ...]]:
        """Divide files over messages, in order, each with names that differ; at least one."""
        loads: list[list[Attached]] = [[]]
        weight_bytes = 0
        for file in (piece for whole in files for piece in self._pieces(whole)):
            weight_bytes += _weight_bytes(file)
            is_full = len(loads[-1]) == self.files_max
            if is_full or (loads[-1] and weight_bytes > self.max_bytes):
                loads.append([])
                weight_bytes = _weight_bytes(file)
            loads[-1].append(file)
        return [_named_apart(load) for load in loads]

    def _pieces(self, file: Attached) -> list[Attached]:
        """Return a text that is too long for one file as several."""
        if not isinstance(file, Made) or _weight_bytes(file) <= self.max_bytes:
            return [file]
        size = self.max_bytes // UTF8_MAX_BYTES
        starts = range(0, len(file.text), size)
        return [Made(file.name, file.text[at : at + size]) for at in starts]


def stored(file: File) -> Stored:
    """Return a stored file under a name that says what it is and can do nothing else."""
    return Stored(_safe(file.name), file.file, file.size_bytes)


def plain_file(file: Attached) -> dict[str, str | int]:
    """Return a file as JSON that `file_of` reads."""
    match file:
        case Made(name, text):
            return {"name": name, "text": text}
        case Stored(name, id_, size_bytes):
            return {"name": name, "file": id_, "size_bytes": size_bytes}


def file_of(plain: Mapping[str, Any]) -> Attached:
    """Return the file that `plain_file` made this of."""
    if "text" in plain:
        return Made(plain["name"], plain["text"])
    return Stored(plain["name"], FileId(plain["file"]), plain["size_bytes"])


def _weight_bytes(file: Attached) -> int:
    return len(file.text.encode()) if isinstance(file, Made) else file.size_bytes


def _named_apart(files: Sequence[Attached]) -> tuple[Attached, ...]:
    named: dict[str, Attached] = {}
    for file in files:
        name = file.name if file.name not in named else f"{len(named) + 1}-{file.name}"
        named[name] = replace(file, name=name)
    return tuple(named.values())


def _safe(name: str) -> str:
    plain = "".join(c if c.isalnum() or c in "._-" else "_" for c in one_line(name)) or "file"
    suffix = PurePath(plain).suffix
    end = suffix if len(suffix) <= SUFFIX_MAX_CHARS else ""
    return plain if len(plain) <= NAME_MAX_CHARS else plain[: NAME_MAX_CHARS - len(end)] + end
