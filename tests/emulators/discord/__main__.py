"""Serves a Discord with a page to click on: `python -m tests.emulators.discord`."""

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Sequence

from tests.emulators.discord.emulator import Discord, running_discord
from tests.emulators.discord.limits import Limits


def main(argv: Sequence[str] | None = None) -> None:
    """Serve until a signal comes; the first line tells, as JSON, how a bot connects."""
    asyncio.run(_serve(_arguments(argv)))


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.emulators.discord", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 for any that is free")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--guild", default="Acme")
    parser.add_argument("--channel", action="append", help="may be given several times")
    parser.add_argument("--member", action="append", help="may be given several times")
    parser.add_argument("--unlimited", action="store_true", help="without rate limits")
    return parser.parse_args(argv)


async def _serve(given: argparse.Namespace) -> None:
    limits = Limits().without_rates() if given.unlimited else Limits()
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with running_discord(
        limits=limits, seed=given.seed, port=given.port, may_have_problems=True
    ) as discord:
        guild = discord.add_guild(given.guild)
        for name in given.channel or ["general"]:
            guild.add_channel(name)
        for name in given.member or ["ann", "bob"]:
            guild.add_member(name)
        sys.stdout.write(json.dumps(_told(discord)) + "\n")
        sys.stdout.flush()
        await stopped.wait()
        for problem in discord.problems():
            sys.stderr.write(f"{problem}\n")


def _told(discord: Discord) -> dict[str, str]:
    guild = next(iter(discord.world.guilds.values()))
    return {
        "page": discord.base,
        "api_base": discord.api_base,
        "gateway_url": discord.gateway_url,
        "token": discord.token,
        "application_id": str(discord.application_id),
        "guild_id": str(guild.id),
    }


if __name__ == "__main__":
    main()
