"""Sizes and durations, as people write them."""

import re
from collections.abc import Mapping
from decimal import Decimal

SIZES: Mapping[str, int] = {
    "B": 1,
    "kB": 1000,
    "MB": 1000**2,
    "GB": 1000**3,
    "KiB": 1024,
    "MiB": 1024**2,
    "GiB": 1024**3,
    "TiB": 1024**4,
}
SIZE_MAX = 1024 * SIZES["TiB"]
DURATION_MAX_D = 36_500
"""A hundred years; what is longer does not fit into dates."""
DURATIONS: Mapping[str, float] = {"s": 1, "m": 60, "h": 3600, "d": 86400}
NUMBER = re.compile(r"(\d+(?:\.\d+)?)\s*([A-Za-z]+)")
STEPS = re.compile(r"(?:\d+(?:\.\d+)?[smhd])+")


def bytes_of(value: object) -> int:
    """Return the bytes that `2GiB`, `500 MB` or a plain number stand for.

    Raises:
        ValueError: it is neither; the text says what is expected.
    """
    count = _count(value)
    if count > SIZE_MAX:
        raise ValueError(f"must be at most {size_text(SIZE_MAX)}")
    return count


def _count(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    match = NUMBER.fullmatch(str(value).strip())
    if match is None or match[2] not in SIZES:
        raise ValueError(f"must be a size such as 512MiB or 2GiB, not {str(value)[:40]!r}")
    return round(Decimal(match[1]) * SIZES[match[2]])


def seconds_of(value: object) -> float:
    """Return the seconds that `15m`, `1h30m` or a plain number stand for.

    Raises:
        ValueError: it is neither; the text says what is expected.
    """
    seconds = _seconds(value)
    if seconds > DURATION_MAX_D * DURATIONS["d"]:
        raise ValueError(f"must be at most {DURATION_MAX_D}d")
    return float(seconds)


def _seconds(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
        return value
    text = str(value).strip()
    if not STEPS.fullmatch(text):
        raise ValueError(f"must be a duration such as 30s, 15m or 7d, not {text[:40]!r}")
    return sum(float(number) * DURATIONS[unit] for number, unit in NUMBER.findall(text))


def size_text(count: int) -> str:
    """Return bytes in the largest unit that leaves no fraction."""
    for unit in ("TiB", "GiB", "MiB", "KiB"):
        if count and count % SIZES[unit] == 0:
            return f"{count // SIZES[unit]}{unit}"
    return f"{count}B"


def duration_text(seconds: float) -> str:
    """Return seconds in the largest unit that leaves no fraction."""
    for unit, length in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= length and seconds % length == 0:
            return f"{seconds / length:.0f}{unit}"
    return f"{seconds:.15g}s"
