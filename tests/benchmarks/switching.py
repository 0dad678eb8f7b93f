"""Threads that take turns as in `halyard up`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bot.cli.up import SWITCH_S


@contextmanager
def switching() -> Iterator[None]:
    """Let this process switch between threads as often as `halyard up` does, inside the block."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_S)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
