"""Which host a session goes to, and why it waits."""

from datetime import UTC, datetime
from typing import Any

import pytest

from engine.domain.host import HostSettings, HostState, HostStatus, NoPlace, Place, place
from engine.domain.values import HostName
from tests.build import a_session

A, B = HostName("a"), HostName("b")
HOSTS = (
    HostSettings(name=A, socket="/a", slots=1),
    HostSettings(name=B, socket="/b", slots=2),
)


def seen(name: HostName, state: HostState = HostState.UP, why: str = "") -> HostStatus:
    at = datetime(2030, 5, 4, tzinfo=UTC)
    return HostStatus(name=name, state=state, why=why, seen_at=at)


BOTH_UP = {A: seen(A), B: seen(B)}


@pytest.mark.parametrize(
    ("session", "used", "host"),
    [
        pytest.param({}, {}, B, id="most-free-slots"),
        pytest.param({}, {B: 2}, A, id="the-other-is-full"),
        pytest.param({"host_wanted": A}, {}, A, id="the-one-that-was-named"),
        pytest.param({"host": A}, {}, A, id="where-its-volumes-are"),
        pytest.param({"host": A, "host_wanted": B}, {}, A, id="volumes-come-first"),
    ],
)
def test_a_session_is_placed_on(
    session: dict[str, Any], used: dict[HostName, int], host: HostName
) -> None:
    assert place(a_session(**session), HOSTS, BOTH_UP, used) == Place(host)


@pytest.mark.parametrize(
    ("session", "status", "used", "why"),
    [
        pytest.param(
            {}, BOTH_UP, {A: 1, B: 2}, "free slot on a (1 in use), b (2 in use)", id="full"
        ),
        pytest.param({"host_wanted": HostName("z")}, BOTH_UP, {}, "no host z", id="unknown-host"),
        pytest.param({}, {}, {}, "Host a was not seen yet.", id="not-seen"),
        pytest.param(
            {"host_wanted": A},
            {A: seen(A, HostState.DOWN, "Host a does not answer.")},
            {},
            "Host a does not answer.",
            id="down",
        ),
        pytest.param(
            {"host_wanted": A},
            {A: seen(A, HostState.FULL, "Host a has no room.")},
            {},
            "Host a has no room.",
            id="disk-full",
        ),
    ],
)
def test_a_session_waits_and_is_told_why(
    session: dict[str, Any],
    status: dict[HostName, HostStatus],
    used: dict[HostName, int],
    why: str,
) -> None:
    found = place(a_session(**session), HOSTS, status, used)

    assert isinstance(found, NoPlace)
    assert why in found.why


def test_without_hosts_the_reason_is_told() -> None:
    assert place(a_session(), (), {}, {}) == NoPlace("No host is set.")
