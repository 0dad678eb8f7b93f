"""What was found when a platform was looked at."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    is_fine: bool
    sentence: str
    """What is so, or what is missing and what to do about it."""


def fine(sentence: str) -> Finding:
    """Return that something is as it should be."""
    return Finding(is_fine=True, sentence=sentence)


def lacking(sentence: str) -> Finding:
    """Return that something is missing; the sentence says what to do."""
    return Finding(is_fine=False, sentence=sentence)
