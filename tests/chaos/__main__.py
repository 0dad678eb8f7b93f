"""`make chaos`: kills, rest, count; exit code 0 if nothing was lost and nothing happened twice.

KILLS (20) and SEED (by chance) are variables of the environment.
"""

import asyncio
import os
import shutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random, SystemRandom

from tests.chaos.books import Books
from tests.chaos.count import differences, summary
from tests.chaos.run import chaos

KILLS = 20
KILL_S = 20.0
"""What one kill may take, with all that follows from it."""
BASE_S = 400.0
LOG = Path("var/chaos.log")


def main() -> int:
    """Run it in a folder that is gone afterwards."""
    kills = int(os.environ.get("KILLS") or KILLS)
    seed = int(os.environ.get("SEED") or SystemRandom().randrange(10**6))
    tell(f"{kills} kills and the aimed ones; SEED={seed} chooses the same again.")
    found: list[str] = []
    with tempfile.TemporaryDirectory(prefix="halyard-chaos-") as name:
        folder = Path(name)
        try:
            books = asyncio.run(_in_time(folder, kills, seed))
            tell(summary(books))
            found += differences(books)
        except* (AssertionError, TimeoutError) as group:
            found += map(_told, _leaves(group))
        if found:
            shutil.copy(folder / "home" / "log", LOG)
    return report(found)


def report(found: Sequence[str]) -> int:
    """Tell what is not as it must be; return the exit code."""
    if not found:
        tell("Nothing was lost, nothing happened twice.")
        return 0
    for sentence in found:
        tell(f"  - {sentence}")
    tell(f"{len(found)} differences. What Halyard printed is in {LOG}.")
    return 1


def tell(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def _in_time(folder: Path, kills: int, seed: int) -> Books:
    running = asyncio.current_task()
    assert running is not None
    # Told to end, it leaves nothing behind either.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)
    async with asyncio.timeout(BASE_S + kills * KILL_S):
        rng = Random(seed)  # noqa: S311 - chooses moments, not secrets
        return await chaos(folder, kills=kills, rng=rng, tell=tell)


def _leaves(group: BaseExceptionGroup[BaseException]) -> Iterator[BaseException]:
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _leaves(error)
        else:
            yield error


def _told(error: BaseException) -> str:
    """Return what went wrong, and where: a time limit or an assertion may have no words."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {last.name}, line {last.lineno}: {error}"


if __name__ == "__main__":
    sys.exit(main())
