"""Sees that a scenario makes the commands that the matrix says it makes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.conformance.floor import Floor
from tests.conformance.matrix import SCENARIOS, played_by
from tests.conformance.surface import ANN, Surface

SAID_MAX = 1000
TESTS = {played_by(name): scenario for name, scenario in SCENARIOS.items()}


@asynccontextmanager
async def playing(
    request: pytest.FixtureRequest, floor: Floor, face: Surface
) -> AsyncIterator[Surface]:
    """Play the scenario of a test inside the block, with people at a face."""
    last = await floor.engine.read(lambda use: use.said.newest(limit=1))
    before = max((r.number for r in last), default=0)
    yield face
    said = await floor.engine.read(lambda use: use.said.newest(limit=SAID_MAX))
    platform = face.actor(ANN).partition(":")[0]
    made = {r.path for r in said if r.surface == platform and r.number > before}
    assert TESTS[request.node.originalname].commands <= made
