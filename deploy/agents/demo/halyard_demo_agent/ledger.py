"""What the agent received and sent, kept where nothing that happens to Halyard can reach it."""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

FILE = ".halyard-demo/ledger.jsonl"
"""Below the home folder."""


class Ledger:
    """Numbered entries, one JSON object a line, each on the disk before its call returns.

    `n` counts from 1 and goes on over all processes of one home; no number is used twice. A text
    is written down before it is sent, so all that was ever sent is here, and what is here was sent
    unless the process died at that moment. The writes block: that is what keeps an entry and its
    sending together when a turn is cancelled between two awaits.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a+b", buffering=0)
        self._next = self._mended() + 1

    def add(self, kind: str, **facts: object) -> None:
        """Write down one thing that happened."""
        self._append([{"n": self._next, "kind": kind, **facts}])

    def add_texts(self, session: str, texts: Iterable[str]) -> Sequence[str]:
        """Write down texts that are about to be sent and return them with their numbers."""
        numbered = [f"[{number}] {text}" for number, text in enumerate(texts, self._next)]
        self._append(
            {"n": number, "kind": "text", "session": session, "text": text}
            for number, text in enumerate(numbered, self._next)
        )
        return numbered

    def _append(self, entries: Iterable[Mapping[str, object]]) -> None:
        lines = [json.dumps(entry) for entry in entries]
        self._file.write("".join(f"{line}\n" for line in lines).encode())
        os.fsync(self._file.fileno())
        self._next += len(lines)

    def _mended(self) -> int:
        """Cut off a line that an earlier process died in, and return the last number."""
        self._file.seek(0)
        whole, newline, _torn = self._file.read().rpartition(b"\n")
        self._file.truncate(len(whole) + len(newline))
        return int(json.loads(whole.rpartition(b"\n")[2])["n"]) if whole else 0
