"""How soon Discord hears that something was heard, beside much other work."""

import asyncio
from collections.abc import Mapping, Sequence

import aiohttp
import discord

from bot.discord.client import CONNECTIONS_MAX
from tests.benchmarks.figures import Measured, p50, p99
from tests.benchmarks.ground import Ground
from tests.chaos_discord.town import PROJECTS, Town, opened_town
from tests.emulators.bot import Bot, office
from tests.emulators.discord import Asked, Thread

ASKS_PER_S = 50
ACK_S = 20.0
BURST = 3_000
BUSY = "tests.benchmarks.busy_halyard"
SESSIONS = 20
"""That people speak to, one after the other."""
THREADS_S = 60.0


async def acknowledge(ground: Ground) -> dict[str, Measured]:
    """Ask at a steady rate, beside events; then the same of a bare client of the library."""
    seconds = max(1.0, ACK_S * ground.scale)
    runs, rates = [], []
    for _ in range(ground.runs):
        took_ms, events_per_s = await _acknowledged(ground, seconds)
        runs.append(took_ms)
        rates.append(events_per_s)
    floors = [await _bare_ms(seconds) for _ in range(ground.runs)]
    note = f"{min(rates):,.0f} events/s were reached"
    return {
        "discord_ack_ms_p50": Measured(
            values=[*map(p50, runs)], floors=[*map(p50, floors)], note=note
        ),
        "discord_ack_ms_p99": Measured(
            values=[*map(p99, runs)], floors=[*map(p99, floors)], note=note
        ),
    }


async def burst(ground: Ground) -> dict[str, Measured]:
    """Ask for everything at once, of `halyard up` in a process of its own."""
    many = ground.sized(BURST, least=10)
    values = [await _late(ground, many) for _ in range(ground.runs)]
    floors = [await _bare_late(many) for _ in range(ground.runs)]
    note = f"{many} at once"
    return {"discord_burst_3000_late": Measured(values=values, floors=floors, note=note)}


async def _acknowledged(ground: Ground, seconds: float) -> tuple[Sequence[float], float]:
    """Return how long each took in ms, and how many events were stored in a second meanwhile."""
    clock = asyncio.get_running_loop().time
    async with opened_town(ground.fresh(), 0, validate=False, program=BUSY) as town:
        ann = town.able[0]
        sessions = list((await _sessions(town, ground.sized(SESSIONS, least=3))).items())
        asked: list[Asked] = []
        began, before = clock(), _events(town)
        for number in range(int(ASKS_PER_S * seconds)):
            name, thread = sessions[number % len(sessions)]
            values = {"text": f"Do {number}", "session": name}
            asked.append(await town.discord.run(ann, thread, "session say", values))
            await asyncio.sleep(1 / ASKS_PER_S)
        rate = (_events(town) - before) / (clock() - began)
        return await _took_ms(asked), rate


def _events(town: Town) -> int:
    return int(town.halyard.rows("SELECT max(number) AS head FROM event")[0]["head"])


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
        asked: list[Asked] = []
        for number in range(int(ASKS_PER_S * seconds)):
            values = {"text": f"Do {number}"}
            asked.append(await bare.server.run(bare.ann, bare.channel, "say", values))
            await asyncio.sleep(1 / ASKS_PER_S)
        return await _took_ms(asked)


def _acknowledging(bot: Bot) -> None:
    @bot.tree.command()
    async def say(interaction: discord.Interaction, text: str) -> None:
        """Acknowledge, and no more."""
        assert text
        await interaction.response.defer(ephemeral=True, thinking=True)


async def _took_ms(asked: Sequence[Asked]) -> Sequence[float]:
    for one in asked:
        await one.settled()
    if any(one.has_failed for one in asked):
        raise AssertionError("Something was not acknowledged at all.")
    return [one.acknowledged_after_s * 1000 for one in asked]


async def _late(ground: Ground, many: int) -> float:
    async with opened_town(ground.fresh(), 0, validate=False) as town:
        place = town.channels[PROJECTS[0]]
        asked = [await town.discord.run(town.able[0], place, "status", {}) for _ in range(many)]
        for one in asked:
            await one.settled()
        return sum(one.has_failed for one in asked)


async def _bare_late(many: int) -> float:
    bot = Bot(connector=aiohttp.TCPConnector(limit=CONNECTIONS_MAX))
    async with office(bot=bot, teach=_acknowledging, validate=False) as bare:
        asked = [
            await bare.server.run(bare.ann, bare.channel, "say", {"text": f"Do {number}"})
            for number in range(many)
        ]
        for one in asked:
            await one.settled()
        return sum(one.has_failed for one in asked)
