"""An attempt: the life of one container of a session, and how far its log was read."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from engine.domain.values import ContainerId, HostName, SessionId


@dataclass(frozen=True, slots=True)
class Mark:
    """How far one stream of a container's log was consumed."""

    stamp_ns: int = 0
    """The host's stamp of the last consumed entry."""
    number: int = 0
    """How many entries with that stamp were consumed."""
    ordinal: int = 0
    """How many entries of the stream were consumed in all."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a container's log was consumed. The two streams are not ordered against each other.

    An entry is one record of the log: a line, or a piece of a line over 16 KiB.
    """

    stdout: Mark = field(default_factory=Mark)
    stderr: Mark = field(default_factory=Mark)
    floor_ns: int = 0
    """Every entry that is not consumed comes behind an entry with this stamp or an earlier one."""
    stepped: bool = False
    """Whether the host's clock went back while we read, so that only ordinals can be trusted."""


class Outcome(StrEnum):
    """How a container came to its end."""

    EXITED = "exited"
    """By itself, or because it was told to."""
    OOM = "oom"
    REPLACED = "replaced"
    """Its log was long, and nothing was at work: the next attempt takes over."""
    DISK = "disk"
    """Its log became too large to go on."""
    DAMAGED = "damaged"
    """Its host lost a part of its log, and with it what the agent may be waiting for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One container of a session."""

    session: SessionId
    number: int
    host: HostName
    started_at: datetime
    container: ContainerId | None = None
    """None until the host has answered our create."""
    unlocked: bool = False
    """Whether the entrypoint has confirmed the secrets, so that other traffic may start."""
    cursor: Cursor = field(default_factory=Cursor)
    log_bytes: int = 0
    """What the host keeps of what was consumed of its log, at most."""
    ended_at: datetime | None = None
    exit_code: int | None = None
    outcome: Outcome | None = None
    """Stored before the container is removed, and so before the session moves on."""

    @property
    def heard_at(self) -> datetime:
        """When it said what was last consumed, by the host's clock, or when it started."""
        newest_ns = max(self.cursor.stdout.stamp_ns, self.cursor.stderr.stamp_ns)
        return datetime.fromtimestamp(newest_ns / 10**9, UTC) if newest_ns else self.started_at
