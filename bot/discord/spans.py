"""Spans of a paragraph as markup."""

from collections.abc import Iterable, Sequence

from bot.core.inert import inert
from bot.core.message import Mono, Person, Span, When
from bot.discord.markup import ago, discord_id, escaped, is_mono, mono, small
from bot.drawing.notes import Note


def noted(note: Note) -> str:
    """Return a note in small type, which no text can forge: its own is escaped."""
    return small(paragraph(note)) if note else ""


def paragraph(spans: Sequence[Span]) -> str:
    """Return spans as markup."""
    return "".join(_span(span) for span in _joined(_plainer(span) for span in spans))


def _plainer(span: Span) -> Span:
    """Return a span that can look as it should; else the next best."""
    match span:
        case Person(actor) if not discord_id(actor):
            return _plainer(Mono(actor))
        case Mono(text) if not is_mono(text):
            return text
        case _:
            return span


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Return the spans with neighbours of one kind as one: two halves could become markup."""
    joined: list[Span] = []
    for span in spans:
        match joined[-1:], span:
            case [str(before)], str():
                joined[-1] = before + span
            case [Mono(before)], Mono(text):
                joined[-1] = Mono(before + text)
            case _:
                joined.append(span)
    return joined


def _span(span: Span) -> str:
    match span:
        case str():
            return escaped(inert(span))
        case Mono(text):
            return mono(inert(text))
        case Person(actor):
            return f"<@{discord_id(actor)}>"
        case When(at):
            return ago(at)
