"""Halyard is killed at the worst moments; `make chaos` does the same many times over."""

from pathlib import Path
from random import Random

import pytest

from engine.adapters.docker.names import Names
from tests.chaos.count import differences
from tests.chaos.kills import AIMS
from tests.chaos.run import a_scene
from tests.docker_host import S1, base_image, docker_client, opened_host

pytestmark = [pytest.mark.docker, pytest.mark.timeout(120)]


@pytest.mark.parametrize("aim", AIMS)
async def test_a_kill_at_this_moment_loses_nothing_and_does_nothing_twice(
    aim: str, tmp_path: Path
) -> None:
    async with a_scene(tmp_path, Random(0)) as scene:  # noqa: S311 - chooses moments, not secrets
        session = await scene.killer.aimed(aim)
        await scene.rest()

        books = await scene.books()

    assert session in books.ledgers
    assert differences(books) == []


async def test_what_a_killed_halyard_left_at_an_errand_ends_before_the_next_begins() -> None:
    async with opened_host() as host:
        names = Names(host.installation)
        with docker_client() as docker:
            for volume in (names.work(S1), names.home(S1)):
                docker.create_volume(volume, labels=names.labels(S1))
            labels = names.labels(S1, role="measure")
            alone = docker.create_host_config(network_mode="none")
            docker.start(docker.create_container(base_image(), labels=labels, host_config=alone))

        await host.volume_sizes(S1)

        assert (await host.inventory()).containers == []
