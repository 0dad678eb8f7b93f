"""The workspace's people, channels and user groups: what changes over time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tests.emulators.slack.values import Message


class Kind(StrEnum):
    """What a channel is, as its events call it."""

    PUBLIC = "channel"
    PRIVATE = "group"
    DIRECT = "im"
    GROUP_DIRECT = "mpim"


@dataclass(slots=True, kw_only=True, eq=False)
class Person:
    """A user of the workspace, which the bot is too."""

    id: str
    name: str
    is_bot: bool = False
    is_admin: bool = False
    is_deleted: bool = False
    is_guest: bool = False

    @property
    def mention(self) -> str:
        """The text that mentions them."""
        return f"<@{self.id}>"

    @property
    def email(self) -> str:
        return f"{self.name}@example.com"


@dataclass(slots=True, kw_only=True, eq=False)
class Channel:
    """A conversation."""

    id: str
    name: str
    kind: Kind
    made_at: datetime
    creator_id: str
    topic: str = ""
    is_archived: bool = False
    members: list[str] = field(default_factory=list)
    """Ids, in the order of joining."""
    messages: dict[str, Message] = field(default_factory=dict)
    """By `ts`, in the order of making, ephemeral ones too."""

    threads: dict[str, list[str]] = field(default_factory=dict)
    """The first message of each thread to the replies there have been, oldest first."""

    def keep(self, message: Message) -> None:
        """Have a message, or have it as it is now."""
        if message.is_reply and message.ts not in self.messages:
            self.threads.setdefault(str(message.thread_ts), []).append(message.ts)
        self.messages[message.ts] = message

    def replies(self, ts: str) -> list[Message]:
        """The replies to a message that all see, oldest first."""
        found = [self.messages.get(reply) for reply in self.threads.get(ts, ())]
        return [message for message in found if message and message.seen_only_by is None]


@dataclass(slots=True, kw_only=True, eq=False)
class Usergroup:
    """A user group, which is mentioned by its handle."""

    id: str
    handle: str
    name: str
    made_at: datetime
    members: list[str] = field(default_factory=list)
    is_disabled: bool = False
