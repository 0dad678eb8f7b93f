"""Drafts as the library sends them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import discord

from bot.delivery.chat import Gone
from bot.discord.draft import Draft
from bot.drawing.attached import Attached, Made
from engine.api import Files, NotFound

SUPPRESS_EMBEDS = discord.MessageFlags(suppress_embeds=True).value


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message in the library's own parts."""

    content: str
    embeds: list[discord.Embed]
    view: discord.ui.View | None
    mentions: discord.AllowedMentions
    is_without_previews: bool


def outgoing(draft: Draft) -> Outgoing:
    """Return a draft in the library's own parts, except for its files."""
    body = draft.body
    allowed = body.get("allowed_mentions", {}).get("users", [])
    return Outgoing(
        content=body.get("content", ""),
        embeds=[discord.Embed.from_dict(embed) for embed in body.get("embeds", [])],
        view=_view(body.get("components", [])),
        mentions=discord.AllowedMentions(
            everyone=False,
            roles=False,
            replied_user=False,
            users=[discord.Object(int(id_)) for id_ in allowed] or False,
        ),
        is_without_previews=bool(body.get("flags", 0) & SUPPRESS_EMBEDS),
    )


async def files_of(draft: Draft, files: Files) -> list[discord.File]:
    """Return the draft's files, opened anew: sending closes them.

    Raises:
        Gone: one of them is not stored any more, so that this can never be sent.
    """
    try:
        return [await _file(attached, files) for attached in draft.files]
    except NotFound as error:
        raise Gone("A file that was to be posted is not stored any more.") from error


async def _file(attached: Attached, files: Files) -> discord.File:
    content: BytesIO | Path
    match attached:
        case Made(name, text):
            content = BytesIO(text.encode())
        case _:
            name, content = attached.name, await files.path(attached.file)
    return discord.File(content, filename=name)


def _view(rows: Sequence[Mapping[str, Any]]) -> discord.ui.View | None:
    """Return the buttons; the library is not to remember them, as they are known by their ids."""
    if not rows:
        return None
    view = discord.ui.View(timeout=None)
    for number, row in enumerate(rows):
        for component in row["components"]:
            view.add_item(_button(component, number))
    view.stop()
    return view


def _button(component: Mapping[str, Any], row: int) -> discord.ui.Button[discord.ui.View]:
    return discord.ui.Button(
        style=discord.ButtonStyle(component["style"]),
        label=component["label"],
        custom_id=component["custom_id"],
        row=row,
    )
