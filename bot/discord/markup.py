r"""Discord's markup, and text that is none.

Whatever stands in a message was written by somebody, so every string is escaped: a backslash goes
before each character that could act. An address is shown whole, as text: with `\:` in it no client
makes a link of it and no server fetches a preview, and nobody can be led elsewhere than he reads.
`discord.utils.escape_markdown` is not used, because it leaves masked links alive.
"""

import re
from datetime import datetime

from bot.drawing.split import utf16_width
from engine.api import ActorId

GUARD = "\u200b"
"""Takes no room and is no white space. No text brings one along, `inert` writes them out."""
CONTENT_MAX_CHARS = 2000
_ACTS = re.compile(
    r"""
      ^[^\S\n]*[-+\#>]                    # a list, a heading, small text, a quotation
    | ^[^\S\n]*\d+[.)]                    # a numbered list
    | [\\*_~`|<\[@]                       # emphasis, code, spoilers, links, mentions, times
    | :(?!\s)                             # an address, the name of an emoji
    | (?<=discord)\. | (?<=discordapp)\.  # an invitation, which needs no https
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
"""Matches up to and including the character that has to be escaped."""
_DISCORD_ID = re.compile(r"discord:(\d{15,20})")


def standing(text: str) -> str:
    """Return markup that shows an inert `text` with the white space at its beginning.

    Discord takes white space off both ends of a place, and refuses one that is empty.
    """
    return guarded(escaped(text))


def guarded(markup: str) -> str:
    """Return `markup` so that nothing is taken off its beginning."""
    return markup if markup and not markup[0].isspace() else GUARD + markup


def standing_width(text: str) -> int:
    """Return how long Discord finds what `standing` makes of a text."""
    return utf16_width(standing(text))


def escaped(text: str) -> str:
    """Return markup that shows an inert `text` exactly, wherever a line begins in it."""
    return _ACTS.sub(lambda match: f"{match[0][:-1]}\\{match[0][-1]}", text)


def is_mono(text: str) -> bool:
    """Whether `text` can stand in a fixed-width face without leaving it early."""
    return bool(text) and "`" not in text and "\n" not in text


def mono(text: str) -> str:
    """Return an inert `text` in a fixed-width face where it can be, else as it is."""
    return f"`{text}`" if is_mono(text) else escaped(text)


def fenced(text: str) -> str:
    """Return an inert `text` as a block of code that ends where the text ends."""
    guard = GUARD if not text or text.startswith("\n") else ""
    content = re.sub(r"`(?=`)", f"`{GUARD}", text)
    return f"```\n{guard}{content}\n```"


def small(markup: str) -> str:
    """Return one line in small type."""
    return f"-# {markup}"


def quoted(markup: str) -> str:
    """Return lines of somebody else."""
    return "\n".join(f"> {line}" for line in markup.split("\n"))


def discord_id(actor: ActorId) -> int | None:
    """Return the number of a person of Discord, or nothing for anybody else."""
    match = _DISCORD_ID.fullmatch(actor)
    return int(match[1]) if match else None


def ago(at: datetime) -> str:
    """Return a moment as each reader's client counts it: `3 minutes ago`."""
    return f"<t:{int(at.timestamp())}:R>"
