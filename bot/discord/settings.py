"""What the Discord face is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.settings import schema
from engine.api import InvalidInput


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscordSettings:
    """Where Discord is, who we are there, and what is taken from it."""

    token: str = field(repr=False)
    api_base: str
    gateway_url: str
    guild: int | None = None
    """Commands are announced in this one alone; everywhere if none."""
    file_max_bytes: int
    """Of a file that comes along with a message or a command."""


def discord_settings(
    section: schema.Discord, credentials: Mapping[str, bytes], *, file_max_bytes: int
) -> DiscordSettings:
    """Return what the section says, with the token in place of its name.

    Raises:
        InvalidInput: the token cannot be one.
    """
    try:
        token = credentials[section.token].decode("ascii").strip()
    except UnicodeDecodeError:
        raise InvalidInput(
            f"discord.token: the credential {section.token} is no token of Discord;"
            " copy it anew from the page Bot of the developer portal."
        ) from None
    return DiscordSettings(
        token=token,
        api_base=str(section.api_base).rstrip("/"),
        gateway_url=str(section.gateway_url),
        guild=int(section.guild) if section.guild else None,
        file_max_bytes=file_max_bytes,
    )
