"""An embed while it is being filled."""

from collections.abc import Iterable

from bot.discord.markup import standing, standing_width
from bot.discord.spans import noted
from bot.drawing.attached import Attached, Made, Names
from bot.drawing.notes import rest_in
from bot.drawing.split import clipped, utf16_width


class Sheet:
    """Gives out the room of an embed, and keeps its description and its files."""

    def __init__(self, *, total: int, description: int) -> None:
        """Begin with so many characters in all, and so many of them for the description."""
        self._total, self._description = total, description
        self._names = Names()
        self.shown: list[str] = []
        self.files: list[Attached] = []
        self.is_cut = False
        """Whether something is neither shown nor in a file of its own."""

    @property
    def room(self) -> int:
        """How many characters of markup one more line of the description may have."""
        return min(self._total, self._description) - 1

    def clip(self, text: str, max_chars: int) -> str:
        """Return markup for a place beside the description; what is too long is cut."""
        shown = clipped(text, max_chars=max_chars, width=standing_width)
        self.is_cut |= not shown.is_whole
        return self.take(standing(shown.text))

    def take(self, shown: str) -> str:
        """Count what is shown beside the description."""
        self._total -= utf16_width(shown)
        return shown

    def add(self, markup: str) -> bool:
        """Add `markup` on a line of its own, if there is room for it."""
        if not markup:
            return True
        if len(markup) > self.room or utf16_width(markup) > self.room:
            return False
        self._total -= utf16_width(markup) + 1
        self._description -= utf16_width(markup) + 1
        self.shown.append(markup)
        return True

    def add_lines(self, lines: Iterable[str]) -> None:
        """Add as many lines as there is room for; what is missing counts as cut."""
        self.is_cut |= not all(self.add(line) for line in lines)

    def attach(self, stem: str, text: str, beginning: str) -> None:
        """Make a file of a text, and show its beginning, which is markup."""
        name = self._names.next(stem)
        self.files.append(Made(name, text))
        note = noted(rest_in(name, text))
        self.is_cut |= not (self.add(f"{beginning}\n{note}") or self.add(note))
