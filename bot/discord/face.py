"""The Discord face beside the engine."""

from contextlib import AbstractAsyncContextManager

import discord

from bot.core.registry import Registry
from bot.discord.connection import Given, live
from bot.discord.places import PLATFORM
from bot.discord.settings import DiscordSettings
from bot.discord.trouble import NETWORK
from bot.hearing.companies import Companies
from bot.hearing.face import Face
from engine.api import Clock, Engine

WRONG_TOKEN, WRONG_INTENTS = 4004, 4014
"""Codes with which the gateway hangs up."""

REFUSED = (
    "Discord refuses the token. Make a new one in the developer portal on the page Bot, store it as"
    " the credential of `discord.token`, and restart Halyard."
)
BLIND = (
    "Discord does not let Halyard read messages. Switch on Message Content Intent in the developer"
    " portal on the page Bot; Halyard tries again by itself."
)
AWAY = "Discord cannot be reached; Halyard tries again by itself."


def running_discord_face(
    engine: Engine,
    registry: Registry,
    settings: DiscordSettings,
    clock: Clock,
    companies: Companies | None = None,
) -> AbstractAsyncContextManager[None]:
    """Be on Discord as long as the block runs; nothing that goes wrong there ends the block.

    `companies` are shared with the other faces; without them, this is the only one.
    """
    given = Given(
        engine=engine,
        registry=registry,
        settings=settings,
        clock=clock,
        companies=companies or Companies(engine),
    )
    face = Face(platform=PLATFORM, engine=engine, live=lambda: live(given), sentence_of=sentence_of)
    return face.running()


def sentence_of(error: Exception) -> str:
    """Return what is wrong with Discord, for a person; empty if it is a bug."""
    code = error.code if isinstance(error, discord.ConnectionClosed) else 0
    if isinstance(error, discord.LoginFailure) or code == WRONG_TOKEN:
        return REFUSED
    if isinstance(error, discord.PrivilegedIntentsRequired) or code == WRONG_INTENTS:
        return BLIND
    if isinstance(error, (discord.DiscordException, *NETWORK)):
        return AWAY
    return ""
