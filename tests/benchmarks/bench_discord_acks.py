"""How soon Discord hears that something was heard, beside much other work."""

from collections.abc import Mapping, Sequence

import aiohttp
import discord

from bot.discord.client import CONNECTIONS_MAX
from tests.benchmarks.acks import (
    BUSY,
    SESSIONS,
    acknowledged,
    beside_events,
    late,
    steadily,
    took_ms,
)
from tests.benchmarks.figures import Measured
from tests.benchmarks.ground import Ground
from tests.chaos_chat.town import PROJECTS
from tests.chaos_discord.town import Town, opened_town
from tests.emulators.bot import Bot, office
from tests.emulators.discord import Asked, Thread

BURST = 3_000
THREADS_S = 60.0


async def acknowledge(ground: Ground) -> dict[str, Measured]:
    """Ask at a steady rate, beside events; then the same of a bare client of the library."""
    return await acknowledged(ground, "discord", lambda s: _acknowledged(ground, s), _bare_ms)


async def burst(ground: Ground) -> dict[str, Measured]:
    """Ask for everything at once, of `halyard up` in a process of its own."""
    many = ground.sized(BURST, least=10)
    values = [await _late(ground, many) for _ in range(ground.runs)]
    floors = [await _bare_late(many) for _ in range(ground.runs)]
    note = f"{many} at once"
    return {"discord_burst_3000_late": Measured(values=values, floors=floors, note=note)}


async def _acknowledged(ground: Ground, seconds: float) -> tuple[Sequence[float], float]:
    async with opened_town(ground.fresh(), 0, validate=False, program=BUSY) as town:
        sessions = list((await _sessions(town, ground.sized(SESSIONS, least=3))).items())

        async def ask(number: int) -> Asked:
            name, thread = sessions[number % len(sessions)]
            values = {"text": f"Do {number}", "session": name}
            return await town.discord.run(town.able[0], thread, "session say", values)

        return await beside_events(town.halyard, ask, seconds)


async def _sessions(town: Town, many: int) -> Mapping[str, Thread]:
    """Start sessions in all channels in turn; return name -> thread once all threads are there."""
    for number in range(many):
        project = PROJECTS[number % len(PROJECTS)]
        values = {"project": project, "task": f"Begin {number}"}
        await town.discord.run(town.able[0], town.channels[project], "session start", values)
    await town.discord.until(lambda: len(_threads(town)) == many, timeout_s=THREADS_S)
    return _threads(town)


def _threads(town: Town) -> Mapping[str, Thread]:
    return {
        f"{project}-{number}": thread
        for project, channel in town.channels.items()
        for number, thread in enumerate(town.discord.threads(channel), 1)
    }


async def _bare_ms(seconds: float) -> Sequence[float]:
    """Return what the library alone takes, which keeps nothing of what it acknowledges."""
    async with office(teach=_acknowledging, validate=False) as bare:

        async def ask(number: int) -> Asked:
            return await bare.server.run(bare.ann, bare.channel, "say", {"text": f"Do {number}"})

        return await took_ms(await steadily(ask, seconds))


def _acknowledging(bot: Bot) -> None:
    @bot.tree.command()
    async def say(interaction: discord.Interaction, text: str) -> None:
        """Acknowledge, and no more."""
        assert text
        await interaction.response.defer(ephemeral=True, thinking=True)


async def _late(ground: Ground, many: int) -> float:
    async with opened_town(ground.fresh(), 0, validate=False) as town:
        place = town.channels[PROJECTS[0]]
        asked = [await town.discord.run(town.able[0], place, "status", {}) for _ in range(many)]
        return await late(asked)


async def _bare_late(many: int) -> float:
    bot = Bot(connector=aiohttp.TCPConnector(limit=CONNECTIONS_MAX))
    async with office(bot=bot, teach=_acknowledging, validate=False) as bare:
        asked = [
            await bare.server.run(bare.ann, bare.channel, "say", {"text": f"Do {number}"})
            for number in range(many)
        ]
        return await late(asked)
