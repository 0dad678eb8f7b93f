"""A question that nobody answers: on each face the same comes of it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.conformance.playing import playing
from tests.conformance.stage import Stage, opened_stage
from tests.conformance.surface import ANN, FACES, Surface

pytestmark = [
    pytest.mark.docker,
    pytest.mark.timeout(120),
    pytest.mark.asyncio(loop_scope="module"),
]
APPROVAL_S = 1.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage() -> AsyncIterator[Stage]:
    async with opened_stage(approval_s=APPROVAL_S) as stage:
        yield stage


@pytest_asyncio.fixture(params=FACES, loop_scope="module")
async def face(request: pytest.FixtureRequest, stage: Stage) -> AsyncIterator[Surface]:
    """Where people speak."""
    async with playing(request, stage.floor, stage.faces[request.param]) as face:
        yield face


async def test_expire(stage: Stage, face: Surface) -> None:
    session = await face.start(ANN, "ask=1")

    await face.question(session)
    await face.hears(session, "You said no, so I did not run it.")
    await stage.is_idle(session)

    assert await stage.floor.effects(session) == [
        "session queued",
        "task queued ask=1 by ann",
        "task sent",
        "task running",
        "approval open",
        "approval expired",
        "task done end_turn",
    ]
