"""Blocks of a message as Slack's own."""

from collections.abc import Sequence

from bot.core.inert import inert, one_line
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
from bot.drawing.attached import Load, stored
from bot.drawing.notes import too_large
from bot.drawing.split import (
    BEGINNING_MAX_CHARS,
    BEGINNING_MAX_LINES,
    SHOWN_MAX_CHARS,
    beginning,
    utf16_width,
)
from bot.drawing.table import BETWEEN, Grid, entries
from bot.drawing.whole import unmarked
from bot.slack.markup import Element, noted, paragraph, plain, preformatted, quoted, rich, section
from bot.slack.people import NAME
from bot.slack.sheet import Sheet

LOAD = Load(files_max=10, max_bytes=1_000_000_000)
NAME_MAX_CHARS = 256
VALUE_MAX_CHARS = 1024
FIELDS_MAX_CHARS = 5000
"""Of a block of fields, as JSON."""
COLON = ": "


def fill(sheet: Sheet, block: Block) -> None:
    """Show a block on the sheet; buttons have their own place."""
    match block:
        case Text() | Said() | Code():
            _passage(sheet, block)
        case Table():
            _table(sheet, block)
        case Checklist():
            lines = [section([plain(entry)]) for entry in entries(block)]
            sheet.add_as_many(lines, sheet.room)
        case Fields(rows):
            lines = [_field(sheet, name, value) for name, value in rows]
            sheet.add_as_many(lines, FIELDS_MAX_CHARS)
        case File() | Buttons():
            _extra(sheet, block)


def _passage(sheet: Sheet, passage: Passage) -> None:
    match passage:
        case Text():
            _text(sheet, passage)
        case Said(text):
            _said(sheet, inert(text))
        case Code(text):
            _code(sheet, inert(text))


def _text(sheet: Sheet, text: Text) -> None:
    whole = inert(unmarked(text))
    if not whole:
        return
    if len(whole) > sheet.room or not sheet.add(rich(paragraph(text.spans))):
        sheet.attach("text", whole, [section([plain(_begun(whole))])])


def _said(sheet: Sheet, text: str) -> None:
    # A text of a megabyte is not set just to see that it is too long.
    if len(text) > sheet.room or not sheet.add(rich(quoted(text))):
        sheet.attach("said", text, [quoted(_begun(text))])


def _code(sheet: Sheet, text: str) -> None:
    if len(text) > SHOWN_MAX_CHARS or not sheet.add(rich(preformatted(text))):
        sheet.attach("output", text, [preformatted(_begun(text))])


def _begun(text: str) -> str:
    return beginning(text, max_chars=BEGINNING_MAX_CHARS, width=utf16_width)


def _table(sheet: Sheet, table: Table) -> None:
    grid = Grid.of(table)
    if grid.chars > sheet.room or not sheet.add(rich(*_grid(grid))):
        first = grid.first(rows_max=BEGINNING_MAX_LINES, chars_max=BEGINNING_MAX_CHARS)
        sheet.attach("table", "\n".join(grid.lines()), _grid(first))


def _grid(grid: Grid) -> Sequence[Element]:
    """Return a table as one block of code if it is narrow, else as lines that are free to break."""
    if grid.is_narrow:
        return [preformatted("\n".join(grid.lines()))]
    head, *rows = grid.rows
    return [section([plain(BETWEEN.join(head))]), *(_row(row) for row in rows if row)]


def _row(row: Sequence[str]) -> Element:
    first = [plain(row[0], "code")] if row[0] else []
    rest = "".join(f"{BETWEEN}{cell}" for cell in row[1:])
    return section([*first, *([plain(rest)] if rest or not first else [])])


def _field(sheet: Sheet, name: str, value: str) -> Element:
    named = sheet.clip(one_line(name), NAME_MAX_CHARS)
    shown = sheet.clip(inert(value), VALUE_MAX_CHARS)
    return section([plain(named, "bold"), plain(COLON + shown)])


def _extra(sheet: Sheet, block: File | Buttons) -> None:
    if not isinstance(block, File):
        return
    if LOAD.takes(block):
        sheet.files.append(stored(block))
    else:
        sheet.add_as_many([noted(too_large(block, NAME))], sheet.room)
