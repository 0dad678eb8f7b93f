"""All that is counted: what was said, told, stored and written down."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.chaos.kills import Kill
from tests.chaos.ledgers import Ledger, ledgers_of
from tests.chaos.speaker import Saying, Speaker
from tests.chaos.story import Story
from tests.halyard import Halyard, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """All that is counted, read once everything has come to rest."""

    said: Sequence[Saying]
    contradictions: Sequence[str]
    told: Sequence[int]
    """The numbers of the events that the stream told."""
    kills: Sequence[Kill]
    streams: Sequence[str]
    """Names of the sessions that were to stream without a pause."""
    ledgers: Mapping[str, Ledger]
    sessions: Sequence[Row]
    tasks: Sequence[Row]
    approvals: Sequence[Row]
    inbox: Sequence[Row]
    jobs: Sequence[Row]
    messages: Sequence[Row]
    events: Sequence[Row]

    def names(self) -> Mapping[str, str]:
        """Id of a session -> its name."""
        return {row["id"]: f"{row['project']}-{row['number']}" for row in self.sessions}

    def data(self, kind: str) -> Iterator[tuple[Row, Mapping[str, Any]]]:
        """Yield the events of a kind, each with its data."""
        return ((row, json.loads(row["data"])) for row in self.events if row["kind"] == kind)

    def text_of(self, session: str) -> str:
        """Return all that a session's agent said, as the events have it."""
        return "".join(data["text"] for row, data in self.data("text") if row["session"] == session)


def books_of(
    halyard: Halyard,
    story: Story,
    speaker: Speaker,
    *,
    kills: Sequence[Kill],
    streams: Sequence[str],
) -> Books:
    """Read everything that is counted."""
    return Books(
        said=speaker.said,
        contradictions=speaker.contradictions,
        told=[event.number for event in story.events],
        kills=kills,
        streams=streams,
        ledgers=ledgers_of(halyard),
        sessions=_all(halyard, "session"),
        tasks=_all(halyard, "task"),
        approvals=_all(halyard, "approval"),
        jobs=_all(halyard, "job"),
        messages=_all(halyard, "message"),
        inbox=_all(halyard, "inbox"),
        events=halyard.rows("SELECT * FROM event ORDER BY number"),
    )


def unknown_tasks(books: Books) -> Sequence[str]:
    """Return the task of each event that tells that one became unknown."""
    return [row["task"] for row, data in books.data("task") if data["state"] == "unknown"]


def rates(books: Books) -> Sequence[float]:
    """Return how many texts a second each stream sent, from its first to its last."""
    return [
        _rate(books, session) for session, name in books.names().items() if name in books.streams
    ]


def _rate(books: Books, session: str) -> float:
    at = [row["at"] for row, _ in books.data("text") if row["session"] == session]
    first, last = (datetime.fromisoformat(moment) for moment in (at[0], at[-1]))
    return len(books.ledgers[session].texts) / (last - first).total_seconds()


def _all(halyard: Halyard, table: str) -> Sequence[Row]:
    return halyard.rows(f"SELECT * FROM {table} ORDER BY seq")  # noqa: S608 - our own words
