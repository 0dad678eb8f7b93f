"""Small values shared by the whole domain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType, TypeAlias

ActorId = NewType("ActorId", str)
"""Who asks, by an immutable id of the platform: `local:1000`."""
AgentName = NewType("AgentName", str)
ApprovalId = NewType("ApprovalId", str)
ContainerId = NewType("ContainerId", str)
DeliveryId = NewType("DeliveryId", str)
"""20 characters, so that a platform takes it as the name of a message of ours."""
EnvironmentName = NewType("EnvironmentName", str)
EventNumber = NewType("EventNumber", int)
"""Place in the one order of all events; starts at 1, grows, may have gaps."""
FileId = NewType("FileId", str)
"""SHA-256 of a file's bytes, in hex."""
GroupId = NewType("GroupId", str)
"""A group of a platform, by immutable ids: `discord-role:<guild>:<role>`, or
`slack-group:<team>:<group>`."""
HostName = NewType("HostName", str)
InboxKey = NewType("InboxKey", str)
"""The thing said, so that hearing it again does it once."""
InstallationId = NewType("InstallationId", str)
"""Made with the database; in every name and label on every host."""
JobId = NewType("JobId", str)
MirrorId = NewType("MirrorId", str)
ProjectName = NewType("ProjectName", str)
RpcId = NewType("RpcId", str)
"""Id of a JSON-RPC request, as its JSON text: an agent may use numbers or strings."""
SessionId = NewType("SessionId", str)
Subject = NewType("Subject", str)
"""Whom a grant is made out to: an actor or a group, by its id."""
TaskId = NewType("TaskId", str)

Json: TypeAlias = "Mapping[str, Json] | Sequence[Json] | str | int | float | bool | None"


class Network(StrEnum):
    """What an agent's container can reach."""

    NONE = "none"
    JAIL = "jail"


class Permission(StrEnum):
    """What an actor may be allowed to do; a command names exactly one."""

    VIEW = "view"
    PROMPT = "prompt"
    DECIDE = "decide"
    MANAGE = "manage"
    GRANT = "grant"


@dataclass(frozen=True, slots=True)
class Conversation:
    """Where something is said. Opaque to the engine: only the faces read it."""

    platform: str
    space: str
    channel: str
    thread: str

    @property
    def place(self) -> str:
        """Return it as one word that is the same for no other."""
        return f"{self.platform}:{self.space}/{self.channel}/{self.thread}"


@dataclass(frozen=True, slots=True)
class Whence:
    """Where something was said, and what its speaker is called there."""

    conversation: Conversation
    speaker: str = ""
    """As the platform shows them, in nobody's control but their own; empty if it did not tell."""
