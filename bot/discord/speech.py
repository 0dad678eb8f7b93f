"""What an agent or a person said, as plain messages."""

from itertools import islice

from bot.core.inert import one_line
from bot.core.message import Message
from bot.discord.body import LOAD, NAME, body_of, calling, drafts
from bot.discord.buttons import board_of, rows_of, typed
from bot.discord.draft import Draft
from bot.discord.markup import CONTENT_MAX_CHARS, GUARD, escaped, small, standing, standing_width
from bot.discord.spans import noted
from bot.drawing.attached import Attached, Made, stored
from bot.drawing.board import Board
from bot.drawing.notes import MESSAGE_FILE, NOTE_MAX_CHARS, not_all, rest_in, too_large, without
from bot.drawing.speech import files_in, said_in
from bot.drawing.split import beginning, split, utf16_width
from bot.drawing.whole import whole

FOOTER_MAX_CHARS = 300
EXTRA_MAX_CHARS = 400


def speech(message: Message, *, parts_max: int) -> tuple[Draft, ...]:
    """Return it in parts, or its beginning with all of it as a file where they were too many."""
    text, layout = said_in(message), board_of(message)
    foot, files = _foot(message, layout)
    room = CONTENT_MAX_CHARS - utf16_width(f"\n{foot}")
    divided = split(text, max_chars=room, width=standing_width)
    parts = [standing(part) for part in islice(divided, parts_max + 1)]
    if len(parts) > parts_max:
        parts = [_shortened(text, room)]
        files = files or [Made(MESSAGE_FILE, text)]
    *parts, last = parts or [""]
    last = "\n".join(part for part in (last, foot) if part) or GUARD
    bodies = [body_of(message, content=part) for part in parts]
    bodies.append(body_of(message, content=last, rows=rows_of(layout)))
    files += [stored(file) for file in files_in(message) if LOAD.takes(file)]
    return drafts(bodies, files, message)


def _shortened(text: str, room: int) -> str:
    shown = beginning(text, max_chars=room - NOTE_MAX_CHARS, width=standing_width)
    return f"{standing(shown)}\n{noted(rest_in(MESSAGE_FILE, text))}"


def _foot(message: Message, layout: Board) -> tuple[str, list[Attached]]:
    """Return the small lines below, and the whole message as a file if something is left out."""
    footer, missing = one_line(message.footer), without(layout.left_out, typed)
    shown = footer if len(footer) <= FOOTER_MAX_CHARS else f"{footer[:FOOTER_MAX_CHARS]}…"
    below = " · ".join(part for part in (calling(message), escaped(shown)) if part)
    lines = [small(below)] if below else []
    large = (too_large(file, NAME) for file in files_in(message) if not LOAD.takes(file))
    extra = "\n".join(noted(note) for note in (*large, missing) if note)
    if layout.is_cut or shown != footer or len(extra) > EXTRA_MAX_CHARS:
        text = whole(message, typed)
        return "\n".join([*lines, noted(not_all(text))]), [Made(MESSAGE_FILE, text)]
    return "\n".join([*lines, extra] if extra else lines), []
