"""Lines on their way from a log into a transaction, and how many of them are safe to take.

A secret may be cut into pieces by the stream. While the end of what the agent says may be the
beginning of one, neither text nor cursor passes that line: the container's log is the buffer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.ports.agents import Heard, Said, Thought
from engine.ports.hosts import LogLine


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a container's log, and what it says."""

    log: LogLine
    heard: Heard | None
    """None for a line on stderr."""


def safe_count(lines: Sequence[Line], held_from: int) -> int:
    """Return how many of `lines` can be taken when the text of the last run is held from there.

    `held_from` counts characters of the text that `open_text` returns.
    """
    start = _open_start(lines)
    passed = 0
    for index in range(start, len(lines)):
        heard = lines[index].heard
        if isinstance(heard, Said | Thought):
            passed += len(heard.text)
            if passed > held_from:
                return index
    return len(lines)


def open_text(lines: Sequence[Line]) -> str:
    """Return the text at the end of `lines` that the next line may go on with."""
    tail = lines[_open_start(lines) :]
    return "".join(line.heard.text for line in tail if isinstance(line.heard, Said | Thought))


def _open_start(lines: Sequence[Line]) -> int:
    """Return where the last run of what the agent says or thinks begins; stderr may be between."""
    start = len(lines)
    kind: type[Said | Thought] | None = None
    for index in range(len(lines) - 1, -1, -1):
        heard = lines[index].heard
        if heard is None:
            continue
        if not isinstance(heard, Said | Thought) or kind not in {None, type(heard)}:
            break
        kind = type(heard)
        start = index
    return start
