"""Figures and times, as people read them."""

from collections.abc import Mapping
from datetime import datetime

from engine.api import Json

KIB = 1024
UNKNOWN = "-"
"""Stands for what nobody has told."""


def moment(at: datetime | None) -> str:
    """Return a time as text, or a dash if there is none."""
    return f"{at:%Y-%m-%d %H:%M:%S} UTC" if at else UNKNOWN


def size(count: int | None) -> str:
    """Return bytes as text, or a dash if they are not known."""
    if count is None:
        return UNKNOWN
    value, unit = float(count), "B"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if value < KIB:
            break
        value, unit = value / KIB, larger
    return f"{count} B" if unit == "B" else f"{value:.1f} {unit}"


def shortened(text: str, *, max_chars: int = 60) -> str:
    """Return the first line of `text`, with dots where something was left out."""
    line, _, rest = text.strip().partition("\n")
    if len(line) > max_chars:
        return f"{line[: max_chars - 1]}…"
    return f"{line} …" if rest else line


def session_of(name: str) -> str:
    """Return the session's part of the name of a task or an approval."""
    return name.rpartition(".")[0]


def duration(seconds: float) -> str:
    """Return a duration as text: `2m30s`."""
    whole = round(seconds)
    if whole < 60:
        return f"{seconds:.1f}s" if seconds < 10 else f"{whole}s"
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h{minutes:02}m" if hours else f"{minutes}m{rest:02}s"


def percent_of(usage: Mapping[str, Json]) -> str:
    """Return how full the agent's context is, as it claims, in percent; empty if it does not."""
    used, total = usage.get("used"), usage.get("size")
    if not isinstance(used, int) or not isinstance(total, int) or total < 1:
        return ""
    return f"{100 * used // total} %"


def context_of(usage: Mapping[str, Json]) -> str:
    """Return how full the agent's context is, as it claims, or a dash."""
    used, total = usage.get("used"), usage.get("size")
    if not isinstance(used, int):
        return UNKNOWN
    if not isinstance(total, int) or total < 1:
        return f"{used:,} tokens"
    return f"{used:,} of {total:,} tokens ({100 * used // total} %)"


def claimed(usage: Mapping[str, Json]) -> str:
    """Return what the agent claims to have spent, or a dash; only a gateway's figure is a fact."""
    spent = usage.get("claimed_microusd")
    return f"claimed ${spent / 1_000_000:.2f}" if isinstance(spent, int) else UNKNOWN
