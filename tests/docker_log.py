"""The Engine's form of a container's log, for tests."""

import struct
from datetime import UTC, datetime

from engine.adapters.docker.frames import Entry
from engine.ports.hosts import Stream

NUMBERS = {Stream.STDOUT: 1, Stream.STDERR: 2}


def stamp(stamp_ns: int) -> bytes:
    """Return a stamp as the Engine writes it."""
    second, nanos = divmod(stamp_ns, 10**9)
    moment = datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{moment}.{nanos:09d}Z ".encode()


def frame(entry: Entry) -> bytes:
    """Return an entry as the Engine sends it."""
    payload = stamp(entry.stamp_ns) + entry.text
    return struct.pack(">BxxxL", NUMBERS[entry.stream], len(payload)) + payload
