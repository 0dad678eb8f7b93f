"""Events: append-only facts with one order. Everything that people see is derived from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from engine.domain.values import EventNumber, Json, SessionId, TaskId


class EventKind(StrEnum):
    """What an event tells; the comment names the keys of its data."""

    SESSION = "session"
    """state, was, trigger, why, reason, host, attempt"""
    TASK = "task"
    """state, was, trigger, why, number, stop_reason; when queued or edited also text, edited,
    place (where it was said) and speaker"""
    TURN = "turn"
    """A turn ended: number, stop_reason, seconds, input_tokens, output_tokens (claims)"""
    TEXT = "text"
    """text, message (the agent's id of it): what the agent says, neighbouring chunks joined"""
    THOUGHT = "thought"
    """text, message"""
    TOOL = "tool"
    """id, and what the agent sent of: title, kind, status, locations, content, rawInput ..."""
    PLAN = "plan"
    """entries: content, priority, status"""
    USAGE = "usage"
    """used, size, claimed_microusd: gauges, as the agent claims them"""
    COMPACTION = "compaction"
    """used_before, used"""
    APPROVAL = "approval"
    """approval, number, state, title, kind, subject, detail, by, scope, left_s"""
    JOB = "job"
    """job, kind, state, why, and what it made: file, name, bytes, branch, commit, text"""
    NOISE = "noise"
    """text: lines on the agent's stdout that are no protocol"""
    STDERR = "stderr"
    """text: lines on the agent's stderr"""
    RAW = "raw"
    """message: what the agent sent and we have no word for, whole"""
    GAP = "gap"
    """why, since, until: a range of the log that may be lost"""
    ALERT = "alert"
    """alert, severity, fingerprint, text, state (open or closed)"""
    HOST = "host"
    """host, state, was, why"""
    PROJECT = "project"
    """project, state (added or removed)"""
    SHARE = "share"
    """mirror, name, channel, by, state (shared or unshared)"""
    LINK = "link"
    """actor, others (whom they are linked with, or no more), conversation, by, state (linked or
    unlinked)"""
    ACCESS = "access"
    """subject, role, project (none: everywhere), by, state (granted or revoked)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """A fact, before the store has given it its place."""

    kind: EventKind
    at: datetime
    session: SessionId | None = None
    task: TaskId | None = None
    data: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fact in its place."""

    number: EventNumber
    kind: EventKind
    at: datetime
    session: SessionId | None
    task: TaskId | None
    data: Mapping[str, Json]


def of_few_sessions(events: Sequence[Event], most: int) -> Sequence[Event]:
    """Return as many of the first events as concern no more than `most` sessions."""
    sessions: set[SessionId] = set()
    for count, event in enumerate(events):
        if event.session is not None:
            sessions.add(event.session)
        if len(sessions) > most:
            return events[:count]
    return events
