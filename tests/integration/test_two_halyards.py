"""Two Halyards on one Engine: neither touches what the other has."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.api import Conflict, EndReason, EventKind, Network, Settings, TaskState
from engine.bootstrap import running_engine
from tests.holdings import Holdings
from tests.office import Office, opened_office

pytestmark = pytest.mark.docker


@pytest.fixture
def busy(settings: Settings) -> Settings:
    """Settings with a janitor that looks all the time."""
    durations = replace(settings.durations, janitor_s=0.2)
    return replace(settings, durations=durations)


@pytest.fixture
def other(busy: Settings, tmp_path: Path) -> Settings:
    """Settings of another Halyard on the same Engine."""
    folder = tmp_path / "other"
    folder.mkdir()
    return replace(busy, database=folder / "halyard.db", files=folder / "files")


async def test_one_with_an_empty_database_leaves_the_other_s_things_alone(
    busy: Settings, other: Settings, source: Path
) -> None:
    async with opened_office(busy, source) as one:
        name = await one.start("slow=20/2 ask=1", network=Network.JAIL)
        ended = await one.start("slow=20/0.1", once=True)
        await one.task(f"{name}.1", TaskState.RUNNING)
        await one.ends(ended)
        before = await one.holds()

        async with opened_office(other, source) as two:
            theirs = await two.start("slow=20/1", once=True)
            assert (await two.ends(theirs)).reason is EndReason.DONE
            assert await alerts(two) == []
        after = await one.holds()
        await one.allowed(f"{name}.1")
        await one.task(f"{name}.1", TaskState.DONE)

        assert lasting(after) == lasting(before)
        assert await one.text(name) == await one.told(name)
        assert await alerts(one) == []


async def test_a_second_one_on_the_same_database_is_refused_with_a_sentence(
    busy: Settings, source: Path
) -> None:
    async with opened_office(busy, source) as one:
        with pytest.raises(Conflict, match="uses the database") as refused:
            async with running_engine(busy):
                raise AssertionError("Two hold one database.")
        name = await one.start("slow=20/0.1", once=True)

        assert (await one.ends(name)).reason is EndReason.DONE
        assert str(busy.database) in str(refused.value)


def lasting(held: Holdings) -> tuple[object, ...]:
    """What is there of sessions; the janitor's own helpers come and go."""
    agents = {name for name in held.containers if "-measure-" not in name}
    volumes = {name for name in held.volumes if name.startswith("halyard-")}
    return agents, volumes, held.networks


async def alerts(office: Office) -> list[str]:
    return [str(event.data["text"]) for event in await office.events("", EventKind.ALERT)]
