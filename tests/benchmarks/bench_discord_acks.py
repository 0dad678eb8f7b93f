"""How soon Discord hears that something was heard, beside much other work."""

import asyncio
from collections.abc import Sequence

import discord

from engine.domain.values import SessionId
from tests.benchmarks.bench_writer import EVENTS_PER_S, events_write, produce
from tests.benchmarks.discord_room import a_room
from tests.benchmarks.figures import Measured, p50, p99
from tests.benchmarks.ground import Ground
from tests.chaos_discord.town import opened_town
from tests.discord_room import Room
from tests.emulators.bot import Bot, office
from tests.emulators.discord import Asked

ASKS_PER_S = 50
ACK_S = 20.0
BURST = 3_000
AGENTS, BATCH = 50, 10


async def acknowledge(ground: Ground) -> dict[str, Measured]:
    """Ask at a steady rate, beside events; then the same of a bare client of the library."""
    seconds = max(1.0, ACK_S * ground.scale)
    runs = [await _acknowledged_ms(ground, seconds) for _ in range(ground.runs)]
    floors = [await _bare_ms(seconds) for _ in range(ground.runs)]
    return {
        "discord_ack_ms_p50": Measured(values=[*map(p50, runs)], floors=[*map(p50, floors)]),
        "discord_ack_ms_p99": Measured(values=[*map(p99, runs)], floors=[*map(p99, floors)]),
    }


async def burst(ground: Ground) -> dict[str, Measured]:
    """Ask for everything at once, of `halyard up` in a process of its own."""
    many = ground.sized(BURST, least=10)
    values = [await _late(ground, many) for _ in range(ground.runs)]
    return {"discord_burst_3000_late": Measured(values=values, note=f"{many} at once")}


async def _acknowledged_ms(ground: Ground, seconds: float) -> Sequence[float]:
    async with a_room(ground) as room:
        thread = await room.start()
        asked: list[Asked] = []
        async with asyncio.TaskGroup() as tasks:
            await _write_beside(room, tasks, seconds)
            for number in range(int(ASKS_PER_S * seconds)):
                values = {"session": "demo-1", "text": f"Do {number}"}
                asked.append(await room.discord.run(room.ann, thread, "session say", values))
                await asyncio.sleep(1 / ASKS_PER_S)
        return await _took_ms(asked)


async def _write_beside(room: Room, tasks: asyncio.TaskGroup, seconds: float) -> None:
    """Store events as links to agents do: one batch of each session after the other."""
    for number in range(AGENTS):
        write = events_write(SessionId(f"s{number}"), BATCH)
        rate = EVENTS_PER_S / AGENTS / BATCH
        tasks.create_task(produce(room.ground.store, write, rate, seconds, []))
        await asyncio.sleep(1 / rate / AGENTS)


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
        place = town.channels["web"]
        asked = [await town.discord.run(town.able[0], place, "status", {}) for _ in range(many)]
        for one in asked:
            await one.settled()
        return sum(one.has_failed for one in asked)
