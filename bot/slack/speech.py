"""What an agent or a person said, in as many messages as it takes."""

from itertools import islice

from bot.core.inert import one_line
from bot.core.message import Message
from bot.drawing.attached import Attached, Made, stored
from bot.drawing.board import Board
from bot.drawing.notes import MESSAGE_FILE, not_all, rest_in, too_large, without
from bot.drawing.speech import files_in, said_in
from bot.drawing.split import beginning, split
from bot.drawing.whole import whole
from bot.slack.blocks import LOAD
from bot.slack.body import MAX_CHARS, called, clipped_footer, drafts, fallback, foot
from bot.slack.buttons import board_of, rows_of, typed
from bot.slack.draft import Draft
from bot.slack.markup import Element, noted, plain, rich, section, weight
from bot.slack.people import NAME

PART_MAX_CHARS = 4000
"""What Slack recommends for a message; here as JSON."""
BESIDE_MAX_CHARS = 700
"""What a part has around its text, and a note below it, as JSON."""
EXTRA_MAX_CHARS = 1000
"""Of notes on what cannot come along, as JSON."""


def speech(message: Message, *, parts_max: int) -> tuple[Draft, ...]:
    """Return it in parts, or its beginning with all of it as a file where they were too many."""
    text, layout = said_in(message), board_of(message)
    below, files = _below(message, layout)
    room = min(PART_MAX_CHARS, MAX_CHARS - BESIDE_MAX_CHARS - weight(below))
    parts = list(islice(split(text, max_chars=room, width=_width), parts_max + 1))
    shown = [rich(section([plain(part)])) for part in parts or [""]]
    if len(parts) > parts_max:
        shown = [_shortened(text, room)]
        files = files or [Made(MESSAGE_FILE, text)]
    told = [fallback(part) for part in parts[: len(shown)]] or [fallback(message.footer)]
    blocks = [*([part] for part in shown[:-1]), [shown[-1], *below]]
    files += [stored(file) for file in files_in(message) if LOAD.takes(file)]
    return drafts([Draft(*made) for made in zip(told, blocks, strict=True)], files)


def _width(text: str) -> int:
    return weight(text) - len('""')


def _shortened(text: str, room: int) -> Element:
    shown = beginning(text, max_chars=room, width=_width)
    return rich(section([plain(shown)]), noted(rest_in(MESSAGE_FILE, text)))


def _below(message: Message, layout: Board) -> tuple[list[Element], list[Attached]]:
    """Return what stands below, and the whole message as a file if something is left out."""
    footer = one_line(message.footer)
    shown = clipped_footer(footer)
    large = (too_large(file, NAME) for file in files_in(message) if not LOAD.takes(file))
    notes = [noted(note) for note in (*large, without(layout.left_out, typed)) if note]
    files: list[Attached] = []
    if layout.is_cut or shown != footer or weight(notes) > EXTRA_MAX_CHARS:
        text = whole(message, typed)
        notes, files = [noted(not_all(text))], [Made(MESSAGE_FILE, text)]
    extra = [rich(*notes)] if notes else []
    return [*extra, *called(message, ()), *foot(shown), *rows_of(layout)], files
