"""The language that agents speak: lines to and from a program, without any I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from engine.domain.approval import Choice
from engine.domain.values import Json, RpcId


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of what the agent says."""

    text: str
    message: str
    """The agent's id of the message that it belongs to, if it gave one."""


@dataclass(frozen=True, slots=True)
class Thought:
    """A piece of what the agent thinks aloud."""

    text: str
    message: str


@dataclass(frozen=True, slots=True)
class ToolCall:
    """News of a tool call; the same id again adds to what is known of it."""

    id: str
    fields: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Planned:
    """The whole plan, in place of the one before."""

    entries: Sequence[Mapping[str, Json]]


@dataclass(frozen=True, slots=True)
class Used:
    """How full the context is, and what the agent claims to have spent so far in all."""

    used: int
    size: int
    claimed_microusd: int | None


@dataclass(frozen=True, slots=True)
class Asked:
    """The agent waits for a permission."""

    rpc_id: RpcId
    title: str
    kind: str
    subject: str
    detail: Mapping[str, Json]
    choices: Sequence[Choice]


@dataclass(frozen=True, slots=True)
class Requested:
    """The agent asks for something that we do not do."""

    rpc_id: RpcId
    method: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The response to a request of ours; `error` is empty if it went well."""

    rpc_id: RpcId
    result: Mapping[str, Json]
    error: str


@dataclass(frozen=True, slots=True)
class Other:
    """A message of the protocol that we have no word for."""

    message: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Junk:
    """A line that is no message of the protocol."""

    text: str


Heard: TypeAlias = (
    Said | Thought | ToolCall | Planned | Used | Asked | Requested | Answered | Other | Junk
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a turn ended."""

    stop_reason: str
    input_tokens: int
    output_tokens: int


class AgentLanguage(Protocol):
    """Reads and writes the lines of one protocol. Pure; nothing here can fail on what it reads."""

    def read(self, line: bytes) -> Heard:
        """Return what a line of the agent's stdout says; unsure is `Other` or `Junk`."""
        ...

    def initialize(self, rpc_id: RpcId) -> str:
        """Return the first request."""
        ...

    def new_session(self, rpc_id: RpcId) -> str:
        """Return the request for a session of the agent's own, in the work folder."""
        ...

    def load_session(self, rpc_id: RpcId, agent_session: str) -> str:
        """Return the request to go on with an earlier session."""
        ...

    def prompt(self, rpc_id: RpcId, agent_session: str, text: str) -> str:
        """Return the request for a turn."""
        ...

    def cancel(self, agent_session: str) -> str:
        """Return the notification that cuts the turn."""
        ...

    def choose(self, rpc_id: RpcId, choice: str | None) -> str:
        """Return the answer to a permission request; none cancels it."""
        ...

    def refuse(self, rpc_id: RpcId, method: str) -> str:
        """Return the answer that we do not do this."""
        ...

    def can_load(self, answer: Answered) -> bool:
        """Whether the agent's answer to `initialize` says that it can load sessions."""
        ...

    def session_of(self, answer: Answered) -> str:
        """Return the id in the answer to `new_session`; empty if there is none."""
        ...

    def outcome_of(self, answer: Answered) -> Outcome:
        """Return how the turn of this prompt's answer ended."""
        ...
