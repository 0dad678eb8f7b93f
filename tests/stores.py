"""A store as tests open it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from engine.adapters.store.store import SqlStore
from engine.domain.redaction import Redactor
from tests.fakes.clock import FakeClock

KNOWN = "correct-horse-battery"
"""The secret that the store of these tests knows."""


@asynccontextmanager
async def open_store(database: Path) -> AsyncIterator[SqlStore]:
    """Open a store, and close it behind the block."""
    store = await SqlStore.open(database, FakeClock(), Redactor([KNOWN]))
    try:
        yield store
    finally:
        await store.close()
