"""A message as blocks under a title, with buttons below."""

from collections.abc import Mapping, Sequence

from bot.core.inert import one_line
from bot.core.message import Message, Tone
from bot.drawing.attached import Attached, Made
from bot.drawing.board import Board
from bot.drawing.notes import MESSAGE_FILE, SHORTENED, not_all, without
from bot.drawing.speech import readable
from bot.drawing.whole import whole
from bot.slack.blocks import fill
from bot.slack.body import BLOCKS_MAX, FOOTER_MAX_CHARS, MAX_CHARS, called, drafts, fallback, foot
from bot.slack.buttons import board_of, rows_of, typed
from bot.slack.draft import Draft
from bot.slack.markup import Element, noted, paragraph, plain_text, rich, weight
from bot.slack.sheet import Sheet

TITLE_MAX_CHARS = 140
"""Of 150, for the sign before it."""
NOTE_MAX_CHARS = 500
"""What a note takes as JSON."""
BESIDE_MAX_BLOCKS = 9
"""A title, a note, those who are notified, a footer and rows of buttons."""
SIGNS: Mapping[Tone, str] = {Tone.NEUTRAL: "", Tone.GOOD: "✅ ", Tone.BAD: "🔴 "}
"""Before the title: blocks have no colour."""


def laid_out(message: Message) -> tuple[Draft, ...]:
    """Return a message in blocks; in more than one draft only if it has more than ten files."""
    shown, files = _laid_out(message, has_files=True)
    return drafts([Draft(_told(message), shown)], files)


def blocks_of(message: Message) -> list[Element]:
    """Return a message as blocks of a view, where no file can come along."""
    return _laid_out(message, has_files=False)[0]


def _laid_out(message: Message, *, has_files: bool) -> tuple[list[Element], Sequence[Attached]]:
    sheet = Sheet(
        max_chars=MAX_CHARS - NOTE_MAX_CHARS,
        blocks_max=BLOCKS_MAX - BESIDE_MAX_BLOCKS,
        has_files=has_files,
    )
    layout = board_of(message)
    head, rows = _title(message, sheet), rows_of(layout)
    last = foot(sheet.clip(one_line(message.footer), FOOTER_MAX_CHARS))
    sheet.room -= sum(map(weight, (head, rows, last, called(message, ()))))
    for block in message.blocks:
        fill(sheet, block)
    if layout.left_out:
        sheet.add_as_many([noted(without(layout.left_out, typed))], sheet.room)
    own_up = _own_up(message, sheet, layout, has_files=has_files)
    body = [*sheet.shown, *own_up]
    shown = [*head, *body, *called(message, body), *last, *rows]
    return shown or [rich(paragraph(()))], sheet.files


def _title(message: Message, sheet: Sheet) -> list[Element]:
    if not message.title:
        return []
    title = sheet.clip(one_line(message.title), TITLE_MAX_CHARS)
    return [{"type": "header", "text": plain_text(SIGNS[message.tone] + title)}]


def _own_up(message: Message, sheet: Sheet, layout: Board, *, has_files: bool) -> Sequence[Element]:
    """Say that something is missing, if so, and bring all of the message as a file."""
    if not sheet.is_cut and not layout.is_cut:
        return ()
    if not has_files:
        return [rich(noted(SHORTENED))]
    text = whole(message, typed)
    sheet.files.append(Made(MESSAGE_FILE, text))
    return [rich(noted(not_all(text)))]


def _told(message: Message) -> str:
    """Return what a notification shows: what buttons are there for is of no use in it."""
    plain = Message(title=message.title, blocks=readable(message), footer=message.footer)
    return fallback(whole(plain, typed))
