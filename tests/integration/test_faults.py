"""Hosts that go away, have no slot, or whose clock steps: on the real Engine."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.adapters.docker.frames import Entry
from engine.api import (
    EndReason,
    EventKind,
    SessionState,
    Settings,
    TaskState,
)
from tests.bridge import Bridge
from tests.office import opened_office

pytestmark = pytest.mark.docker

DOWN = "host-down:local"
CLOCK = "host-clock:local"
HOUR_NS = 3600 * 10**9


@pytest.fixture
async def bridge(tmp_path: Path) -> AsyncIterator[Bridge]:
    """A way to the Engine that is up, and may be taken down."""
    bridge = Bridge(str(tmp_path / "engine.sock"))
    await bridge.up()
    yield bridge
    await bridge.down()


@pytest.fixture
def bridged(settings: Settings, bridge: Bridge) -> Settings:
    """Settings whose host is reached over the bridge."""
    return with_host(settings, socket=bridge.socket)


async def test_a_session_waits_for_a_host_that_is_down_and_goes_on_when_it_is_up(
    bridged: Settings, bridge: Bridge, source: Path
) -> None:
    await bridge.down()
    async with opened_office(bridged, source) as office:
        name = await office.start("slow=20/0.1", once=True)
        await office.waits(name, "Host local does not answer.")
        await office.alert(DOWN, "open")

        await bridge.up()
        ended = await office.ends(name)

        assert ended.reason is EndReason.DONE
        await office.alert(DOWN, "closed")


async def test_a_session_whose_project_was_removed_meanwhile_is_told_so(
    bridged: Settings, bridge: Bridge, source: Path
) -> None:
    await bridge.down()
    async with opened_office(bridged, source) as office:
        name = await office.start("work")
        await office.do(lambda use: use.projects.remove("demo"))

        await bridge.up()
        ended = await office.ends(name)

        assert ended.reason is EndReason.PREPARE_FAILED
        assert "no project demo" in ended.why


async def test_nothing_is_lost_or_repeated_when_a_host_goes_away_in_mid_turn(
    bridged: Settings, bridge: Bridge, source: Path
) -> None:
    async with opened_office(bridged, source) as office:
        name = await office.start("slow=50/3 ask=1")
        await office.hears(name, "slow 5 of")

        await bridge.down()
        await office.alert(DOWN, "open")
        cut = await office.view(name)
        await office.say(name, "slow=20/0.1 #2")
        await bridge.up()
        await office.alert(DOWN, "closed")
        await office.allowed(f"{name}.1")
        await office.task(f"{name}.2", TaskState.DONE)

        assert (cut.is_unreachable, cut.session.state) == (True, SessionState.WORKING)
        assert not (await office.view(name)).is_unreachable
        assert await office.text(name) == await office.told(name)
        assert len(await office.ledger(name, "prompt")) == 2
        assert len(await office.ledger(name, "answer")) == 1
        assert (await office.view(name)).session.attempt == 1


async def test_what_people_want_while_a_host_is_away_is_done_when_it_is_back(
    bridged: Settings, bridge: Bridge, source: Path
) -> None:
    async with opened_office(bridged, source) as office:
        name = await office.start("ask=1 slow=20/30")
        await office.opened(f"{name}.1")

        await bridge.down()
        await office.alert(DOWN, "open")
        await office.allow(f"{name}.1")
        await office.do(lambda use: use.sessions.stop(name))
        await bridge.up()
        ended = await office.ends(name)

        assert ended.reason is EndReason.STOPPED
        assert (await office.holds()).containers == {}
        assert len(await office.ledger(name, "answer")) == 1


async def test_a_session_without_a_free_slot_waits_and_says_why(
    settings: Settings, source: Path
) -> None:
    async with opened_office(with_host(settings, slots=1), source) as office:
        first = await office.start("slow=20/30")
        await office.task(f"{first}.1", TaskState.RUNNING)
        second = await office.start("slow=20/0.1", once=True)
        await office.waits(second, "Waits for a free slot on local (1 in use).")

        await office.do(lambda use: use.sessions.stop(first))
        ended = await office.ends(second)

        assert ended.reason is EndReason.DONE


async def test_a_clock_that_steps_back_loses_and_repeats_nothing_and_is_told(
    bridged: Settings, bridge: Bridge, source: Path
) -> None:
    bridge.change = stepping_back_after(30)
    async with opened_office(bridged, source) as office:
        name = await office.start("both=20 slow=50/2", once=True)
        await office.hears(name, "slow 30 of")

        await bridge.down()
        await office.alert(DOWN, "open")
        await bridge.up()
        await office.alert(CLOCK, "open")
        await office.ends(name)
        await office.alert(CLOCK, "closed")

        assert await office.text(name) == await office.told(name)
        errors = "".join(f"both {number} of 20\n" for number in range(1, 21))
        assert await office.text(name, EventKind.STDERR) == errors


def with_host(settings: Settings, **changes: Any) -> Settings:
    """Return settings whose only host is changed."""
    [host] = settings.hosts
    return replace(settings, hosts=(replace(host, **changes),))


def stepping_back_after(count: int) -> Callable[[Entry], Entry]:
    """Return what sets the stamps an hour back behind so many entries of stdout and stderr."""
    seen: dict[Entry, Entry] = {}

    def change(entry: Entry) -> Entry:
        step_ns = HOUR_NS if len(seen) >= count else 0
        return seen.setdefault(entry, entry._replace(stamp_ns=entry.stamp_ns - step_ns))

    return change
