"""What a scenario did in the engine, so that two faces can be held against each other."""

from collections.abc import Iterator, Mapping, Sequence

from engine.api import ActorId, Event, EventKind

STATES = frozenset({EventKind.TASK, EventKind.APPROVAL, EventKind.JOB, EventKind.SESSION})
QUIET = frozenset({"placing", "preparing", "starting", "ready", "working", "stopping"})
"""States of a session that depend on how fast a host is."""


def effects_of(events: Sequence[Event], names: Mapping[ActorId, str]) -> list[str]:
    """Return one line for each change of state: what, into which, the words of it, and by whom."""
    lines = (_line(event, names) for event in events if event.kind in STATES)
    return [line for line in lines if line]


def _line(event: Event, names: Mapping[ActorId, str]) -> str:
    if event.kind is EventKind.SESSION and event.data["state"] in QUIET:
        return ""
    what = event.data["kind"] if event.kind is EventKind.JOB else event.kind
    return " ".join([f"{what} {event.data['state']}", *_details(event, names)])


def _details(event: Event, names: Mapping[ActorId, str]) -> Iterator[str]:
    for key in ("reason", "text", "stop_reason"):
        if event.kind is not EventKind.JOB and event.data.get(key):
            yield str(event.data[key])
    by = event.data.get("by") if event.kind is EventKind.APPROVAL else event.data.get("actor")
    is_new = event.kind is not EventKind.TASK or event.data.get("was") is None
    if by and is_new:
        yield f"by {names[ActorId(str(by))]}"
