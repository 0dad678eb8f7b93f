"""What agents print comes whole, once, and without secrets."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.api import EndReason, EventKind, Settings
from tests.agents import DEMO, LEAKING, with_program
from tests.office import Office, opened_office

pytestmark = pytest.mark.docker


async def test_two_busy_streams_lose_and_repeat_nothing(office: Office) -> None:
    name = await office.start("both=5000", once=True)

    await office.ends(name)

    assert await office.text(name) == await office.told(name)
    errors = "".join(f"both {number} of 5000\n" for number in range(1, 5001))
    assert await office.text(name, EventKind.STDERR) == errors


async def test_a_message_of_a_megabyte_comes_whole(office: Office) -> None:
    name = await office.start("big=1048576", once=True)

    await office.ends(name)

    assert len(await office.text(name)) > 1_048_576
    assert await office.text(name) == await office.told(name)


async def test_lines_that_are_no_messages_are_noise_and_hurt_nothing(office: Office) -> None:
    name = await office.start("junk=100 slow=20/0.1", once=True)

    ended = await office.ends(name)

    assert ended.reason is EndReason.DONE
    noise = "".join(f"junk {number}: this is not JSON\n" for number in range(1, 101))
    assert await office.text(name, EventKind.NOISE) == noise
    assert await office.text(name) == await office.told(name)


@pytest.mark.timeout(180)
async def test_a_flood_of_200000_messages_comes_whole(office: Office) -> None:
    name = await office.start("flood=200000", once=True)

    ended = await office.ends(name, limit_s=120)

    assert ended.reason is EndReason.DONE
    assert (await office.text(name)).count("\n") == 200_000
    assert await office.text(name) == await office.told(name)


async def test_a_secret_is_in_no_event_however_an_agent_tells_it(
    settings: Settings, source: Path
) -> None:
    secret = "-".join(["correct", "horse", "battery", "staple"])
    telling = with_program(settings, LEAKING)
    agent = replace(telling.agents[DEMO], secrets={"key": "KEY"})
    knowing = replace(telling, agents={DEMO: agent}, credentials={"KEY": secret.encode()})
    async with opened_office(knowing, source) as office:
        name = await office.start("tell me", once=True)

        await office.ends(name)

        assert await office.text(name) == "It is [redacted], in one [redacted]."
        told = [str(event.data) for event in await office.events(name)]
        # At least one of each way of telling it; a text may come in more than one event.
        assert sum("[redacted]" in data for data in told) >= 5
        assert not [data for data in told if secret in data]
    assert secret.encode() not in b"".join(
        path.read_bytes() for path in settings.database.parent.glob("halyard.db*")
    )
