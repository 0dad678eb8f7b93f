"""Fixtures of the contract tests: a host on the real Docker Engine."""

from collections.abc import AsyncIterator, Iterator

import pytest
from docker import APIClient

from engine.adapters.docker.host import DockerHost
from tests.docker_host import bare_image, docker_client, opened_host


@pytest.fixture(scope="session")
def image() -> Iterator[str]:
    """Give an image whose containers run what they are told, without waiting for secrets."""
    with bare_image() as name:
        yield name


@pytest.fixture
async def host() -> AsyncIterator[DockerHost]:
    """Give a host of a new installation on the real Engine."""
    async with opened_host() as host:
        yield host


@pytest.fixture
def docker() -> Iterator[APIClient]:
    """Give a client that sees everything on the Engine."""
    with docker_client() as client:
        yield client
