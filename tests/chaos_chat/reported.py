"""Counts what agents said at the end of their turns against what their threads show of it."""

from collections import Counter
from collections.abc import Iterator

from tests.chaos_chat.books import REPORT, Books


def reported(books: Books) -> Iterator[str]:
    """What an agent said at the end of a turn is told once in each thread of its session.

    A mirror hears of what comes after it began, and perhaps of nothing that comes near its end.
    """
    if not books.reports:
        yield "No agent said anything, so it is not known whether it would have been told."
    told = Counter((m.place, number) for m in books.shown for number in m.look.reports)
    home = {row["id"]: row["thread"] for row in books.sessions}
    for row in books.reports:
        (number,) = REPORT.findall(row["text"])
        mirrors = [m for m in books.mirrors if m["session"] == row["session"]]
        heard = [mirror for mirror in mirrors if mirror["since"] < row["number"]]
        for place in (home[row["session"]], *(m["thread"] for m in heard)):
            is_open = all(m["ended_at"] is None for m in heard if m["thread"] == place)
            count = told.pop((place, number), 0)
            if count > 1 or (count == 0 and is_open):
                yield f"Report {number} was made once, and told {count} times in {place}."
    for place, number in told:
        yield f"Report {number} was told in {place}, where it does not belong."
