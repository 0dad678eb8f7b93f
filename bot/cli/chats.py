"""`halyard doctor`: how things stand on the chat platforms."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from uuid import uuid4

from rich.text import Text

from bot.cli.discord import looked_at as looked_at_discord
from bot.cli.slack import looked_at as looked_at_slack
from bot.console.terminal import out
from bot.core.call import Call
from bot.core.inert import inert
from bot.discord.places import PLATFORM as DISCORD
from bot.hearing.finding import Finding, lacking
from bot.settings.load import Loaded, socket_path
from bot.settings.values import engine_settings
from bot.slack.people import PLATFORM as SLACK
from bot.web.client import Client, NoService
from engine.api import Conversation, InvalidInput, parse_channel

NOT_THERE = (
    "There is neither a section `discord:` nor a section `slack:` in halyard.yaml, so there is no"
    " chat to look at."
)
NOT_UP = "Halyard is not up, so its channels were not looked at. Start it with `halyard up`."


def print_findings(loaded: Loaded) -> int:
    """Print what was looked at; return 0 if nothing is missing.

    Raises:
        InvalidInput: the settings say nothing of any chat, or a credential is not where they say.
    """
    if loaded.config.discord is None and loaded.config.slack is None:
        raise InvalidInput(NOT_THERE)
    bound = _bound(loaded)
    found = asyncio.run(_looked(loaded, bound or ()))
    if bound is None:
        found.append(lacking(NOT_UP))
    for finding in found:
        mark, style = ("ok     ", "green") if finding.is_fine else ("missing", "red")
        out().print(Text.assemble((mark, style), "  ", inert(finding.sentence)), soft_wrap=True)
    return 0 if all(finding.is_fine for finding in found) else 1


async def _looked(loaded: Loaded, bound: Sequence[Conversation]) -> list[Finding]:
    settings = engine_settings(loaded, os.environ)
    here = {name: [c for c in bound if c.platform == name] for name in (DISCORD, SLACK)}
    found: list[Finding] = []
    if loaded.config.discord is not None:
        found += await looked_at_discord(loaded, settings, here[DISCORD])
    if loaded.config.slack is not None:
        found += await looked_at_slack(loaded, settings, here[SLACK])
    return found


def _bound(loaded: Loaded) -> Sequence[Conversation] | None:
    """Return the channels that are about a project; none if nobody can tell."""
    try:
        answer = Client(socket_path(loaded)).call(Call("channel list"), key=uuid4().hex)
    except NoService:
        return None
    rows = answer.message.data if isinstance(answer.message.data, Sequence) else []
    return [parse_channel(str(row["channel"])) for row in rows if isinstance(row, Mapping)]
