"""Takes apart what the Engine sends of a container's log. Pure.

Each entry is one frame: the stream's number, three zeros, the length as four bytes; then the stamp
of RFC 3339 with nine digits of a second, a space, and what was printed. A frame with the number 3
is the Engine's own: it says why it cannot read on.
"""

from calendar import timegm
from time import strptime
from typing import NamedTuple

from engine.ports.hosts import Stream

HEADER_BYTES = 8
STAMP_BYTES = 30
SECOND_BYTES = len("2006-01-02T15:04:05")
ENTRY_MAX_BYTES = 1024 * 1024
"""The Engine cuts lines at 16 KiB; a longer frame is no log."""

STREAMS = {1: Stream.STDOUT, 2: Stream.STDERR}
ENGINE = 3


class Entry(NamedTuple):
    """One record of the log: a line, or a piece of a line over 16 KiB."""

    stream: Stream
    stamp_ns: int
    text: bytes


class Frames:
    """Makes entries of bytes, in whatever portions they come."""

    def __init__(self) -> None:
        self.refusal = ""
        """What the Engine said when it could not read on, if it did."""
        self._rest = b""
        self._second = b""
        self._second_ns = 0

    def feed(self, data: bytes) -> list[Entry]:
        """Return the entries that are whole now.

        Raises:
            ValueError: these bytes are no log of a container.
        """
        data = self._rest + data
        entries = []
        start, size = 0, len(data)
        while size - start >= HEADER_BYTES:
            body = start + HEADER_BYTES
            end = body + int.from_bytes(data[start + 4 : body], "big")
            if end - body > ENTRY_MAX_BYTES:
                raise ValueError("A frame of the log is too long.")
            if end > size:
                break
            if data[start] == ENGINE:
                self.refusal = data[body:end].decode(errors="replace").strip()
            else:
                entries.append(self._entry(data, start, end))
            start = end
        self._rest = data[start:]
        return entries

    def _entry(self, data: bytes, start: int, end: int) -> Entry:
        stream = STREAMS.get(data[start])
        text = start + HEADER_BYTES + STAMP_BYTES + 1
        if stream is None or text > end or data[text - 2 : text] != b"Z ":
            raise ValueError("A frame of the log has no stream or no stamp.")
        second = data[start + HEADER_BYTES : start + HEADER_BYTES + SECOND_BYTES]
        if second != self._second:
            # Reading a date is slow, and a busy log has many lines in a second.
            self._second_ns = timegm(strptime(second.decode(), "%Y-%m-%dT%H:%M:%S")) * 10**9
            self._second = second
        nanos = int(data[start + HEADER_BYTES + SECOND_BYTES + 1 : text - 2])
        return Entry(stream, self._second_ns + nanos, data[text:end])
