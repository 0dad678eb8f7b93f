"""An emulated Discord with Halyard in it, in one process, as `halyard up` would run it."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.benchmarks.ground import Ground
from tests.discord_room import Room, opened_room

SWITCH_S = 0.001
"""As `halyard up` has it."""


@asynccontextmanager
async def a_room(ground: Ground) -> AsyncIterator[Room]:
    """Open a server with a project in it and Halyard there; nothing is validated."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_S)
    try:
        async with opened_room(ground.fresh(), validate=False) as room:
            await room.add_project()
            async with room.halyard():
                yield room
    finally:
        sys.setswitchinterval(before)
