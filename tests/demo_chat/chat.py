"""What a demo knows of a chat, whichever it is."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.api import ActorId

PROJECT = "demo"
ANN, BOB = "ann", "bob"
"""An admin, and somebody who may do nothing yet."""
CHANNEL = "general"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """An emulated chat with two people, and a channel that will be about a small project."""

    name: str
    """For people."""
    page: str
    channel: str
    """As commands name it."""
    admin: ActorId
    section: str
    """Its name in halyard.yaml."""
    settings: Mapping[str, str]
    secrets: Mapping[str, str]
    """Setting -> what is stored for it."""
    typed: Callable[[str, Mapping[str, str]], str]
    """Writes a command with its values as people type it there."""
    connected: Callable[[], Awaitable[object]]
    """Returns once Halyard hears and can be typed to."""

    def sections(self, folder: Path) -> Mapping[str, Any]:
        """Return its part of halyard.yaml; what is secret is stored in the folder."""
        named = {setting: f"{self.section}-{setting}".replace("_", "-") for setting in self.secrets}
        for setting, name in named.items():
            file = folder / name
            file.write_text(self.secrets[setting])
            file.chmod(0o600)
        return {
            "credentials": {name: {"file": str(folder / name)} for name in named.values()},
            self.section: {**self.settings, **named},
        }


def merged(chats: Sequence[Chat], folder: Path) -> Mapping[str, Any]:
    """Return what halyard.yaml says of all of them."""
    parts = [chat.sections(folder) for chat in chats]
    credentials = {name: value for part in parts for name, value in part["credentials"].items()}
    whole = {name: value for part in parts for name, value in part.items()}
    return {**whole, "credentials": credentials, "admins": [chat.admin for chat in chats]}
