"""Every setting that hardens a container, read off what the Engine has made of it."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from docker import APIClient

from engine.adapters.docker.config import (
    HOME,
    SECRETS_OPTIONS,
    WORK,
    Plan,
    body_of,
    tmp_options,
    ulimits,
)
from engine.adapters.docker.host import DockerHost
from engine.adapters.docker.names import Names
from engine.adapters.docker.networks import INHIBIT
from engine.adapters.docker.weaknesses import weaknesses
from engine.domain.errors import Failed, HostUnavailable
from engine.domain.values import Network
from engine.ports.hosts import ContainerState
from tests.docker_host import S1, S2, a_spec

pytestmark = pytest.mark.docker

VOLUME = {"Type": "volume", "Source": "halyard-x", "Target": "/work"}
BIND = {"Type": "bind", "Source": "/", "Target": "/work"}
TMP = "/tmp"  # noqa: S108 - the container's own
LIMITS = a_spec("any").limits
TMPFS = {TMP: tmp_options(LIMITS), "/run/secrets": SECRETS_OPTIONS}


def of_processes(**changed: int) -> list[dict[str, Any]]:
    """The limits of each process as planned, but for those."""
    return [
        {**ulimit, "Hard": changed.get(ulimit["Name"], ulimit["Hard"])}
        for ulimit in ulimits(LIMITS)
    ]


WEAKER: list[tuple[str, Any, str]] = [
    ("Config.User", "", "User"),
    ("Config.User", "root", "User"),
    ("Config.User", "10001", "User"),
    ("Config.Tty", True, "Tty"),
    ("Config.OpenStdin", False, "OpenStdin"),
    ("Config.StdinOnce", True, "StdinOnce"),
    ("HostConfig.Privileged", True, "Privileged"),
    ("HostConfig.ReadonlyRootfs", False, "ReadonlyRootfs"),
    ("HostConfig.Init", None, "Init"),
    ("HostConfig.CapDrop", None, "CapDrop"),
    ("HostConfig.CapDrop", ["NET_RAW"], "CapDrop"),
    ("HostConfig.CapAdd", ["SYS_ADMIN"], "CapAdd"),
    ("HostConfig.SecurityOpt", None, "SecurityOpt"),
    ("HostConfig.SecurityOpt", ["no-new-privileges", "seccomp=unconfined"], "SecurityOpt"),
    ("HostConfig.IpcMode", "host", "IpcMode"),
    ("HostConfig.CgroupnsMode", "host", "CgroupnsMode"),
    ("HostConfig.PidMode", "host", "PidMode"),
    ("HostConfig.UTSMode", "host", "UTSMode"),
    ("HostConfig.UsernsMode", "host", "UsernsMode"),
    ("HostConfig.NetworkMode", "host", "NetworkMode"),
    ("HostConfig.NetworkMode", "bridge", "NetworkMode"),
    ("HostConfig.NetworkMode", "default", "NetworkMode"),
    ("HostConfig.NetworkMode", "container:x", "NetworkMode"),
    ("NetworkSettings.Networks", {"none": {}, "bridge": {}}, "NetworkMode"),
    ("HostConfig.Dns", [], "Dns"),
    ("HostConfig.ExtraHosts", ["forge.example:10.0.0.1"], "ExtraHosts"),
    ("HostConfig.PortBindings", {"80/tcp": [{"HostPort": "80"}]}, "PortBindings"),
    ("HostConfig.PublishAllPorts", True, "PublishAllPorts"),
    ("HostConfig.Binds", ["/:/host"], "Binds"),
    ("HostConfig.VolumesFrom", ["x"], "VolumesFrom"),
    ("HostConfig.Devices", [{"PathOnHost": "/dev/kvm"}], "Devices"),
    ("HostConfig.DeviceRequests", [{"Count": -1}], "DeviceRequests"),
    ("HostConfig.DeviceCgroupRules", ["c 1:1 r"], "DeviceCgroupRules"),
    ("HostConfig.GroupAdd", ["0"], "GroupAdd"),
    ("HostConfig.Sysctls", {"net.ipv4.ip_forward": "1"}, "Sysctls"),
    ("HostConfig.CgroupParent", "/", "CgroupParent"),
    ("HostConfig.Memory", 0, "Memory"),
    ("HostConfig.Memory", LIMITS.memory_bytes + 1, "Memory"),
    ("HostConfig.MemorySwap", -1, "MemorySwap"),
    ("HostConfig.NanoCpus", 0, "NanoCpus"),
    ("HostConfig.NanoCpus", 10**9 + 1, "NanoCpus"),
    ("HostConfig.PidsLimit", None, "PidsLimit"),
    ("HostConfig.PidsLimit", -1, "PidsLimit"),
    ("HostConfig.PidsLimit", LIMITS.pids + 1, "PidsLimit"),
    ("HostConfig.OomKillDisable", True, "OomKillDisable"),
    ("HostConfig.OomScoreAdj", -500, "OomKillDisable"),
    ("HostConfig.Ulimits", None, "Ulimits nofile"),
    ("HostConfig.Ulimits", [{"Name": "nofile", "Hard": 9}], "Ulimits core"),
    ("HostConfig.Ulimits", [{"Name": "fsize", "Hard": -1}], "Ulimits fsize"),
    ("HostConfig.Ulimits", of_processes(core=1), "Ulimits core"),
    ("HostConfig.Ulimits", of_processes(nofile=LIMITS.open_files + 1), "Ulimits nofile"),
    ("HostConfig.Ulimits", of_processes(fsize=LIMITS.file_bytes + 1), "Ulimits fsize"),
    ("HostConfig.RestartPolicy", {"Name": "always", "MaximumRetryCount": 0}, "RestartPolicy"),
    ("HostConfig.LogConfig", {"Type": "none", "Config": {}}, "LogConfig"),
    ("HostConfig.LogConfig", {"Type": "json-file", "Config": {}}, "LogConfig"),
    ("HostConfig.MaskedPaths", [], "MaskedPaths"),
    ("HostConfig.ReadonlyPaths", [], "ReadonlyPaths"),
    ("HostConfig.Mounts", [BIND], "Mounts /work"),
    ("HostConfig.Mounts", [{**VOLUME, "Target": "/etc"}], "Mounts /etc"),
    ("HostConfig.Mounts", [{**VOLUME, "Source": "halyard-y"}], "Mounts /work"),
    ("HostConfig.Tmpfs", None, "Tmpfs /run/secrets"),
    ("HostConfig.Tmpfs", {**TMPFS, "/etc": "size=1"}, "Tmpfs /etc"),
    ("HostConfig.Tmpfs", {**TMPFS, TMP: "rw,nosuid,nodev"}, "Tmpfs /tmp"),
    ("HostConfig.Tmpfs", {**TMPFS, TMP: "rw,nodev,size=1"}, "Tmpfs /tmp"),
    ("HostConfig.Tmpfs", {**TMPFS, TMP: TMPFS[TMP].replace("size=", "size=9")}, "Tmpfs /tmp"),
    (
        "HostConfig.Tmpfs",
        {**TMPFS, "/run/secrets": SECRETS_OPTIONS.replace("mode=0700", "mode=0755")},
        "Tmpfs /run/secrets",
    ),
]


@pytest.fixture
async def made(host: DockerHost, image: str, docker: APIClient) -> dict[str, Any]:
    """What the Engine says of a container as we make them."""
    container = await host.create(a_spec(image, "cat"))
    return dict(docker.inspect_container(container))


@pytest.fixture
def plan(host: DockerHost, image: str) -> Plan:
    """What a session's container is made from."""
    names = Names(host.installation)
    return Plan(
        image=image,
        argv=("cat",),
        labels=names.labels(S1, role="agent", attempt=1),
        limits=LIMITS,
        volumes={WORK: names.work(S1), HOME: names.home(S1)},
    )


