"""The blocks of a message while they are being made."""

from collections.abc import Sequence

from bot.drawing.attached import Attached, Made, Names
from bot.drawing.notes import rest_in, rest_of
from bot.drawing.split import clipped, utf16_width
from bot.slack.markup import Element, noted, rich, weight


class Sheet:
    """Gives out the room of one message, and keeps its blocks and its files."""

    def __init__(self, *, max_chars: int, blocks_max: int, has_files: bool) -> None:
        """Begin with so many characters, as JSON, in so many blocks."""
        self.room = max_chars
        """How many characters one more block may have, as JSON."""
        self._blocks_max = blocks_max
        self._has_files = has_files
        self._names = Names()
        self.shown: list[Element] = []
        self.files: list[Attached] = []
        self.is_cut = False
        """Whether something is neither shown nor in a file of its own."""

    def clip(self, text: str, max_chars: int) -> str:
        """Return a text for a place that has so much room; what is too long is cut."""
        shown = clipped(text, max_chars=max_chars, width=utf16_width)
        self.is_cut |= not shown.is_whole
        return shown.text

    def add(self, block: Element) -> bool:
        """Add a block, if there is room for it."""
        chars = weight(block)
        if chars > self.room or len(self.shown) == self._blocks_max:
            return False
        self.room -= chars
        self.shown.append(block)
        return True

    def add_as_many(self, parts: Sequence[Element], max_chars: int) -> None:
        """Add a block of as many parts as there is room for; what is missing counts as cut."""
        kept: list[Element] = []
        room = min(self.room, max_chars) - weight(rich())
        for part in parts:
            room -= weight(part) + 1
            if room < 0:
                break
            kept.append(part)
        is_whole = len(kept) == len(parts)
        self.is_cut |= not ((not kept or self.add(rich(*kept))) and is_whole)

    def attach(self, stem: str, text: str, beginning: Sequence[Element]) -> None:
        """Make a file of a text, and show its beginning; without room for that it is cut."""
        name = self._names.next(stem)
        note = noted(rest_in(name, text) if self._has_files else rest_of(text))
        if not self.add(rich(*beginning, note)) and not self.add(rich(note)):
            self.is_cut = True
        elif self._has_files:
            self.files.append(Made(name, text))
