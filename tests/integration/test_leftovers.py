"""What lies on a host and is wanted no more."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from engine.adapters.docker.names import AGENT, Names
from engine.api import Conflict, InstallationId, SessionId, Settings
from tests.docker_host import docker_client
from tests.holdings import NOTHING
from tests.office import opened_office

pytestmark = pytest.mark.docker


async def test_a_container_without_a_row_is_stopped_and_reported(
    settings: Settings, source: Path
) -> None:
    durations = replace(settings.durations, janitor_s=0.3, stop_grace_s=0.1)
    async with opened_office(replace(settings, durations=durations), source) as office:
        name = await asyncio.to_thread(make_stray, office.installation, settings.helper_image)

        alert = await office.alert(f"stray:local:{name}", "open")

        assert alert == f"Container {name} on host local has no row; it was stopped."
        await office.comes_to_hold(lambda held: held.containers == {name: "exited"})


async def test_a_container_without_a_row_is_removed_when_nobody_came_for_it(
    settings: Settings, source: Path
) -> None:
    durations = replace(
        settings.durations, janitor_s=0.3, stop_grace_s=0.1, strays_kept=timedelta()
    )
    async with opened_office(replace(settings, durations=durations), source) as office:
        name = await asyncio.to_thread(make_stray, office.installation, settings.helper_image)

        await office.alert(f"stray:local:{name}", "closed")

        assert await office.holds() == NOTHING


async def test_the_volumes_of_an_ended_session_go_when_their_time_is_over(
    settings: Settings, source: Path
) -> None:
    durations = replace(settings.durations, janitor_s=0.3, volumes_kept=timedelta(seconds=2))
    async with opened_office(replace(settings, durations=durations), source) as office:
        name = await office.start("slow=20/0.1", once=True)
        await office.ends(name)
        kept = [name for name in (await office.holds()).volumes if name.startswith("halyard-")]

        await office.until(lambda use: use.sessions.find(name).volumes_until is None)
        await office.comes_to_hold(lambda held: not held.volumes)

        assert len(kept) == 2
        assert (await office.events(name))[-1].data["why"] == "The time of its volumes is over."
        with pytest.raises(Conflict, match="volumes of demo-1 are gone"):
            await office.do(
                lambda use: use.sessions.restart(name, "", by=use.sessions.find(name).owner)
            )


async def test_volumes_of_a_session_that_was_never_prepared_go_too(settings: Settings) -> None:
    durations = replace(settings.durations, janitor_s=0.3, volumes_kept=timedelta(seconds=1))
    nowhere = "https://127.0.0.1/x.git"
    async with opened_office(replace(settings, durations=durations), nowhere) as office:
        name = await office.start("work")
        await office.ends(name)
        kept = (await office.holds()).volumes

        await office.comes_to_hold(lambda held: not held.volumes)

        assert kept


def make_stray(installation: InstallationId, image: str) -> str:
    """Start a container that looks like one of a session, and return its name."""
    names = Names(installation)
    ghost = SessionId("ghost")
    with docker_client() as client:
        made = client.create_container(
            image,
            ["sleep", "600"],
            entrypoint=[],
            name=names.container(ghost, 1),
            labels=names.labels(ghost, role=AGENT, attempt=1),
            host_config=client.create_host_config(network_mode="none"),
        )
        client.start(made["Id"])
    return names.container(ghost, 1)
