"""What lies on an Engine, seen past Halyard."""

import json
from collections.abc import Mapping, Sequence, Set
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from docker import APIClient

from engine.adapters.docker.names import Names
from engine.api import InstallationId

LEDGER = "/home/agent/.halyard-demo/ledger.jsonl"


@dataclass(frozen=True, slots=True)
class Holdings:
    """What lies on the Engine, by name."""

    containers: Mapping[str, str] = field(default_factory=dict)
    """With the Engine's word for its state."""
    volumes: Set[str] = frozenset()
    networks: Set[str] = frozenset()


NOTHING = Holdings()


def held(installation: InstallationId, socket: str) -> Holdings:
    """Return all that is there of an installation."""
    filters = Names(installation).filters()
    with _client(socket) as client:
        containers = client.containers(all=True, filters=filters)
        volumes = client.volumes(filters)["Volumes"] or ()
        networks = client.networks(filters=filters)
    return Holdings(
        containers={one["Names"][0].removeprefix("/"): one["State"] for one in containers},
        volumes={one["Name"] for one in volumes},
        networks={one["Name"] for one in networks},
    )


def ledger(volume: str, image: str, socket: str) -> Sequence[Mapping[str, Any]]:
    """Return what the demo agent of a home volume wrote down, read in a container of its own."""
    with _client(socket) as client:
        config = client.create_host_config(binds=[f"{volume}:/home/agent:ro"], network_mode="none")
        made = client.create_container(image, ["cat", LEDGER], entrypoint=[], host_config=config)
        try:
            client.start(made["Id"])
            client.wait(made["Id"])
            lines = client.logs(made["Id"]).splitlines()
        finally:
            client.remove_container(made["Id"], force=True)
    return [json.loads(line) for line in lines]


def removed(container: str, socket: str) -> None:
    """Remove a container, whatever it does."""
    with _client(socket) as client:
        client.remove_container(container, force=True)


def _client(socket: str) -> closing[APIClient]:
    return closing(APIClient(base_url=f"unix://{socket}", version="auto", timeout=30))
