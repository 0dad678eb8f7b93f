"""Blocks of a message as lines of an embed's description."""

from collections.abc import Iterable, Mapping, Sequence

from bot.core.inert import inert, one_line
from bot.core.message import (
    Block,
    Buttons,
    Checklist,
    Code,
    Fields,
    File,
    Mono,
    Passage,
    Person,
    Said,
    Span,
    Table,
    Text,
    When,
)
from bot.discord.body import is_sendable, stored
from bot.discord.markup import ago, discord_id, escaped, fenced, is_mono, mono, quoted, standing
from bot.discord.notes import too_large
from bot.discord.sheet import Sheet
from bot.discord.split import beginning
from bot.discord.table import Grid
from bot.discord.whole import unmarked

SHOWN_MAX_CHARS = 1500
"""Output that is longer becomes a file."""
BEGINNING_MAX_CHARS = 700
"""What is then shown of it."""
BEGINNING_MAX_LINES = 10
TICKS: Mapping[str, str] = {"completed": "✅", "in_progress": "▶️", "pending": "⬜"}
"""Status of a plan's entry -> its sign."""


def fill(sheet: Sheet, block: Block) -> None:
    """Show a block on the sheet; fields and buttons have their own places."""
    match block:
        case Text() | Said() | Code():
            _passage(sheet, block)
        case Table():
            _table(sheet, block)
        case Checklist(items):
            sheet.add_lines(
                f"{TICKS.get(s, '❔')} {escaped(one_line(entry))}" for s, entry in items
            )
        case File():
            _file(sheet, block)
        case Fields() | Buttons():
            pass


def _passage(sheet: Sheet, passage: Passage) -> None:
    match passage:
        case Text():
            _text(sheet, passage)
        case Said(text):
            _said(sheet, inert(text))
        case Code(text):
            _code(sheet, inert(text))


def _text(sheet: Sheet, paragraph: Text) -> None:
    text = unmarked(paragraph)
    if len(text) > sheet.room or not sheet.add(_paragraph(paragraph.spans)):
        sheet.attach("text", inert(text), _begun(inert(text)))


def _said(sheet: Sheet, text: str) -> None:
    # A text of a megabyte is not escaped just to see that it is too long.
    if len(text) > sheet.room or not sheet.add(quoted(standing(text))):
        sheet.attach("said", text, quoted(_begun(text)))


def _begun(text: str) -> str:
    return standing(beginning(text, max_chars=BEGINNING_MAX_CHARS))


def _code(sheet: Sheet, text: str) -> None:
    if len(text) > SHOWN_MAX_CHARS or not sheet.add(fenced(text)):
        first = beginning(text, max_chars=BEGINNING_MAX_CHARS, max_lines=BEGINNING_MAX_LINES)
        sheet.attach("output", text, fenced(first))


def _table(sheet: Sheet, table: Table) -> None:
    grid = Grid.of(table)
    if grid.chars > sheet.room or not sheet.add("\n".join(grid.markup())):
        first = grid.first(rows_max=BEGINNING_MAX_LINES, chars_max=BEGINNING_MAX_CHARS)
        sheet.attach("table", "\n".join(grid.lines()), "\n".join(first.markup()))


def _file(sheet: Sheet, file: File) -> None:
    if is_sendable(file):
        sheet.files.append(stored(file))
    else:
        sheet.add_lines([too_large(file)])


def _paragraph(spans: Sequence[Span]) -> str:
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
