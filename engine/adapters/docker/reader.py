"""Joins the entries of a log to lines and finds the place to go on from. Pure.

The Engine cannot be asked for "what comes behind this entry": `since=` scans the whole file and
knows one stamp for both streams. So a window is asked for, the last N entries or all of them, and
what lies before the cursor is skipped here. Within a window of all entries they are counted. In a
smaller one each stream skips up to the entry that it consumed last, known by its stamp. As soon as
it is found everything behind it is new, whatever the host's clock does; no line is handed on
before it is found.
"""

from collections.abc import Iterable

from engine.adapters.docker.frames import Entry
from engine.adapters.docker.kept import kept_bytes
from engine.domain.attempt import Cursor, Mark
from engine.ports.hosts import LogLine, Stream

MARGIN_NS = 10**9
"""By how much entries of the two streams may be out of order against each other."""
LINE_MAX_BYTES = 16 * 1024 * 1024
"""A longer line is handed on in parts of this size, so that none can fill our memory."""
FIRST_TAIL = 100
"""Little is new at most restarts, and after one many logs are read at once [measured: with 50 long
logs, all sessions answered after 7 to 8 s with 2,000, and after 4.3 s with 100]."""
GROWTH = 8


class Misplaced(Exception):
    """The window does not hold the place of the cursor, or it cannot be told; take a wider one."""


def first_tail(cursor: Cursor) -> int | None:
    """Return how many entries to ask for first; none stands for all."""
    return _bounded(FIRST_TAIL, cursor)


def wider(tail: int | None, cursor: Cursor) -> int | None:
    """Return what to ask for where `tail` was not enough."""
    return _bounded(tail * GROWTH, cursor) if tail else None


def _bounded(tail: int, cursor: Cursor) -> int | None:
    consumed = cursor.stdout.ordinal + cursor.stderr.ordinal
    return None if cursor.stepped or tail >= consumed else tail


def is_behind(now_s: float, cursor: Cursor) -> bool:
    """Whether the host's clock went back behind the cursor, so that no stamp can be trusted."""
    newest_ns = max(cursor.stdout.stamp_ns, cursor.stderr.stamp_ns)
    # The clock is read off the answer's Date, which is cut to whole seconds.
    return (now_s + 1) * 10**9 < newest_ns


class _Track:
    """One stream: how far it was consumed, and the pieces of a line that is not whole yet."""

    def __init__(self, mark: Mark) -> None:
        self.mark = mark
        self.stamp_ns = mark.stamp_ns
        self.number = mark.number
        self.ordinal = mark.ordinal
        self.pieces: list[bytes] = []
        self.pieces_bytes = 0
        self.first_ns = 0
        self.entries = 0
        """Of which the last line was made."""
        self.is_new = mark.ordinal == 0
        self._skipped = 0

    def skips_by_count(self) -> bool:
        """Whether the next entry was consumed, in a window of all entries."""
        self._skipped += 1
        self.is_new = self._skipped == self.mark.ordinal
        return True

    def skips_by_stamp(self, stamp_ns: int, window_ns: int) -> bool:
        """Whether the next entry was consumed, in a window that starts at `window_ns`."""
        if stamp_ns < self.mark.stamp_ns:
            return True
        if stamp_ns == self.mark.stamp_ns:
            self._skipped += 1
            self.is_new = self._skipped == self.mark.number
            return True
        self.is_new = self.mark.stamp_ns < window_ns
        if not self.is_new:
            raise Misplaced  # The last consumed entry should have come before this one.
        return False

    def is_missing(self, window_ns: int) -> bool:
        """Whether the entry that was consumed last should be in the window and was not seen."""
        return not self.is_new and self.mark.stamp_ns >= window_ns

    def take(self, stamp_ns: int, text: bytes) -> bytes | None:
        """Consume an entry; return the line that it completes, if it does."""
        if not self.pieces:
            self.first_ns = stamp_ns
        self.number = self.number + 1 if stamp_ns == self.stamp_ns else 1
        self.stamp_ns = stamp_ns
        self.ordinal += 1
        is_whole = text.endswith(b"\n")
        if is_whole and not self.pieces:
            line = text[:-1]
        else:
            self.pieces.append(text)
            self.pieces_bytes += len(text)
            if not is_whole and self.pieces_bytes < LINE_MAX_BYTES:
                return None
            line = b"".join(self.pieces).removesuffix(b"\n")
            self.pieces, self.pieces_bytes = [], 0
        self.entries = self.ordinal - self.mark.ordinal
        self.mark = Mark(self.stamp_ns, self.number, self.ordinal)
        return line


class Reader:
    """Yields the lines behind a cursor, from one connection that shows the last `tail` entries."""

    def __init__(self, cursor: Cursor, tail: int | None) -> None:
        self._floor_ns = cursor.floor_ns
        self._stepped = cursor.stepped
        self._is_whole = tail is None
        self._window_ns: int | None = None
        self._is_sure = tail is None
        self._stdout = _Track(cursor.stdout)
        self._stderr = _Track(cursor.stderr)
        self._latest_ns = max(cursor.stdout.stamp_ns, cursor.stderr.stamp_ns)

    def read(self, entries: Iterable[Entry]) -> list[LogLine]:
        """Return the lines that are whole now.

        Raises:
            Misplaced: the place is not in the window; what was returned before stays good.
        """
        lines = []
        for stream, stamp_ns, text in entries:
            if self._window_ns is None:
                self._window_ns = self._checked(stamp_ns)
            out = stream is Stream.STDOUT
            track, other = (self._stdout, self._stderr) if out else (self._stderr, self._stdout)
            if not track.is_new and self._skips(track, stamp_ns, self._window_ns):
                continue
            self._watch_clock(track, stamp_ns)
            line = track.take(stamp_ns, text)
            if line is None:
                continue
            if not self._is_sure:
                self._make_sure(self._window_ns)
            self._floor_ns = min(stamp_ns, other.first_ns) if other.pieces else stamp_ns
            kept = kept_bytes(line, track.entries)
            lines.append(LogLine(stream, line, track.first_ns, kept, self._cursor()))
        return lines

    def end(self) -> None:
        """Note that nothing more comes.

        Raises:
            Misplaced: what was skipped may have been new.
        """
        if not self._is_sure:
            self._make_sure(self._window_ns)

    def _make_sure(self, window_ns: int | None) -> None:
        if window_ns is None or any(
            track.is_missing(window_ns) for track in (self._stdout, self._stderr)
        ):
            raise Misplaced
        self._is_sure = True

    def _cursor(self) -> Cursor:
        return Cursor(self._stdout.mark, self._stderr.mark, self._floor_ns, self._stepped)

    def _skips(self, track: _Track, stamp_ns: int, window_ns: int) -> bool:
        if self._is_whole:
            return track.skips_by_count()
        return track.skips_by_stamp(stamp_ns, window_ns)

    def _checked(self, window_ns: int) -> int:
        if not self._is_whole and window_ns >= self._floor_ns - MARGIN_NS:
            raise Misplaced
        return window_ns

    def _watch_clock(self, track: _Track, stamp_ns: int) -> None:
        if stamp_ns < track.stamp_ns or stamp_ns < self._latest_ns - MARGIN_NS:
            self._stepped = True
        self._latest_ns = max(self._latest_ns, stamp_ns)
