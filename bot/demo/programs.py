"""Programs of this machine that the demo needs."""

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from engine.api import Unavailable

GRACE_S = 10.0


async def output_of(*argv: str | Path, env: Mapping[str, str], folder: Path, limit_s: float) -> str:
    """Return what a program prints; what it complains of goes to our own standard error.

    Raises:
        Unavailable: it is not there, fails, or takes too long; cut or not, nothing of it stays.
    """
    name = " ".join(Path(word).name for word in argv[:2])
    try:
        process = await asyncio.create_subprocess_exec(
            *argv,
            env={**os.environ, **env},
            cwd=folder,
            stdin=DEVNULL,
            stdout=PIPE,
        )
    except OSError as error:
        raise Unavailable(f"{name} cannot be run: {error.strerror}.") from error
    try:
        async with asyncio.timeout(limit_s):
            printed, _ = await process.communicate()
    except TimeoutError as error:
        raise Unavailable(f"{name} took longer than {limit_s:.0f} s.") from error
    finally:
        await _end(process)
    if process.returncode:
        raise Unavailable(f"{name} failed with code {process.returncode}; its words are above.")
    return printed.decode()


async def _end(process: Process) -> None:
    """End a process that runs still: as Ctrl-C does, so that it clears up, and at last by force."""
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):  # It has ended just now.
        process.send_signal(signal.SIGINT)
    try:
        async with asyncio.timeout(GRACE_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
