"""How large the Engine's file of a log grows, told by what is read of it. Pure.

Each entry is a JSON record there, with a stream and a stamp, and characters that have no place in
JSON or HTML are written as escapes: a flood of short lines takes many times the room of its text.
The estimate is made for every line, so it is two passes in C over most of them.
"""

RECORD = r'{"log":"\n","stream":"stdout","time":"2006-01-02T15:04:05.000000000Z"}'
RECORD_BYTES = len(RECORD) + 1
"""Of an entry, beside its text; the file has each on a line."""

DOUBLED = b'"\\\r'
"""Characters that get a backslash."""
SPELLED = b"<>&" + bytes(set(range(0x20)) - set(b"\r\n"))
"""Characters that become a word of six, such as `\\u003c`."""
SPELLED_WIDE = tuple(character.encode() for character in "\u2028\u2029\ufffd")
"""Those of three bytes that do. The last stands for any byte that was no text."""


def kept_bytes(text: bytes, entries: int) -> int:
    """Return how many bytes of the file hold a line that came in so many entries, at most."""
    size = len(text)
    kept = entries * RECORD_BYTES + size
    kept += size - len(text.translate(None, DOUBLED))
    kept += 5 * (size - len(text.translate(None, SPELLED)))
    if not text.isascii():
        kept += 3 * sum(map(text.count, SPELLED_WIDE))
    return kept
