"""The few things that the agent asks of git; all of them only read."""

import asyncio
import os
from pathlib import Path

LIMIT_S = 60


class GitFailed(Exception):
    """Git ended with an error; the text is what it said."""


async def git(repository: Path, *words: str) -> str:
    """Return what a git command prints.

    Raises:
        GitFailed: it ended with an error.
    """
    process = await asyncio.create_subprocess_exec(
        *["git", *words],
        cwd=repository,
        # Halyard may look at the same repository at this moment: leave its locks alone.
        env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(LIMIT_S):
            output, errors = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    if process.returncode:
        raise GitFailed(errors.decode(errors="replace").strip())
    return output.decode(errors="replace")
