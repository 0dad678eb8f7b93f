"""One option of a command, read off a field of its dataclass."""

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from enum import StrEnum
from keyword import iskeyword
from typing import Any, TypeAlias, get_args, get_type_hints

from engine.api import FileId, InvalidInput

NAME_MAX_CHARS = 500
"""What a name, a path or an address may have; only `Prose` may be longer."""
SHOWN_MAX_CHARS = 60
ATTACHMENTS_MAX = 10
"""Files that may come along with one text."""
ATTACHMENTS_SEPARATOR = "//"
"""Stands in no attachment: a name is never empty and has no slash."""
NO_FILE = FileId("0" * 64)
"""Stands for a file that was not stored yet."""
FILE_ID = re.compile(r"[0-9a-f]{64}")
TRUTH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


@dataclass(frozen=True, slots=True)
class Doc:
    """What an option means, in one line, for the person who types it."""

    text: str


@dataclass(frozen=True, slots=True)
class Complete:
    """What the values are names of, so that a face can offer them: `projects`, `sessions` ..."""

    kind: str


@dataclass(frozen=True, slots=True)
class New:
    """The value names a thing of this kind that is yet to be, so that no face can offer it."""

    kind: str


@dataclass(frozen=True, slots=True)
class Prose:
    """The value is a text for an agent; the use case says how long it may be."""


@dataclass(frozen=True, slots=True)
class Between:
    """The lowest and the highest that a number may be; every number has both."""

    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came along; its bytes were stored before the call was made."""

    file: FileId
    name: str
    """What it was called where it came from, without folders."""

    def encode(self) -> str:
        """Return it as the value of an option."""
        return f"{self.file}/{self.name}"

    @classmethod
    def parse(cls, text: str) -> "Attachment":
        """Return what `encode` made this string of.

        Raises:
            ValueError: it is no such string.
        """
        file, _, name = text.partition("/")
        if not FILE_ID.fullmatch(file) or not name or "/" in name or name in {".", ".."}:
            raise ValueError("not an attachment")
        return cls(FileId(file), name)


@dataclass(frozen=True, slots=True)
class Attachments:
    """Files that came along together."""

    files: tuple[Attachment, ...]

    def encode(self) -> str:
        """Return them as the value of an option."""
        return ATTACHMENTS_SEPARATOR.join(file.encode() for file in self.files)

    @classmethod
    def parse(cls, text: str) -> "Attachments":
        """Return what `encode` made this string of.

        Raises:
            ValueError: it is no such string, or one of more files than may come at once.
        """
        files = text.split(ATTACHMENTS_SEPARATOR) if text else []
        if len(files) > ATTACHMENTS_MAX or not text.isprintable():
            raise ValueError("not attachments")
        return cls(tuple(map(Attachment.parse, files)))


OptionType: TypeAlias = (
    type[str] | type[int] | type[bool] | type[StrEnum] | type[Attachment] | type[Attachments]
)
OptionValue: TypeAlias = str | int | bool | Attachment | Attachments


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option, as every face sees it."""

    name: str
    doc: str
    type: OptionType
    required: bool
    completes: str = ""
    """What its values are names of, or nothing if they are no names."""
    makes: str = ""
    """What its values are names of that are yet to be, such as `projects`."""
    is_prose: bool = False
    between: Between | None = None
    default: str = ""
    """What holds without it, as a person would type it."""

    @property
    def field(self) -> str:
        """What it is called in code, where a name such as `from` means something else."""
        return f"{self.name}_" if iskeyword(self.name) else self.name

    @property
    def choices(self) -> tuple[str, ...]:
        """The only values there are, or none if any value goes."""
        if issubclass(self.type, StrEnum):
            return tuple(self.type)
        return ("yes", "no") if self.type is bool else ()

    @property
    def takes_rest(self) -> bool:
        """Whether words that are left over belong to it: a text, or the name of a command."""
        return self.is_prose or self.completes == "commands"

    @property
    def wanted(self) -> str:
        """What a value must be, for the sentence that refuses another."""
        if self.choices:
            return f"one of: {', '.join(self.choices)}"
        if self.between:
            return f"a whole number from {self.between.lowest} to {self.between.highest}"
        if self.type is Attachments:
            return f"at most {ATTACHMENTS_MAX} files"
        return "a file" if self.type is Attachment else "text"

    def parse(self, text: str) -> OptionValue:
        """Return what was typed, as this option's type.

        Raises:
            InvalidInput: it cannot be read as one.
        """
        if not self.is_prose and self.type is not Attachments:
            self._require_short(text)
        try:
            return self._reader()(text)
        except (KeyError, ValueError):
            raise InvalidInput(
                f"{self.name} must be {self.wanted}, not {text[:SHOWN_MAX_CHARS]!r}."
            ) from None

    def _reader(self) -> Callable[[str], OptionValue]:
        readers: Mapping[OptionType, Callable[[str], OptionValue]] = {
            bool: lambda text: TRUTH[text.lower()],
            int: self._number,
            Attachment: Attachment.parse,
            Attachments: Attachments.parse,
        }
        return readers.get(self.type, self.type)

    def _number(self, text: str) -> int:
        number = int(text)
        if self.between and not self.between.lowest <= number <= self.between.highest:
            raise ValueError("out of bounds")
        return number

    def _require_short(self, text: str) -> None:
        if len(text) > NAME_MAX_CHARS:
            raise InvalidInput(
                f"{self.name} has {len(text):,} characters and may have {NAME_MAX_CHARS}."
            )
        if not text.isprintable():
            raise InvalidInput(f"{self.name} holds control characters; remove them.")


def options_of(args: type[Any]) -> tuple[Option, ...]:
    """Read the options off a dataclass whose fields are `Annotated[type, Doc(...), ...]`."""
    hints = get_type_hints(args, include_extras=True)
    return tuple(
        _option(field.name.removesuffix("_"), hints[field.name], default=field.default)
        for field in fields(args)
    )


def _option(name: str, hint: Any, *, default: object) -> Option:
    type_, doc, *extras = get_args(hint)
    return Option(
        name=name,
        doc=doc.text,
        type=_without_none(type_),
        required=default is MISSING,
        completes=next((extra.kind for extra in extras if isinstance(extra, Complete)), ""),
        makes=next((extra.kind for extra in extras if isinstance(extra, New)), ""),
        is_prose=Prose() in extras,
        between=next((extra for extra in extras if isinstance(extra, Between)), None),
        default=_typed(default),
    )


def _without_none(type_: Any) -> Any:
    """Return `X` of `X | None`, which an option is that has no default of its own."""
    return next((part for part in get_args(type_) if part is not type(None)), type_)


def _typed(default: object) -> str:
    if default is MISSING or default is None:
        return ""
    return ("no", "yes")[default] if isinstance(default, bool) else str(default)
