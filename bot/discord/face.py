"""The Discord face beside the engine: it connects, and connects again, for as long as it runs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

import discord
import structlog

from bot.core.registry import Registry
from bot.discord.connection import Given, live
from bot.discord.places import PLATFORM
from bot.discord.settings import DiscordSettings
from bot.discord.trouble import NETWORK
from engine.api import Clock, Engine

log = structlog.get_logger()

RETRY_FIRST_S = 1.0
RETRY_MAX_S = 60.0
STEADY_S = 120.0
"""A connection that held for so long was no failure."""
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


@asynccontextmanager
async def running_discord_face(
    engine: Engine, registry: Registry, settings: DiscordSettings, clock: Clock
) -> AsyncIterator[None]:
    """Be on Discord as long as the block runs; nothing that goes wrong there ends the block."""
    face = Face(Given(engine=engine, registry=registry, settings=settings, clock=clock))
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(face.run())
        try:
            yield
        finally:
            running.cancel()


@dataclass(frozen=True, slots=True)
class Face:
    """Discord, for as long as it is asked for."""

    given: Given

    async def run(self) -> None:
        """Connect until cancelled; the pauses grow as long as it fails."""
        loop, pause_s = asyncio.get_running_loop(), RETRY_FIRST_S
        while True:
            began = loop.time()
            try:
                await self._live()
            except Exception:  # The head of the face: nothing of it ends the service.
                log.exception("discord_failed", incident=uuid4().hex[:8])
            if loop.time() - began > STEADY_S:
                pause_s = RETRY_FIRST_S
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, RETRY_MAX_S)

    async def _live(self) -> None:
        try:
            await live(self.given)
        except Exception as error:  # noqa: BLE001 - sorted out by what it was
            await self._failed(_root(error))

    async def _failed(self, error: Exception) -> None:
        """Tell why Discord cannot be used, to those who look elsewhere."""
        why = sentence_of(error)
        if not why:
            incident = uuid4().hex[:8]
            log.error("discord_failed", incident=incident, exc_info=error)
            why = f"This is our fault. Please report {incident}; Halyard tries again by itself."
        log.warning("discord_cut_off", error=type(error).__name__)
        await self.given.engine.change(lambda use: use.channels.cut_off(PLATFORM, why))


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


def _root(error: Exception) -> Exception:
    """Return the first reason in a group of them: tasks that end together hand over a group."""
    return _root(error.exceptions[0]) if isinstance(error, ExceptionGroup) else error
