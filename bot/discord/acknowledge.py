"""Telling Discord, within its three seconds, that something was heard."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import discord
import structlog

from bot.discord.answers import Answers
from bot.discord.trouble import (
    ALREADY_ACKNOWLEDGED,
    NETWORK,
    UNKNOWN_INTERACTION,
)
from bot.hearing.origin import is_public_in

log = structlog.get_logger()

LIMIT_S = 10.0
"""Of an acknowledgement; the library itself tries again meanwhile."""
LATEST_S = 3.5
"""After so long no acknowledgement that is still under way can arrive."""
LOOKS_MAX = 5


@dataclass(frozen=True, slots=True)
class Acknowledging:
    """Says once that an interaction was heard, and knows whether that arrived."""

    answers: Answers

    async def __call__(self, interaction: discord.Interaction, origin: Mapping[str, str]) -> bool:
        """Acknowledge; return whether it counts, so that the answer will be taken."""
        try:
            async with asyncio.timeout(LIMIT_S):
                await interaction.response.defer(ephemeral=not is_public_in(origin), thinking=True)
        except discord.HTTPException as error:
            return await self._after(error, origin)
        except NETWORK:
            return await self._looked(origin)
        return True

    async def was_given(self, origin: Mapping[str, str], *, age_s: float) -> bool:
        """Whether it was acknowledged by whoever was cut off `age_s` ago, or was not."""
        await asyncio.sleep(max(0.0, LATEST_S - age_s))
        return await self._is_there(origin)

    async def _after(self, error: discord.HTTPException, origin: Mapping[str, str]) -> bool:
        if error.code == ALREADY_ACKNOWLEDGED:
            return True
        if error.code == UNKNOWN_INTERACTION:
            return False
        return await self._looked(origin)

    async def _looked(self, origin: Mapping[str, str]) -> bool:
        """Look whether it arrived after all, once nothing can be under way any more."""
        await asyncio.sleep(LATEST_S)
        return await self._is_there(origin)

    async def _is_there(self, origin: Mapping[str, str]) -> bool:
        for attempt in range(LOOKS_MAX):
            try:
                async with asyncio.timeout(LIMIT_S):
                    return await self.answers.is_there(origin)
            except (discord.HTTPException, *NETWORK) as error:
                log.info("acknowledgement_unknown", error=type(error).__name__)
            await asyncio.sleep(2.0**attempt)
        return False