def make_as(host: DockerHost, docker: APIClient, body: dict[str, Any]) -> None:
    """Make the container that a session will find, of its name, and its volumes."""
    names = Names(host.installation)
    for volume in (names.work(S1), names.home(S1)):
        docker.create_volume(volume, labels=names.labels(S1))
    name = names.container(S1, 1)
    docker.create_container_from_config(body, name)  # type: ignore[no-untyped-call]


async def test_a_container_as_we_make_it_has_no_weakness(made: dict[str, Any], plan: Plan) -> None:
    assert weaknesses(made, plan) == []


async def test_a_jailed_container_has_no_weakness(
    host: DockerHost, image: str, docker: APIClient, plan: Plan
) -> None:
    container = await host.create(a_spec(image, "cat", network=Network.JAIL))
    jailed = replace(plan, network=Names(host.installation).jail(S1))

    assert weaknesses(docker.inspect_container(container), jailed) == []


async def test_each_weakened_setting_is_named(made: dict[str, Any], plan: Plan) -> None:
    for path, value, name in WEAKER:
        weakened = deepcopy(made)
        part, setting = path.split(".")
        weakened[part][setting] = value

        assert name in weaknesses(weakened, plan), (path, value)


async def test_a_volume_with_a_driver_of_its_own_is_named(made: dict[str, Any], plan: Plan) -> None:
    made["HostConfig"]["Mounts"][0]["VolumeOptions"] = {"DriverConfig": {"Options": {"o": "bind"}}}

    assert weaknesses(made, plan) == ["Mounts /work driver"]


