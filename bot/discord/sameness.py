"""Whether a message of Discord is one that we drafted: Discord adds, trims and leaves out."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import discord

from bot.discord.draft import Draft

Embed: TypeAlias = Mapping[str, Any]
Signature: TypeAlias = tuple[str, tuple[tuple[str, ...], ...], tuple[str, ...], int]


def is_of(message: discord.Message, draft: Draft) -> bool:
    """Whether the message shows what the draft says."""
    return _of_message(message) == _of_draft(draft)


def _of_draft(draft: Draft) -> Signature:
    body = draft.body
    ids = (item["custom_id"] for row in body.get("components", []) for item in row["components"])
    return (
        str(body.get("content", "")).strip(),
        _embeds(body.get("embeds", [])),
        tuple(ids),
        len(draft.files),
    )


def _of_message(message: discord.Message) -> Signature:
    rows = (row for row in message.components if isinstance(row, discord.ActionRow))
    ids = (getattr(item, "custom_id", "") or "" for row in rows for item in row.children)
    # A preview of an address is an embed as well, of another type.
    own = (embed for embed in message.embeds if embed.type == "rich")
    return (
        message.content.strip(),
        _embeds(embed.to_dict() for embed in own),
        tuple(ids),
        len(message.attachments),
    )


def _embeds(embeds: Iterable[Embed]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(_texts(embed)) for embed in embeds)


def _texts(embed: Embed) -> Iterable[str]:
    yield str(embed.get("title", "")).strip()
    yield str(embed.get("description", "")).strip()
    yield str(embed.get("footer", {}).get("text", "")).strip()
    for field in embed.get("fields", []):
        yield str(field["name"]).strip()
        yield str(field["value"]).strip()
