"""`make chaos-discord`: people, trouble, kills, rest, and the count; exit code 0 if all is right.

SAID (10,000), KILLS (one for each 100 said) and SEED (by chance) are variables of the environment.
"""

import asyncio
import os
import shutil
import sys
import tempfile
from pathlib import Path
from random import SystemRandom

from tests.chaos.__main__ import tell
from tests.chaos_discord.count import differences, summary
from tests.chaos_discord.run import Size, chaos

SAID = 10_000
SAID_A_KILL = 100
SHOWN = 20
LOG = Path("var/chaos-discord.log")


def main() -> int:
    """Run it in a folder that is gone afterwards."""
    said = int(os.environ.get("SAID") or SAID)
    kills = int(os.environ.get("KILLS") or said // SAID_A_KILL)
    seed = int(os.environ.get("SEED") or SystemRandom().randrange(10**6))
    tell(f"{said} things said and {kills} kills; SEED={seed} chooses the same again.")
    with tempfile.TemporaryDirectory(prefix="halyard-chaos-") as name:
        books = asyncio.run(chaos(Path(name), Size(said=said, kills=kills), seed=seed, tell=tell))
        LOG.parent.mkdir(exist_ok=True)
        shutil.copy(Path(name) / "home" / "log", LOG)
    tell(summary(books))
    found = differences(books)
    if not found:
        tell("What was acknowledged was answered once; nothing was lost, and nothing came twice.")
        return 0
    for sentence in found[:SHOWN]:
        tell(f"  - {sentence}")
    tell(f"{len(found)} differences. What Halyard printed is in {LOG}.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