async def test_another_runtime_than_planned_is_named(made: dict[str, Any], plan: Plan) -> None:
    assert weaknesses(made, replace(plan, runtime="runsc")) == ["Runtime"]


async def test_lower_limits_than_planned_are_no_weakness(made: dict[str, Any], plan: Plan) -> None:
    more = replace(LIMITS, memory_bytes=2 * LIMITS.memory_bytes, pids=999, open_files=9999)

    assert weaknesses(made, replace(plan, limits=more)) == []


async def test_any_network_but_the_planned_one_is_named(
    made: dict[str, Any], plan: Plan, host: DockerHost
) -> None:
    names = Names(host.installation)
    for planned in ("none", names.jail(S1)):
        for other in {names.outside(), names.jail(S2), "halyard-else-s1", "none"} - {planned}:
            made["HostConfig"]["NetworkMode"] = other
            made["NetworkSettings"]["Networks"] = {other: {}}

            assert weaknesses(made, replace(plan, network=planned)) == ["NetworkMode"], other


async def test_a_weakened_container_of_our_name_and_labels_is_not_started(
    host: DockerHost, image: str, docker: APIClient, plan: Plan
) -> None:
    body = body_of(plan)
    body["HostConfig"]["Privileged"] = True
    make_as(host, docker, body)
    container = await host.create(a_spec(image, "cat"))

    with pytest.raises(Failed, match=r"not hardened: Privileged"):
        await host.start(container)

    assert (await host.observe(container)).state is ContainerState.CREATED


async def test_a_container_with_more_than_it_was_planned_with_is_not_started(
    host: DockerHost, image: str, docker: APIClient, plan: Plan
) -> None:
    make_as(host, docker, body_of(replace(plan, limits=replace(LIMITS, pids=LIMITS.pids + 1))))
    container = await host.create(a_spec(image, "cat"))

    with pytest.raises(Failed, match=r"not hardened: PidsLimit\.$"):
        await host.start(container)


async def test_a_container_that_another_run_has_made_is_not_started_unseen(
    host: DockerHost, image: str, docker: APIClient, plan: Plan
) -> None:
    make_as(host, docker, body_of(plan))
    (found,) = (await host.inventory()).containers

    with pytest.raises(Failed, match="not made by this run"):
        await host.start(found.container)


WEAKER_JAILS: list[dict[str, Any]] = [
    {"internal": False, "options": {INHIBIT: "true"}},
    {"internal": True},
    {"internal": True, "options": {INHIBIT: "false"}},
]


def a_jail(host: DockerHost, docker: APIClient, **settings: Any) -> str:
    """Make the network that a session will find, of its name and with its labels."""
    names = Names(host.installation)
    made = docker.create_network(names.jail(S1), labels=names.labels(S1), **settings)
    return str(made["Id"])


@pytest.mark.parametrize("settings", WEAKER_JAILS)
async def test_a_jail_that_is_there_and_is_none_is_made_anew(
    host: DockerHost, image: str, docker: APIClient, settings: dict[str, Any]
) -> None:
    weak = a_jail(host, docker, **settings)

    container = await host.create(a_spec(image, "cat", network=Network.JAIL))
    await host.start(container)

    (found,) = docker.networks(filters=Names(host.installation).filters())
    assert found["Id"] != weak
    assert found["Internal"]
    assert found["Options"][INHIBIT] == "true"
    (attached,) = docker.inspect_container(container)["NetworkSettings"]["Networks"].values()
    assert attached["NetworkID"] == found["Id"]


async def test_nothing_is_attached_to_a_jail_that_is_none_and_in_use(
    host: DockerHost, image: str, docker: APIClient
) -> None:
    weak = a_jail(host, docker, internal=False)
    labels = Names(host.installation).labels(S2)
    config = docker.create_host_config(network_mode=weak)
    other = docker.create_container(
        image, ["cat"], stdin_open=True, labels=labels, host_config=config
    )
    docker.start(other["Id"])

    with pytest.raises(HostUnavailable, match="active endpoints"):
        await host.create(a_spec(image, "cat", network=Network.JAIL))


async def test_a_jail_as_we_make_it_is_used_again(
    host: DockerHost, image: str, docker: APIClient
) -> None:
    filters = Names(host.installation).filters()
    await host.create(a_spec(image, "cat", network=Network.JAIL))
    (first,) = docker.networks(filters=filters)

    await host.create(a_spec(image, "cat", network=Network.JAIL, attempt=2))

    (second,) = docker.networks(filters=filters)
    assert second["Id"] == first["Id"]
