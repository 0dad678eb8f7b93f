"""How soon Slack hears that something was heard, beside much other work."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.slack.manifest import COMMAND
from bot.slack.sockets import SOCKETS
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
from tests.benchmarks.slack_town import Town, opened_town
from tests.demo_chat.chat import PROJECT
from tests.emulators.slack import Asked
from tests.emulators.slack_bot import Shop, shop

BURST = 1_000
THREADS_S = 60.0


async def acknowledge(ground: Ground) -> dict[str, Measured]:
    """Ask at a steady rate, beside events; then the same of a bare app of the library."""
    return await acknowledged(ground, "slack", lambda s: _acknowledged(ground, s), _bare_ms)


async def burst(ground: Ground) -> dict[str, Measured]:
    """Ask for everything at once, of `halyard up` in a process of its own."""
    many = ground.sized(BURST, least=10)
    values = [await _late(ground, many) for _ in range(ground.runs)]
    floors = [await _bare_late(many) for _ in range(ground.runs)]
    note = f"{many} at once"
    return {"slack_burst_1000_late": Measured(values=values, floors=floors, note=note)}


async def _acknowledged(ground: Ground, seconds: float) -> tuple[Sequence[float], float]:
    async with opened_town(ground.fresh(), BUSY) as town:
        many = ground.sized(SESSIONS, least=3)
        await _start(town, many)

        async def ask(number: int) -> Asked:
            told = f'session={PROJECT}-{number % many + 1} text="Do {number}"'
            channel = town.channels[number % len(town.channels)]
            return await town.slack.run(town.ann, channel, f"{COMMAND} session say {told}")

        return await beside_events(town.halyard, ask, seconds)


async def _start(town: Town, many: int) -> None:
    """Start sessions in all channels in turn, and wait until all threads are there."""
    for number in range(many):
        channel = town.channels[number % len(town.channels)]
        typed = f"{COMMAND} session start project={PROJECT} task=Begin"
        await town.slack.run(town.ann, channel, typed)
    await town.slack.until(lambda: len(town.roots()) == many, THREADS_S)


async def _late(ground: Ground, many: int) -> float:
    async with opened_town(ground.fresh()) as town:
        place, status = town.channels[0], f"{COMMAND} status"
        asked = [await town.slack.run(town.ann, place, status) for _ in range(many)]
        return await late(asked)


@asynccontextmanager
async def _bare() -> AsyncIterator[Shop]:
    """Open a workspace with an app that keeps nothing of what it acknowledges."""
    async with shop(teach=_acknowledging, sockets=SOCKETS, validate=False) as bare:
        # With its first command it asks Slack who it is; of many at once, each would ask.
        await took_ms([await _ask(bare, 0)])
        yield bare


def _acknowledging(bolt: AsyncApp) -> None:
    @bolt.command(COMMAND)
    async def hear(ack: AsyncAck) -> None:
        await ack()


async def _ask(bare: Shop, number: int) -> Asked:
    return await bare.slack.run(bare.ann, bare.channel, f"{COMMAND} Do {number}")


async def _bare_ms(seconds: float) -> Sequence[float]:
    async with _bare() as bare:
        return await took_ms(await steadily(lambda number: _ask(bare, number), seconds))


async def _bare_late(many: int) -> float:
    async with _bare() as bare:
        return await late([await _ask(bare, number) for number in range(many)])
