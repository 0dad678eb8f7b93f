"""Hosts, and which of them a session is placed on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.domain.session import Session
from engine.domain.values import HostName


@dataclass(frozen=True, slots=True, kw_only=True)
class HostSettings:
    """A Docker Engine that sessions are dispatched to, as the settings name it."""

    name: HostName
    socket: str
    slots: int = 4
    labels: tuple[str, ...] = ()
    free_min_bytes: int = 2 * 1024**3
    """With less free, the host's sessions are paused and it takes no new ones."""


class HostState(StrEnum):
    """What was last seen of a host."""

    NEW = "new"
    UP = "up"
    DOWN = "down"
    FULL = "full"
    """It answers, but its disk is nearly full."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostStatus:
    """A host as last observed."""

    name: HostName
    state: HostState
    why: str
    """A sentence, where it is not up."""
    seen_at: datetime | None
    """When it last answered."""
    engine_id: str = ""
    engine_version: str = ""
    free_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """The host for a session."""

    host: HostName


@dataclass(frozen=True, slots=True)
class NoPlace:
    """No host takes the session now; `why` is a sentence."""

    why: str


def place(
    session: Session,
    hosts: Sequence[HostSettings],
    status: Mapping[HostName, HostStatus],
    used: Mapping[HostName, int],
) -> Place | NoPlace:
    """Choose the host with most free slots that can take `session`.

    Volumes do not travel, so a session that has been on a host goes back to it.
    """
    wanted = session.host or session.host_wanted
    able = [host for host in hosts if wanted is None or host.name == wanted]
    if not able:
        return NoPlace(
            f"There is no host {wanted} in the settings." if wanted else "No host is set."
        )
    up = [host for host in able if _takes_work(status.get(host.name))]
    if not up:
        return NoPlace(_down(able, status))
    free = {host.name: host.slots - used.get(host.name, 0) for host in up}
    best = max(free, key=lambda name: free[name])
    if free[best] < 1:
        slots = ", ".join(f"{host.name} ({host.slots} in use)" for host in up)
        return NoPlace(f"Waits for a free slot on {slots}.")
    return Place(best)


def _takes_work(status: HostStatus | None) -> bool:
    return status is not None and status.state is HostState.UP


def _down(hosts: Sequence[HostSettings], status: Mapping[HostName, HostStatus]) -> str:
    parts = []
    for host in hosts:
        seen = status.get(host.name)
        parts.append(seen.why if seen and seen.why else f"Host {host.name} was not seen yet.")
    return " ".join(parts)
