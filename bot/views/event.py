"""Events as one line each."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from bot.views.words import context_of, duration, shortened
from engine.api import Event, EventKind, Json

Data: TypeAlias = Mapping[str, Json]
LINE_MAX_CHARS = 100


def line_of(event: Event) -> str:
    """Return what the event tells, on one line."""
    return shortened(_LINES[event.kind](event.data), max_chars=LINE_MAX_CHARS)


def word(data: Data, key: str) -> str:
    """Return a value of an event as text; nothing if it is not there."""
    value = data.get(key)
    return "" if value is None else str(value)


def with_why(sentence: str, data: Data) -> str:
    """Return `sentence` with the event's reason behind it, if it has one."""
    why = word(data, "why")
    return f"{sentence}: {why}" if why else sentence


def _session(data: Data) -> str:
    reason = word(data, "reason")
    ended = f" ({reason})" if word(data, "state") == "ended" and reason else ""
    return with_why(f"{word(data, 'state')}{ended}", data)


def _task(data: Data) -> str:
    text = word(data, "text")
    said = f": {text}" if text else ""
    return with_why(f"task {word(data, 'number')} {word(data, 'state')}{said}", data)


def _turn(data: Data) -> str:
    seconds = data.get("seconds")
    took = f" after {duration(seconds)}" if isinstance(seconds, int | float) else ""
    return f"turn ended: {word(data, 'stop_reason')}{took}"


def _tool(data: Data) -> str:
    return f"{word(data, 'title') or word(data, 'id')} {word(data, 'status')}".strip()


def _plan(data: Data) -> str:
    entries = data.get("entries")
    listed = [e for e in entries if isinstance(e, Mapping)] if isinstance(entries, list) else []
    done = sum(entry.get("status") == "completed" for entry in listed)
    return f"{done} of {len(listed)} steps done"


def _approval(data: Data) -> str:
    by = f" by {word(data, 'by')}" if data.get("by") else ""
    return f"approval {word(data, 'number')} {word(data, 'state')}{by}: {word(data, 'title')}"


def _job(data: Data) -> str:
    return with_why(f"{word(data, 'kind')} {word(data, 'state')}", data)


def _share(data: Data) -> str:
    with_ = "shared with" if word(data, "state") == "shared" else "no longer shared with"
    return f"{with_} {word(data, 'channel')} by {word(data, 'by')}"


def _link(data: Data) -> str:
    with_ = "linked with" if word(data, "state") == "linked" else "no longer linked with"
    return f"{word(data, 'actor')} {with_} {word(data, 'others')} by {word(data, 'by')}"


def _access(data: Data) -> str:
    where = f"on {word(data, 'project')}" if data.get("project") else "everywhere"
    what = f"{word(data, 'role')} {where} for {word(data, 'subject')}"
    return f"{what} {word(data, 'state')} by {word(data, 'by')}"


def _text(data: Data) -> str:
    return word(data, "text")


_LINES: Mapping[EventKind, Callable[[Data], str]] = {
    EventKind.SESSION: _session,
    EventKind.TASK: _task,
    EventKind.TURN: _turn,
    EventKind.TEXT: _text,
    EventKind.THOUGHT: _text,
    EventKind.TOOL: _tool,
    EventKind.PLAN: _plan,
    EventKind.USAGE: context_of,
    EventKind.COMPACTION: lambda data: (
        f"context compacted from {word(data, 'used_before')} to {word(data, 'used')} tokens"
    ),
    EventKind.APPROVAL: _approval,
    EventKind.JOB: _job,
    EventKind.NOISE: _text,
    EventKind.STDERR: _text,
    EventKind.RAW: lambda data: word(data, "message"),
    EventKind.GAP: lambda data: with_why("a range of the log may be lost", data),
    EventKind.ALERT: lambda data: (
        f"alert {word(data, 'state')} ({word(data, 'severity')}): {word(data, 'text')}"
    ),
    EventKind.HOST: lambda data: with_why(
        f"host {word(data, 'host')} is {word(data, 'state')}", data
    ),
    EventKind.PROJECT: lambda data: f"project {word(data, 'project')} {word(data, 'state')}",
    EventKind.SHARE: _share,
    EventKind.LINK: _link,
    EventKind.ACCESS: _access,
}
"""Every kind, so that a new one cannot be forgotten: a test compares."""
