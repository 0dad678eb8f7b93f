"""Errors of task groups."""

from engine.domain.errors import EngineError


def expected(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the first error that callers know of, or the whole group if a bug is in it."""
    known = errors.subgroup((EngineError, TimeoutError))
    if known is None or errors.split((EngineError, TimeoutError))[1] is not None:
        return errors
    first = known.exceptions[0]
    return expected(first) if isinstance(first, BaseExceptionGroup) else first
