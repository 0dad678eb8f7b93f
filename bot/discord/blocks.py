"""Blocks of a message as lines of an embed's description."""

from collections.abc import Sequence

from bot.core.inert import inert
from bot.core.message import (
    Block,
    Buttons,
    Checklist,
    Code,
    Fields,
    File,
    Passage,
    Said,
    Table,
    Text,
)
from bot.discord.body import LOAD, NAME
from bot.discord.markup import escaped, fenced, mono, quoted, small, standing, standing_width
from bot.discord.sheet import Sheet
from bot.discord.spans import noted, paragraph
from bot.drawing.attached import stored
from bot.drawing.notes import too_large
from bot.drawing.split import (
    BEGINNING_MAX_CHARS,
    BEGINNING_MAX_LINES,
    SHOWN_MAX_CHARS,
    beginning,
)
from bot.drawing.table import BETWEEN, Grid, entries
from bot.drawing.whole import unmarked


def fill(sheet: Sheet, block: Block) -> None:
    """Show a block on the sheet; fields and buttons have their own places."""
    match block:
        case Text() | Said() | Code():
            _passage(sheet, block)
        case Table():
            _table(sheet, block)
        case Checklist():
            sheet.add_lines(escaped(entry) for entry in entries(block))
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


def _text(sheet: Sheet, text: Text) -> None:
    plain = unmarked(text)
    if len(plain) > sheet.room or not sheet.add(paragraph(text.spans)):
        sheet.attach("text", inert(plain), _begun(inert(plain)))


def _said(sheet: Sheet, text: str) -> None:
    # A text of a megabyte is not escaped just to see that it is too long.
    if len(text) > sheet.room or not sheet.add(quoted(standing(text))):
        sheet.attach("said", text, quoted(_begun(text)))


def _begun(text: str) -> str:
    return standing(beginning(text, max_chars=BEGINNING_MAX_CHARS, width=standing_width))


def _code(sheet: Sheet, text: str) -> None:
    if len(text) > SHOWN_MAX_CHARS or not sheet.add(fenced(text)):
        first = beginning(text, max_chars=BEGINNING_MAX_CHARS, width=standing_width)
        sheet.attach("output", text, fenced(first))


def _table(sheet: Sheet, table: Table) -> None:
    grid = Grid.of(table)
    if grid.chars > sheet.room or not sheet.add(_grid(grid)):
        first = grid.first(rows_max=BEGINNING_MAX_LINES, chars_max=BEGINNING_MAX_CHARS)
        sheet.attach("table", "\n".join(grid.lines()), _grid(first))


def _file(sheet: Sheet, file: File) -> None:
    if LOAD.takes(file):
        sheet.files.append(stored(file))
    else:
        sheet.add_lines([noted(too_large(file, NAME))])


def _grid(grid: Grid) -> str:
    """Return a table as one block of code if it is narrow, else as lines that are free to break."""
    if grid.is_narrow:
        return fenced("\n".join(grid.lines()))
    head, *rows = grid.rows
    return "\n".join([small(escaped(BETWEEN.join(head))), *(_row(row) for row in rows if row)])


def _row(row: Sequence[str]) -> str:
    return mono(row[0]) + escaped("".join(f"{BETWEEN}{cell}" for cell in row[1:]))
