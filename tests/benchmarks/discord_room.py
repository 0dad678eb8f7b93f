"""An emulated Discord with Halyard in it, in one process, as `halyard up` would run it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.benchmarks.ground import Ground
from tests.benchmarks.switching import switching
from tests.discord_room import Room, opened_room


@asynccontextmanager
async def a_room(ground: Ground) -> AsyncIterator[Room]:
    """Open a server with a project in it and Halyard there; nothing is validated."""
    with switching():
        async with opened_room(ground.fresh(), validate=False) as room:
            await room.add_project()
            async with room.halyard():
                yield room
