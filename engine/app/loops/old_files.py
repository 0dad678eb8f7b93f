"""Files that came in or went out long ago are let go."""

import asyncio
from collections.abc import Collection

import structlog

from engine.app.desk import Desk
from engine.app.loops.given import Given
from engine.domain.job import JobState
from engine.domain.values import FileId

log = structlog.get_logger()

ROUND_S = 600.0


class OldFiles:
    """Keeps the folder of files from growing for ever; what a job still needs is left."""

    def __init__(self, given: Given) -> None:
        self._given = given

    async def run(self) -> None:
        """Let go again and again, until cancelled."""
        while True:
            await self.step()
            await asyncio.sleep(ROUND_S)

    async def step(self) -> None:
        """Remove the files whose time is over."""
        world = self._given.world
        before = world.clock.now() - world.settings.durations.files_kept
        needed = await self._given.read(_needed)
        count = await self._given.files.remove_old(before, needed=needed)
        if count:
            log.info("files_removed", count=count)


def _needed(desk: Desk) -> Collection[FileId]:
    """Return what jobs are still to put somewhere; a job may run again as long as it is open."""
    jobs = desk.tx.jobs.in_states({JobState.QUEUED, JobState.RUNNING})
    return {FileId(job.args["file"]) for job in jobs if "file" in job.args}
