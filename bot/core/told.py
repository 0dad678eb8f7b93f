"""Events as they are told to readers: as text and back, and what they ask of people."""

import json
from collections.abc import Iterable
from datetime import datetime

from engine.api import (
    ApprovalId,
    ApprovalState,
    Event,
    EventKind,
    EventNumber,
    SessionId,
    TaskId,
)


def encode_event(event: Event) -> str:
    """Return an event as one line that `decode_event` reads."""
    plain = {
        "number": event.number,
        "kind": event.kind,
        "at": event.at.isoformat(),
        "session": event.session,
        "task": event.task,
        "data": event.data,
    }
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def decode_event(encoded: str | bytes) -> Event:
    """Return the event that `encode_event` made this line of."""
    plain = json.loads(encoded)
    return Event(
        number=EventNumber(plain["number"]),
        kind=EventKind(plain["kind"]),
        at=datetime.fromisoformat(plain["at"]),
        session=SessionId(plain["session"]) if plain["session"] else None,
        task=TaskId(plain["task"]) if plain["task"] else None,
        data=plain["data"],
    )


def asked_in(events: Iterable[Event]) -> list[ApprovalId]:
    """Return the questions that the events put to whoever reads them."""
    return [
        ApprovalId(str(event.data["approval"]))
        for event in events
        if event.kind is EventKind.APPROVAL and event.data.get("state") == ApprovalState.OPEN
    ]
