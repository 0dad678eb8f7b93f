"""One message of Discord before it is sent, and how it is stored."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from engine.api import FileId

Body: TypeAlias = Mapping[str, Any]
"""As Discord's REST takes it."""


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
class Draft:
    """One message of Discord."""

    body: Body
    files: tuple[Attached, ...] = ()

    def encode(self) -> str:
        """Return it as text that `decode` reads."""
        plain = {"body": self.body, "files": [_plain(file) for file in self.files]}
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def decode(cls, encoded: str) -> "Draft":
        """Return the draft that `encode` made this text of."""
        plain = json.loads(encoded)
        return cls(plain["body"], tuple(_attached(file) for file in plain["files"]))


def _plain(file: Attached) -> dict[str, str | int]:
    match file:
        case Made(name, text):
            return {"name": name, "text": text}
        case Stored(name, id_, size_bytes):
            return {"name": name, "file": id_, "size_bytes": size_bytes}


def _attached(plain: Mapping[str, Any]) -> Attached:
    if "text" in plain:
        return Made(plain["name"], plain["text"])
    return Stored(plain["name"], FileId(plain["file"]), plain["size_bytes"])
