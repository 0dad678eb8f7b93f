"""Values of a call, as text, from what the library makes of what Discord sends."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import discord

from bot.hearing.downloads import unfetched
from bot.hearing.origin import FILE


@dataclass(frozen=True, slots=True)
class Given:
    """Values of a call, and where the files among them are."""

    values: Mapping[str, str]
    files: Mapping[str, str]
    """Keys of an origin; a value only has the file's name until it is fetched."""


def given_as(values: Mapping[str, Any]) -> Given:
    """Return what was given to a command, as text."""
    texts = {name: _text(value) for name, value in values.items()}
    files = {n: v.url for n, v in values.items() if isinstance(v, discord.Attachment)}
    return Given(texts, {f"{FILE}{name}": url for name, url in files.items()})


def uploaded(files: Mapping[str, str], data: Mapping[str, Any]) -> Given:
    """Return files that came in a form, by the option that each was put into."""
    there = data.get("resolved", {}).get("attachments", {})
    found = {name: there[id_] for name, id_ in files.items() if id_ in there}
    return Given(
        {name: unfetched(str(file["filename"])) for name, file in found.items()},
        {f"{FILE}{name}": str(file["url"]) for name, file in found.items()},
    )


def _text(value: object) -> str:
    if isinstance(value, discord.Attachment):
        return unfetched(value.filename)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
