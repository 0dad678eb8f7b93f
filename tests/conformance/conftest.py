"""Halyard without hosts, with all faces; each test its own."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.conformance.faces import face_at
from tests.conformance.floor import Floor, of_rows, opened_floor
from tests.conformance.playing import playing
from tests.conformance.surface import FACES, Surface
from tests.conformance.users import Users
from tests.faces import short_folder
from tests.fakes.clock import RunningClock
from tests.ground import a_settings

SOURCE = "https://git.example.org/demo.git"


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that any user of the machine may pass through."""
    with short_folder() as folder:
        folder.chmod(0o711)
        yield folder


@pytest.fixture
def clock() -> RunningClock:
    return RunningClock()


@pytest.fixture
async def floor(folder: Path, clock: RunningClock) -> AsyncIterator[Floor]:
    settings = a_settings(folder)
    async with opened_floor(settings, folder / "api.sock", of_rows(clock), clock) as floor:
        await floor.prepare(SOURCE)
        yield floor


@pytest.fixture
def users() -> Iterator[Users]:
    users = Users()
    yield users
    users.close()


@pytest.fixture(params=FACES)
async def face(
    request: pytest.FixtureRequest, floor: Floor, users: Users
) -> AsyncIterator[Surface]:
    """Where people speak."""
    at = face_at(request.param, floor, users)
    async with playing(request, floor, at):
        yield at
