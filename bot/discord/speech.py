"""What an agent or a person said, as plain messages."""

from itertools import islice

from bot.core.inert import inert, one_line
from bot.core.message import Buttons, File, Message, Said
from bot.discord.body import body_of, calling, drafts, is_sendable, stored
from bot.discord.buttons import Board, board
from bot.discord.draft import Attached, Draft, Made
from bot.discord.markup import CONTENT_MAX_CHARS, GUARD, escaped, small, standing, width
from bot.discord.notes import MESSAGE_FILE, NOTE_MAX_CHARS, not_all, rest_in, too_large, without
from bot.discord.split import beginning, split
from bot.discord.whole import whole

FOOTER_MAX_CHARS = 300
EXTRA_MAX_CHARS = 400


def is_speech(message: Message) -> bool:
    """Whether a message shows nothing but what somebody said, and what comes along with it."""
    has_said = any(isinstance(block, Said) for block in message.blocks)
    is_all = all(isinstance(block, Said | File | Buttons) for block in message.blocks)
    return not message.title and has_said and is_all


def speech(message: Message, *, parts_max: int) -> tuple[Draft, ...]:
    """Return it in parts, or its beginning with all of it as a file where they were too many."""
    text = inert("\n\n".join(b.text for b in message.blocks if isinstance(b, Said)))
    layout = board(block for block in message.blocks if isinstance(block, Buttons))
    foot, files = _foot(message, layout)
    room = CONTENT_MAX_CHARS - width(f"\n{foot}")
    parts = [standing(part) for part in islice(split(text, max_chars=room), parts_max + 1)]
    if len(parts) > parts_max:
        parts = [_shortened(text, room)]
        files = files or [Made(MESSAGE_FILE, text)]
    *parts, last = parts or [""]
    last = "\n".join(part for part in (last, foot) if part) or GUARD
    bodies = [body_of(message, content=part) for part in parts]
    bodies.append(body_of(message, content=last, rows=layout.rows))
    files += [stored(file) for file in _files(message) if is_sendable(file)]
    return drafts(bodies, files, message)


def _shortened(text: str, room: int) -> str:
    shown = standing(beginning(text, max_chars=room - NOTE_MAX_CHARS))
    return f"{shown}\n{rest_in(MESSAGE_FILE, text)}"


def _foot(message: Message, layout: Board) -> tuple[str, list[Attached]]:
    """Return the small lines below, and the whole message as a file if something is left out."""
    footer, missing = one_line(message.footer), without(layout.left_out)
    shown = footer if len(footer) <= FOOTER_MAX_CHARS else f"{footer[:FOOTER_MAX_CHARS]}…"
    below = " · ".join(part for part in (calling(message), escaped(shown)) if part)
    lines = [small(below)] if below else []
    more = [*(too_large(file) for file in _files(message) if not is_sendable(file)), missing]
    extra = "\n".join(filter(None, more))
    if layout.is_cut or shown != footer or len(extra) > EXTRA_MAX_CHARS:
        text = whole(message)
        return "\n".join([*lines, not_all(text)]), [Made(MESSAGE_FILE, text)]
    return "\n".join([*lines, extra] if extra else lines), []


def _files(message: Message) -> list[File]:
    return [block for block in message.blocks if isinstance(block, File)]
