"""An embed while it is being filled."""

from collections import Counter
from collections.abc import Iterable

from bot.discord.draft import Attached, Made
from bot.discord.markup import width
from bot.discord.notes import rest_in
from bot.discord.split import clipped


class Sheet:
    """Gives out the room of an embed, and keeps its description and its files."""

    def __init__(self, *, total: int, description: int) -> None:
        """Begin with so many characters in all, and so many of them for the description."""
        self._total, self._description = total, description
        self._made: Counter[str] = Counter()
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
        markup = clipped(text, max_chars=max_chars)
        self.is_cut |= not markup.is_whole
        return self.take(markup.text)

    def take(self, shown: str) -> str:
        """Count what is shown beside the description."""
        self._total -= width(shown)
        return shown

    def add(self, markup: str) -> bool:
        """Add `markup` on a line of its own, if there is room for it."""
        if not markup:
            return True
        if len(markup) > self.room or width(markup) > self.room:
            return False
        self._total -= width(markup) + 1
        self._description -= width(markup) + 1
        self.shown.append(markup)
        return True

    def add_lines(self, lines: Iterable[str]) -> None:
        """Add as many lines as there is room for; what is missing counts as cut."""
        self.is_cut |= not all(self.add(line) for line in lines)

    def attach(self, stem: str, text: str, beginning: str) -> None:
        """Make a file of a text, and show its beginning, which is markup."""
        self._made[stem] += 1
        name = f"{stem}.txt" if self._made[stem] == 1 else f"{stem}-{self._made[stem]}.txt"
        self.files.append(Made(name, text))
        note = rest_in(name, text)
        self.is_cut |= not (self.add(f"{beginning}\n{note}") or self.add(note))
