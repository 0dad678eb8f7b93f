"""Errors of tasks that ended together."""

from collections.abc import Iterator
from contextlib import contextmanager

from engine.api import EngineError


@contextmanager
def ungrouped() -> Iterator[None]:
    """Raise the engine's own error in place of a group that holds nothing but such.

    Tasks that end together hand over a group; to a person it is one thing. Bugs stay in theirs.
    """
    try:
        yield
    except BaseExceptionGroup as group:
        ours, others = group.split(EngineError)
        if ours is None or others is not None:
            raise
        raise _first(ours) from None


def _first(group: BaseExceptionGroup[EngineError]) -> EngineError:
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error
