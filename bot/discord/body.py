"""What every message of Discord has, whatever it shows."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from bot.core.message import Message
from bot.discord.draft import Body, Draft
from bot.discord.markup import discord_id
from bot.drawing.attached import Attached, Load

SUPPRESS_EMBEDS = 1 << 2
"""Flag: no preview of any address, not even of one that this module overlooked."""
NAME = "Discord"
"""For people."""
LOAD = Load(files_max=10, max_bytes=10 * 1024**2)
PINGS_MAX = 50


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


def drafts(
    bodies: Sequence[Body], files: Sequence[Attached], message: Message
) -> tuple[Draft, ...]:
    """Return the messages; files come with the last one, and in more of them if they are many."""
    first, *more = LOAD.divided(files)
    return (
        *(Draft(body) for body in bodies[:-1]),
        Draft(bodies[-1], first),
        *(Draft(body_of(message, content=""), load) for load in more),
    )
