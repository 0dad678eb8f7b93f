"""What every message of Discord has, whatever it shows."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import PurePath
from typing import Any

from bot.core.inert import one_line
from bot.core.message import File, Message
from bot.discord.draft import Attached, Body, Draft, Made, Stored
from bot.discord.markup import discord_id

SUPPRESS_EMBEDS = 1 << 2
"""Flag: no preview of any address, not even of one that this module overlooked."""
FILES_MAX = 10
FILE_MAX_BYTES = 10 * 1024**2
"""Of one file, and of all that come with one message."""
PIECE_CHARS = FILE_MAX_BYTES // 4
"""Of a text that is longer; no character takes more than four bytes."""
PINGS_MAX = 50
NAME_MAX_CHARS = 100
SUFFIX_MAX_CHARS = 10


def body_of(
    message: Message,
    *,
    content: str,
    embeds: Sequence[Any] = (),
    rows: Sequence[Any] = (),
) -> Body:
    """Return one message as Discord's REST takes it; an edit with it replaces all."""
    return {
        "content": content,
        "embeds": list(embeds),
        "components": list(rows),
        "allowed_mentions": {"parse": [], "users": [str(id_) for id_ in pinged(message)]},
        "flags": 0 if embeds else SUPPRESS_EMBEDS,
    }


def pinged(message: Message) -> list[int]:
    """Who of Discord is notified, each once."""
    ids = dict.fromkeys(discord_id(actor) for actor in message.pings)
    return list(islice((id_ for id_ in ids if id_), PINGS_MAX))


def calling(message: Message) -> str:
    """Return the mentions that notify: a mention in an embed does not."""
    return " ".join(f"<@{id_}>" for id_ in pinged(message))


def is_sendable(file: File) -> bool:
    """Whether Discord takes a file of this size."""
    return file.size_bytes <= FILE_MAX_BYTES


def stored(file: File) -> Stored:
    """Return a stored file under a name that says what it is and can do nothing else."""
    return Stored(_safe(file.name), file.file, file.size_bytes)


def drafts(
    bodies: Sequence[Body], files: Sequence[Attached], message: Message
) -> tuple[Draft, ...]:
    """Return the messages; files come with the last one, and in more of them if they are many."""
    first, *more = _loads([piece for file in files for piece in _pieces(file)])
    return (
        *(Draft(body) for body in bodies[:-1]),
        Draft(bodies[-1], _named_apart(first)),
        *(Draft(body_of(message, content=""), _named_apart(load)) for load in more),
    )


def _pieces(file: Attached) -> list[Attached]:
    """Return a text that is too long for one file as several."""
    if not isinstance(file, Made) or _weight_bytes(file) <= FILE_MAX_BYTES:
        return [file]
    starts = range(0, len(file.text), PIECE_CHARS)
    return [Made(file.name, file.text[at : at + PIECE_CHARS]) for at in starts]


def _loads(files: Sequence[Attached]) -> list[list[Attached]]:
    """Divide files over messages, in order."""
    loads: list[list[Attached]] = [[]]
    weight_bytes = 0
    for file in files:
        weight_bytes += _weight_bytes(file)
        if len(loads[-1]) == FILES_MAX or (loads[-1] and weight_bytes > FILE_MAX_BYTES):
            loads.append([])
            weight_bytes = _weight_bytes(file)
        loads[-1].append(file)
    return loads


def _weight_bytes(file: Attached) -> int:
    return len(file.text.encode()) if isinstance(file, Made) else file.size_bytes


def _named_apart(files: Sequence[Attached]) -> tuple[Attached, ...]:
    named: dict[str, Attached] = {}
    for file in files:
        name = file.name if file.name not in named else f"{len(named) + 1}-{file.name}"
        named[name] = replace(file, name=name)
    return tuple(named.values())


def _safe(name: str) -> str:
    plain = "".join(c if c.isalnum() or c in "._-" else "_" for c in one_line(name)) or "file"
    suffix = PurePath(plain).suffix
    end = suffix if len(suffix) <= SUFFIX_MAX_CHARS else ""
    return plain if len(plain) <= NAME_MAX_CHARS else plain[: NAME_MAX_CHARS - len(end)] + end
