"""Local repositories by the machine's own git, of which nothing that a repository says is run."""

import asyncio
import os
from asyncio.subprocess import DEVNULL, PIPE, Process, create_subprocess_exec
from collections.abc import Sequence
from pathlib import Path

from engine.domain.errors import Failed, PrepareFailed

LIMIT_S = 120.0
SAFE = (
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "gc.auto=0"),
    *("-c", "maintenance.auto=false"),
    # Who may name a local source was decided before; whose file it is does not matter here.
    *("-c", "safe.directory=*"),
)
ENVIRONMENT = {
    "PATH": os.defpath,
    "LC_ALL": "C",
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ALLOW_PROTOCOL": "file",
}


class LocalSources:
    """`Sources` of this machine."""

    def __init__(self, *, limit_s: float = LIMIT_S) -> None:
        self._limit_s = limit_s

    async def bundle(self, source: Path, ref: str, target: Path) -> None:
        try:
            wanted = await self._refs(source, ref)
            await self._git(source, "bundle", "create", "--quiet", str(target), *wanted)
        except PrepareFailed:
            raise
        except Failed as error:
            raise PrepareFailed(f"The source {source} cannot be read: {error}") from error

    async def fetch(self, source: Path, bundle: Path, branch: str) -> None:
        ref = f"refs/heads/{branch}"
        how = ("--no-tags", "--no-write-fetch-head", "--no-recurse-submodules")
        try:
            await self._git(source, "fetch", *how, str(bundle), f"{ref}:{ref}")
        except Failed as error:
            raise Failed(f"The source {source} does not take the work: {error}") from error

    async def _refs(self, source: Path, ref: str) -> Sequence[str]:
        """Return what to bundle: HEAD with the branch it is on, or the named branch or tag."""
        if not ref:
            if not await self._git(source, "rev-list", "-n", "1", "--all"):
                raise PrepareFailed(f"The source {source} has no commit yet.")
            return ("HEAD", *await self._matches(source, "--points-at=HEAD", "refs/heads"))
        found = await self._matches(source, f"refs/heads/{ref}", f"refs/tags/{ref}")
        if not found:
            raise PrepareFailed(f"The source {source} has no branch or tag {ref}.")
        return found[:1]

    async def _matches(self, source: Path, *patterns: str) -> Sequence[str]:
        how = ("for-each-ref", "--format=%(refname)")
        return (await self._git(source, *how, *patterns)).split()

    async def _git(self, source: Path, *args: str) -> str:
        """Run git in a repository and return what it printed.

        Raises:
            Failed: it says no, or took too long; the text is its last word.
        """
        command = ("git", *SAFE, "-C", str(source), *args)
        process = await create_subprocess_exec(
            *command, env=ENVIRONMENT, stdin=DEVNULL, stdout=PIPE, stderr=PIPE
        )
        try:
            async with asyncio.timeout(self._limit_s):
                printed, said = await process.communicate()
        except TimeoutError as error:
            raise Failed(f"It took longer than {self._limit_s:.0f} seconds.") from error
        finally:
            await _ended(process)
        if process.returncode:
            raise Failed(_last_word(said))
        return printed.decode(errors="replace")


async def _ended(process: Process) -> None:
    if process.returncode is None:
        process.kill()
        await process.wait()


def _last_word(said: bytes) -> str:
    lines = [line for line in said.decode(errors="replace").splitlines() if line.strip()]
    return lines[-1].strip().removeprefix("fatal: ") if lines else "git said no, but not why."
