"""`halyard discord invite` and `halyard doctor`: how things stand on Discord."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from uuid import uuid4

from rich.text import Text

from bot.commands import registry
from bot.console.terminal import out
from bot.core.call import Call
from bot.core.inert import inert
from bot.discord.doctor import Doctor, invite
from bot.discord.places import PLATFORM
from bot.discord.settings import DiscordSettings, discord_settings
from bot.hearing.finding import lacking
from bot.settings.load import Loaded, socket_path
from bot.settings.values import engine_settings
from bot.web.client import Client, NoService
from engine.api import Conversation, InvalidInput, parse_channel

NOT_THERE = (
    "There is no section `discord:` in halyard.yaml. As `token:` it takes the name of a credential."
)
NOT_UP = "Halyard is not up, so its channels were not looked at. Start it with `halyard up`."


def settings_of(loaded: Loaded) -> DiscordSettings:
    """Return what the settings say of Discord.

    Raises:
        InvalidInput: they say nothing of it, or a credential is not where they say.
    """
    section = loaded.config.discord
    if section is None:
        raise InvalidInput(NOT_THERE)
    settings = engine_settings(loaded, os.environ)
    return discord_settings(section, settings.credentials, file_max_bytes=settings.sizes.file_bytes)


def print_invite(loaded: Loaded) -> int:
    """Print the link with which somebody invites Halyard to a server."""
    out().print(asyncio.run(invite(settings_of(loaded))), soft_wrap=True)
    return 0


def print_findings(loaded: Loaded) -> int:
    """Print what was looked at; return 0 if nothing is missing."""
    settings = settings_of(loaded)
    bound = _bound(loaded)
    found = asyncio.run(Doctor(registry, settings).look(bound or ()))
    if bound is None:
        found.append(lacking(NOT_UP))
    for finding in found:
        mark, style = ("ok     ", "green") if finding.is_fine else ("missing", "red")
        out().print(Text.assemble((mark, style), "  ", inert(finding.sentence)), soft_wrap=True)
    return 0 if all(finding.is_fine for finding in found) else 1


def _bound(loaded: Loaded) -> Sequence[Conversation] | None:
    """Return the channels of Discord that are about a project; none if nobody can tell."""
    try:
        answer = Client(socket_path(loaded)).call(Call("channel list"), key=uuid4().hex)
    except NoService:
        return None
    rows = answer.message.data if isinstance(answer.message.data, Sequence) else []
    names = [str(row["channel"]) for row in rows if isinstance(row, Mapping)]
    return [parse_channel(name) for name in names if name.startswith(f"{PLATFORM}:")]
