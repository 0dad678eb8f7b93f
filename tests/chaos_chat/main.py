"""People, trouble, kills, rest, and the count; exit code 0 if all is right.

SAID (10,000), KILLS (one for each 100 said) and SEED (by chance) are variables of the environment.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import SystemRandom
from typing import TypeAlias

from tests.chaos.__main__ import tell
from tests.chaos_chat.books import Books
from tests.chaos_chat.count import differences
from tests.chaos_chat.run import Progress, Size
from tests.chaos_chat.summary import summary

SAID = 10_000
SAID_A_KILL = 100
SHOWN = 20

Chaos: TypeAlias = Callable[[Path, Size, int, Progress], Awaitable[Books]]


def main(chaos: Chaos, log: Path) -> int:
    """Run it in a folder that is gone afterwards; `log` gets what Halyard printed."""
    said = int(os.environ.get("SAID") or SAID)
    kills = int(os.environ.get("KILLS") or said // SAID_A_KILL)
    seed = int(os.environ.get("SEED") or SystemRandom().randrange(10**6))
    tell(f"{said} things said and {kills} kills; SEED={seed} chooses the same again.")
    with tempfile.TemporaryDirectory(prefix="halyard-chaos-") as name:
        books = asyncio.run(_run(chaos, Path(name), Size(said=said, kills=kills), seed))
        log.parent.mkdir(exist_ok=True)
        shutil.copy(Path(name) / "home" / "log", log)
    tell(summary(books))
    found = differences(books)
    if not found:
        tell("What was acknowledged was answered once; nothing was lost, and nothing came twice.")
        return 0
    for sentence in found[:SHOWN]:
        tell(f"  - {sentence}")
    tell(f"{len(found)} differences. What Halyard printed is in {log}.")
    return 1


async def _run(chaos: Chaos, folder: Path, size: Size, seed: int) -> Books:
    return await chaos(folder, size, seed, tell)
