"""What a message of Discord shows, as text."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import discord

from bot.discord.markup import GUARD
from bot.views.words import moment

_SET = re.compile(
    r"""
      ```.*?``` | `[^`\n]*`              # code, in which nothing else is markup
    | \\(?P<escaped>[!-/:-@\[-`{-~])   # what is shown as it is
    | <t:(?P<stamp>\d{1,10})(?::\w)?>   # a moment
    """,
    re.VERBOSE | re.DOTALL,
)


def shown_in(message: discord.Message) -> str:
    """Return what there is to read in a message, without buttons.

    Of a person's, that is what they typed: what is embedded in it is a preview of an address.
    """
    if not (message.author.bot or message.webhook_id):
        return message.content
    embedded = (text for embed in message.embeds for text in _texts(embed))
    parts = (_plain(message.content), *embedded)
    return "\n\n".join(part for part in parts if part)


def _texts(embed: discord.Embed) -> Iterator[str]:
    yield _plain(embed.title or "")
    yield _plain(embed.description or "")
    yield "\n".join(_plain(f"{field.name}: {field.value}") for field in embed.fields)
    # A footer is the one text that Discord reads no markup in.
    yield embed.footer.text or ""


def _plain(markup: str) -> str:
    """Return a text as it is read; bold and the like stay as they are written."""
    return _SET.sub(_read, markup).replace(GUARD, "").strip()


def _read(found: re.Match[str]) -> str:
    if stamp := found["stamp"]:
        return moment(datetime.fromtimestamp(int(stamp), UTC))
    return found["escaped"] or found[0]
