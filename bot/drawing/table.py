"""Tables and plans as lines."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.core.inert import one_line
from bot.core.message import Checklist, Table

NARROW_MAX_CHARS = 56
"""What stands on one line of a block of code, on a small screen nearly."""
ALIGNED_MAX_CHARS = 400
"""A line that is longer is easier to read by a program than by a person."""
GAP = "  "
BETWEEN = " · "
TICKS: Mapping[str, str] = {"completed": "✅", "in_progress": "▶️", "pending": "⬜"}
"""Status of a plan's entry -> its sign."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table whose cells are inert, each on one line; the first row is the head."""

    rows: Sequence[Sequence[str]]
    widths: Sequence[int]

    @classmethod
    def of(cls, table: Table) -> "Grid":
        """Return a table as a grid."""
        rows = [[one_line(cell) for cell in row] for row in (table.head, *table.rows)]
        columns = max(map(len, rows))
        widths = [max(len(row[at]) for row in rows if at < len(row)) for at in range(columns)]
        return cls(rows, widths)

    @property
    def chars(self) -> int:
        """How long it is at least."""
        return sum(len(cell) for row in self.rows for cell in row)

    @property
    def line_chars(self) -> int:
        """How long a line is with the columns below each other."""
        return sum(self.widths) + len(GAP) * (len(self.widths) - 1)

    @property
    def is_narrow(self) -> bool:
        """Whether its columns can stand below each other on any screen."""
        return self.line_chars <= NARROW_MAX_CHARS

    def lines(self) -> list[str]:
        """Return it as text, with columns below each other where a person could read that."""
        if self.line_chars > ALIGNED_MAX_CHARS:
            return ["\t".join(row) for row in self.rows]
        return [GAP.join(map(str.ljust, row, self.widths)).rstrip() for row in self.rows]

    def first(self, *, rows_max: int, chars_max: int) -> "Grid":
        """Return the head and as many rows as have no more than so many characters."""
        kept, room = [self.rows[0]], chars_max
        for row in self.rows[1 : rows_max + 1]:
            room -= sum(map(len, row)) + len(BETWEEN) * len(row)
            if room < 0:
                break
            kept.append(row)
        return Grid(kept, self.widths)


def entries(plan: Checklist) -> Iterator[str]:
    """Yield a line for each entry of a plan, with the sign of its status before it."""
    return (f"{TICKS.get(status, '❔')} {one_line(entry)}" for status, entry in plan.items)
