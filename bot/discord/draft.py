"""One message of Discord before it is sent, and how it is stored."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from bot.drawing.attached import Attached, file_of, plain_file

Body: TypeAlias = Mapping[str, Any]
"""As Discord's REST takes it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One message of Discord."""

    body: Body
    files: tuple[Attached, ...] = ()

    def encode(self) -> str:
        """Return it as text that `decode` reads."""
        plain = {"body": self.body, "files": [plain_file(file) for file in self.files]}
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def decode(cls, encoded: str) -> "Draft":
        """Return the draft that `encode` made this text of."""
        plain = json.loads(encoded)
        return cls(plain["body"], tuple(file_of(file) for file in plain["files"]))
