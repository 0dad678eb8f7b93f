"""Every setting that hardens a container, read off what the Engine has made of it."""

from copy import deepcopy
from typing import Any

import pytest
from docker import APIClient

from engine.adapters.docker.config import Plan, body_of
from engine.adapters.docker.host import DockerHost
from engine.adapters.docker.names import Names
from engine.adapters.docker.weaknesses import weaknesses
from engine.domain.errors import Failed
from engine.domain.values import Network
from engine.ports.hosts import ContainerState
from tests.docker_host import S1, a_spec

pytestmark = pytest.mark.docker

VOLUME = {"Type": "volume", "Source": "halyard-x", "Target": "/work"}
BIND = {"Type": "bind", "Source": "/", "Target": "/work"}
TMP = "/tmp"  # noqa: S108 - the container's own
TMPFS = {
    TMP: "rw,exec,nosuid,nodev,size=1,mode=1777",
    "/run/secrets": "rw,noexec,nosuid,nodev,size=1m,mode=0700",
}

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
    ("HostConfig.MemorySwap", -1, "MemorySwap"),
    ("HostConfig.NanoCpus", 0, "NanoCpus"),
    ("HostConfig.PidsLimit", None, "PidsLimit"),
    ("HostConfig.PidsLimit", -1, "PidsLimit"),
    ("HostConfig.OomKillDisable", True, "OomKillDisable"),
    ("HostConfig.OomScoreAdj", -500, "OomKillDisable"),
    ("HostConfig.Ulimits", None, "Ulimits nofile"),
    ("HostConfig.Ulimits", [{"Name": "nofile", "Hard": 9}], "Ulimits core"),
    ("HostConfig.Ulimits", [{"Name": "fsize", "Hard": -1}], "Ulimits fsize"),
    ("HostConfig.RestartPolicy", {"Name": "always", "MaximumRetryCount": 0}, "RestartPolicy"),
    ("HostConfig.LogConfig", {"Type": "none", "Config": {}}, "LogConfig"),
    ("HostConfig.LogConfig", {"Type": "json-file", "Config": {}}, "LogConfig"),
    ("HostConfig.MaskedPaths", [], "MaskedPaths"),
    ("HostConfig.ReadonlyPaths", [], "ReadonlyPaths"),
    ("HostConfig.Mounts", [BIND], "Mounts /work"),
    ("HostConfig.Mounts", [{**VOLUME, "Target": "/etc"}], "Mounts /etc"),
    (
        "HostConfig.Mounts",
        [{**VOLUME, "VolumeOptions": {"DriverConfig": {"Options": {"o": "bind"}}}}],
        "Mounts /work driver",
    ),
    ("HostConfig.Tmpfs", None, "Tmpfs /run/secrets"),
    ("HostConfig.Tmpfs", {**TMPFS, "/etc": "size=1"}, "Tmpfs /etc"),
    ("HostConfig.Tmpfs", {**TMPFS, TMP: "rw,nosuid,nodev"}, "Tmpfs /tmp"),
    ("HostConfig.Tmpfs", {**TMPFS, TMP: "rw,nodev,size=1"}, "Tmpfs /tmp"),
    (
        "HostConfig.Tmpfs",
        {**TMPFS, "/run/secrets": "noexec,nosuid,nodev,size=1m,mode=0755"},
        "Tmpfs /run/secrets",
    ),
]


@pytest.fixture
async def made(host: DockerHost, image: str, docker: APIClient) -> dict[str, Any]:
    """What the Engine says of a container as we make them."""
    container = await host.create(a_spec(image, "cat"))
    return dict(docker.inspect_container(container))


async def test_a_container_as_we_make_it_has_no_weakness(made: dict[str, Any]) -> None:
    assert weaknesses(made) == []


async def test_a_jailed_container_has_no_weakness(
    host: DockerHost, image: str, docker: APIClient
) -> None:
    container = await host.create(a_spec(image, "cat", network=Network.JAIL))

    assert weaknesses(docker.inspect_container(container)) == []


async def test_each_weakened_setting_is_named(made: dict[str, Any]) -> None:
    for path, value, name in WEAKER:
        weakened = deepcopy(made)
        part, setting = path.split(".")
        weakened[part][setting] = value

        assert name in weaknesses(weakened), (path, value)


async def test_a_weakened_container_of_our_name_and_labels_is_not_started(
    host: DockerHost, image: str, docker: APIClient
) -> None:
    names = Names(host.installation)
    labels = names.labels(S1, role="agent", attempt=1)
    body = body_of(Plan(image=image, argv=("cat",), labels=labels))
    body["HostConfig"]["Privileged"] = True
    docker.create_container_from_config(body, names.container(S1, 1))  # type: ignore[no-untyped-call]
    container = await host.create(a_spec(image, "cat"))

    with pytest.raises(Failed, match=r"not hardened: Privileged"):
        await host.start(container)

    assert (await host.observe(container)).state is ContainerState.CREATED
