"""One message of Slack before it is sent, and how it is stored."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from bot.drawing.attached import Attached, file_of, plain_file

Block: TypeAlias = Mapping[str, Any]
"""Of Block Kit, as JSON."""

UNREAD: Mapping[str, Any] = {"parse": "none", "link_names": False}
"""Slack makes no mention and no link of what only looks like one."""
UNSEEN: Mapping[str, Any] = {"mrkdwn": False, "unfurl_links": False, "unfurl_media": False}
"""No markup in the text beside the blocks, and no preview of an address, whatever names one."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One message of Slack."""

    text: str
    """What a notification shows and a screen reader reads: escaped, and never empty."""
    blocks: Sequence[Block]
    """All that is seen; none where a message is there for its files alone."""
    files: tuple[Attached, ...] = ()

    def posted(self) -> dict[str, Any]:
        """Return it, without its files, as `chat.postMessage` takes it."""
        return {**self.edited(), **UNSEEN}

    def edited(self) -> dict[str, Any]:
        """Return it, without its files, as `chat.update` takes it; it replaces all."""
        return {"text": self.text, "blocks": list(self.blocks), **UNREAD}

    def encode(self) -> str:
        """Return it as text that `decode` reads."""
        files = [plain_file(file) for file in self.files]
        plain = {"text": self.text, "blocks": self.blocks, "files": files}
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def decode(cls, encoded: str) -> "Draft":
        """Return the draft that `encode` made this text of."""
        plain = json.loads(encoded)
        return cls(plain["text"], plain["blocks"], tuple(file_of(f) for f in plain["files"]))
