"""What was counted, as one table."""

from collections import Counter
from collections.abc import Mapping

from tests.chaos_chat.books import Books, is_late


def summary(books: Books) -> str:
    """Return what was counted, as one table."""
    rows = [*_said_rows(books).items(), *_held_rows(books).items()]
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"  {name:<{width}}  {count:>6,}" for name, count in rows)


def _said_rows(books: Books) -> Mapping[str, int]:
    kept = [one for one in books.asked if not one.is_form]
    acknowledged = [one for one in kept if one.is_acknowledged]
    heard = [one for one in books.spoken if one.key in books.received]
    cut = [one for one in kept if one.is_cut and one.key in books.received]
    return {
        "commands, clicks and forms": len(kept),
        "  acknowledged": len(acknowledged),
        "  of these answered once": sum(len(one.answers) == 1 for one in acknowledged),
        "  not acknowledged": len(kept) - len(acknowledged),
        "  of these kept, with the acknowledgement lost": len(cut),
        "plain messages": len(books.spoken),
        "  of these for Halyard": sum(one.is_for_us for one in books.spoken),
        "  heard": len(heard),
    }


def _held_rows(books: Books) -> Mapping[str, int]:
    outcomes = Counter(row["outcome"] for row in books.inbox)
    cards = sum(bool(row["card"]) for row in books.deliveries)
    answers = sum(row["answers"] is not None for row in books.deliveries)
    return {
        "kept in the inbox": len(books.inbox),
        **{f"  {outcome or 'unanswered'}": outcomes[outcome] for outcome in sorted(outcomes)},
        "sessions": len(books.sessions),
        "  shared with another channel": len(books.mirrors),
        "tasks": len(books.tasks),
        "turns that agents ended": len(books.reports),
        "deliveries": len(books.deliveries),
        "  cards": cards,
        "  answers": answers,
        "    too late, and shown by a line": sum(map(is_late, books.deliveries)),
        "  posts": len(books.deliveries) - cards - answers,
        "messages that people see": len(books.shown),
    }
