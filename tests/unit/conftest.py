"""What unit tests stand on."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.adapters.store.store import SqlStore
from tests.fakes.clock import FakeClock
from tests.ground import Ground, a_settings


@pytest.fixture
async def ground(tmp_path: Path) -> AsyncIterator[Ground]:
    """A real store in an empty folder, with small settings and a clock that stands still."""
    settings = a_settings(tmp_path)
    clock = FakeClock()
    store = await SqlStore.open(settings.database, clock)
    yield Ground(store=store, settings=settings, clock=clock)
    await store.close()
