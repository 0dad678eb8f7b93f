"""A message as one embed with buttons below."""

from collections.abc import Mapping
from typing import Any

from bot.core.inert import inert, one_line
from bot.core.message import Fields, Message, Tone
from bot.discord.blocks import fill
from bot.discord.body import body_of, calling, drafts
from bot.discord.buttons import board_of, rows_of, typed
from bot.discord.draft import Draft
from bot.discord.markup import guarded
from bot.discord.sheet import Sheet
from bot.discord.spans import noted
from bot.drawing.attached import Made
from bot.drawing.board import Board
from bot.drawing.notes import MESSAGE_FILE, NOTE_MAX_CHARS, not_all, without
from bot.drawing.split import utf16_width
from bot.drawing.whole import whole

TOTAL_MAX_CHARS = 6000
TITLE_MAX_CHARS = 256
DESCRIPTION_MAX_CHARS = 4096
FIELDS_MAX = 25
NAME_MAX_CHARS = 256
VALUE_MAX_CHARS = 1024
FIELDS_MAX_CHARS = 2500
"""What all fields may take of the total; so there is always room for the rest."""
FOOTER_MAX_CHARS = 500
"""Of 2048: a footer is one small line."""
INLINE_MAX_CHARS = 40
"""Values that are no longer stand beside each other."""
COLORS: Mapping[Tone, int] = {Tone.NEUTRAL: 0x5B7083, Tone.GOOD: 0x2E8B57, Tone.BAD: 0xC0392B}


def embedded(message: Message) -> tuple[Draft, ...]:
    """Return a message as an embed; in more than one draft only if it has more than ten files."""
    sheet = Sheet(
        total=TOTAL_MAX_CHARS - NOTE_MAX_CHARS, description=DESCRIPTION_MAX_CHARS - NOTE_MAX_CHARS
    )
    layout = board_of(message)
    embed = _frame(message, sheet)
    for block in message.blocks:
        fill(sheet, block)
    sheet.add_lines(filter(None, [noted(without(layout.left_out, typed))]))
    _own_up(message, sheet, layout)
    if sheet.shown or not message.title:
        embed["description"] = guarded("\n".join(sheet.shown))
    body = body_of(message, content=calling(message), embeds=[embed], rows=rows_of(layout))
    return drafts([body], sheet.files, message)


def _own_up(message: Message, sheet: Sheet, layout: Board) -> None:
    """Say that something is missing, if so, and bring all of the message as a file."""
    if sheet.is_cut or layout.is_cut:
        text = whole(message, typed)
        sheet.files.append(Made(MESSAGE_FILE, text))
        sheet.shown.append(noted(not_all(text)))


def _frame(message: Message, sheet: Sheet) -> dict[str, Any]:
    """Return all of the embed but its description."""
    embed: dict[str, Any] = {"color": COLORS[message.tone]}
    if message.title:
        embed["title"] = sheet.clip(one_line(message.title), TITLE_MAX_CHARS)
    if message.footer:
        embed["footer"] = {"text": _footer(message.footer, sheet)}
    embed["fields"] = _fields(message, sheet)
    return embed


def _footer(footer: str, sheet: Sheet) -> str:
    """Return a footer, which is the one text that Discord reads no markup in."""
    text = one_line(footer)
    shown = text if len(text) <= FOOTER_MAX_CHARS else f"{text[: FOOTER_MAX_CHARS - 1]}…"
    sheet.is_cut |= shown != text
    return sheet.take(shown)


def _fields(message: Message, sheet: Sheet) -> list[dict[str, Any]]:
    rows = [row for block in message.blocks if isinstance(block, Fields) for row in block.rows]
    fields: list[dict[str, Any]] = []
    room = FIELDS_MAX_CHARS
    for name, value in rows[:FIELDS_MAX]:
        field = _field(name, value, sheet)
        room -= utf16_width(field["name"] + field["value"])
        if room < 0:
            break
        fields.append(field)
    sheet.is_cut |= len(fields) < len(rows)
    return fields


def _field(name: str, value: str, sheet: Sheet) -> dict[str, Any]:
    shown = sheet.clip(inert(value), VALUE_MAX_CHARS)
    return {
        "name": sheet.clip(one_line(name), NAME_MAX_CHARS),
        "value": shown,
        "inline": len(shown) <= INLINE_MAX_CHARS and "\n" not in shown,
    }
