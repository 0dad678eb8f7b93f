"""What people type, as Slack passes it on."""

import re
from html import escape, unescape

from tests.emulators.slack.values import Json
from tests.emulators.slack.world import World

REFERENCE = re.compile(r"(<[@#!][^<>]+>)")
"""A mention as a client makes it, which is typed by choosing a name."""
ADDRESS = re.compile(r"https?://[^\s<>|]*[^\s<>|.,;:!?)\]'\"]")
USER, CHANNEL = re.compile(r"<@(\w+)>"), re.compile(r"<#(\w+)>")
PART = re.compile(r"<(@\w+|https?://[^<>|]+)>")


def escaped(text: str) -> str:
    """A message: addresses stand in signs of markup, mentions stay, other such signs do not."""
    parts = REFERENCE.split(text)
    return "".join(part if index % 2 else _plain(part) for index, part in enumerate(parts))


def _plain(text: str) -> str:
    return ADDRESS.sub(r"<\g<0>>", escape(text, quote=False))


def in_command(world: World, text: str) -> str:
    """A command: mentions carry the name too, or are nothing else, as the manifest has it."""
    users = {person.id: person.name for person in world.people.values()}
    channels = {channel.id: channel.name for channel in world.channels.values()}
    if world.app.escapes:
        named = USER.sub(lambda m: f"<@{m[1]}|{users.get(m[1], '')}>", escaped(text))
        return CHANNEL.sub(lambda m: f"<#{m[1]}|{channels.get(m[1], '')}>", named)
    named = USER.sub(lambda m: f"@{users.get(m[1], '')}", text)
    return escape(CHANNEL.sub(lambda m: f"#{channels.get(m[1], '')}", named), quote=False)


def rich_text(text: str) -> list[Json]:
    """What a person typed, as the block of Slack's client, in which nothing is escaped."""
    elements: list[Json] = []
    for index, part in enumerate(PART.split(text)):
        if index % 2 and part.startswith("@"):
            elements.append({"type": "user", "user_id": part[1:]})
        elif index % 2:
            elements.append({"type": "link", "url": unescape(part)})
        elif part:
            elements.append({"type": "text", "text": unescape(part)})
    section = {"type": "rich_text_section", "elements": elements}
    return [{"type": "rich_text", "elements": [section]}]
