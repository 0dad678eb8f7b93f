"""What the command line asks of the Discord face."""

import asyncio
import os
from collections.abc import Sequence

from bot.commands import registry
from bot.console.terminal import out
from bot.discord.doctor import Doctor, invite
from bot.discord.settings import DiscordSettings, discord_settings
from bot.hearing.finding import Finding
from bot.settings.load import Loaded
from bot.settings.values import engine_settings
from engine.api import Conversation, InvalidInput, Settings

NOT_THERE = (
    "There is no section `discord:` in halyard.yaml. As `token:` it takes the name of a credential."
)


def settings_of(loaded: Loaded, settings: Settings) -> DiscordSettings:
    """Return what the settings say of Discord.

    Raises:
        InvalidInput: they say nothing of it, or the token cannot be one.
    """
    section = loaded.config.discord
    if section is None:
        raise InvalidInput(NOT_THERE)
    return discord_settings(section, settings.credentials, file_max_bytes=settings.sizes.file_bytes)


def print_invite(loaded: Loaded) -> int:
    """Print the link with which somebody invites Halyard to a server."""
    settings = settings_of(loaded, engine_settings(loaded, os.environ))
    out().print(asyncio.run(invite(settings)), soft_wrap=True)
    return 0


async def looked_at(
    loaded: Loaded, settings: Settings, bound: Sequence[Conversation]
) -> list[Finding]:
    """Return what was found on Discord and in its channels."""
    return await Doctor(registry, settings_of(loaded, settings)).look(bound)
