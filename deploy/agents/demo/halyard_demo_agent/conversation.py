"""Conversations, kept in the home folder so that a later process can go on with them."""

import json
import os
import re
import uuid
from dataclasses import asdict, dataclass, field
from pathlib import Path

FOLDER = ".halyard-demo/conversations"
"""Below the home folder."""
ID = re.compile(r"[0-9a-f]{32}")


@dataclass(slots=True, kw_only=True)
class Conversation:
    """What the agent remembers of one session of the protocol."""

    id: str
    tasks: list[str] = field(default_factory=list)
    tokens: int = 0
    """All that was read and said, at four characters a token."""
    allowed: list[str] = field(default_factory=list)
    """Kinds of tool calls that the person said to stop asking for."""


class Conversations:
    """The conversations below one home folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def start(self) -> Conversation:
        """Return a new one, kept from now on."""
        conversation = Conversation(id=uuid.uuid4().hex)
        self.keep(conversation)
        return conversation

    def find(self, id_: str) -> Conversation | None:
        """Return what an earlier process kept, if it did."""
        path = self._path(id_)
        if not ID.fullmatch(id_) or not path.exists():
            return None
        return Conversation(**json.loads(path.read_text()))

    def keep(self, conversation: Conversation) -> None:
        """Put it on the disk, whole or not at all."""
        path = self._path(conversation.id)
        draft = path.with_suffix(".new")
        with draft.open("w") as file:
            json.dump(asdict(conversation), file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)

    def _path(self, id_: str) -> Path:
        return self._folder / f"{id_}.json"
