"""Reads off a container's `inspect` whether it is hardened. Pure.

The Engine drops what its kernel cannot do with no more than a warning, so what it was asked for is
not yet what it made.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from engine.adapters.docker.config import NOWHERE, USER, Plan, body_of

WANTED = {
    "Privileged": False,
    "ReadonlyRootfs": True,
    "Init": True,
    "CapDrop": ["ALL"],
    "SecurityOpt": ["no-new-privileges"],
    "IpcMode": "private",
    "CgroupnsMode": "private",
    "RestartPolicy": {"Name": "no", "MaximumRetryCount": 0},
    "LogConfig": {"Type": "json-file", "Config": {"max-size": "1g", "max-file": "1"}},
    "Dns": [NOWHERE],
}
EMPTY = (
    "Binds",
    "CapAdd",
    "CgroupParent",
    "Cgroup",
    "DeviceCgroupRules",
    "DeviceRequests",
    "Devices",
    "GroupAdd",
    "Links",
    "PidMode",
    "PortBindings",
    "PublishAllPorts",
    "Sysctls",
    "UTSMode",
    "UsernsMode",
    "VolumesFrom",
)
SIZES = ("Memory", "NanoCpus", "PidsLimit")
PATHS = ("MaskedPaths", "ReadonlyPaths")
"""Parts of /proc and /sys that the Engine hides by itself."""


def weaknesses(inspect: Mapping[str, Any], plan: Plan) -> list[str]:
    """Return each setting of a container that is weaker than `plan` has it.

    A limit may be lower than planned, as that of a container from before the settings were changed.
    """
    host = inspect["HostConfig"]
    planned = body_of(plan)["HostConfig"]
    return [
        *_container(inspect["Config"]),
        *(key for key, value in WANTED.items() if host.get(key) != value),
        *(key for key in EMPTY if host.get(key)),
        *(key for key in SIZES if not 0 < (host.get(key) or 0) <= planned[key]),
        *(key for key in PATHS if not host.get(key)),
        *_resources(host),
        *_ulimits(host.get("Ulimits") or (), planned["Ulimits"]),
        *_network(plan.network, host["NetworkMode"], inspect["NetworkSettings"]["Networks"]),
        *_kernel_and_hosts(host, plan),
        *_mounts(host, plan.volumes),
        *_tmpfs(host.get("Tmpfs") or {}, planned["Tmpfs"]),
    ]


def _container(config: Mapping[str, Any]) -> list[str]:
    wanted = {"User": USER, "Tty": False, "OpenStdin": True, "StdinOnce": False}
    return [key for key, value in wanted.items() if config.get(key) != value]


def _resources(host: Mapping[str, Any]) -> list[str]:
    found = []
    if host["MemorySwap"] != host["Memory"]:
        found.append("MemorySwap")
    if host.get("OomKillDisable") or host.get("OomScoreAdj", 0) < 0:
        found.append("OomKillDisable")
    return found


def _ulimits(found: Iterable[Mapping[str, Any]], planned: Iterable[Mapping[str, Any]]) -> list[str]:
    hard = {ulimit["Name"]: ulimit["Hard"] for ulimit in found}
    most = {ulimit["Name"]: ulimit["Hard"] for ulimit in planned}
    # Minus one is the Engine's word for no limit.
    return [f"Ulimits {name}" for name in most if not 0 <= hard.get(name, -1) <= most[name]]


def _network(planned: str, mode: str, attached: Iterable[str]) -> list[str]:
    is_planned = mode == planned and set(attached) <= {planned}
    return [] if is_planned else ["NetworkMode"]


def _kernel_and_hosts(host: Mapping[str, Any], plan: Plan) -> list[str]:
    found = []
    if plan.runtime and host.get("Runtime") != plan.runtime:
        found.append("Runtime")
    if set(host.get("ExtraHosts") or ()) != set(plan.hosts):
        found.append("ExtraHosts")
    return found


def _mounts(host: Mapping[str, Any], planned: Mapping[str, str]) -> list[str]:
    found = []
    for mount in host.get("Mounts") or ():
        target, source = mount["Target"], mount.get("Source", "")
        if mount["Type"] != "volume" or planned.get(target) != source:
            found.append(f"Mounts {target}")
        elif (mount.get("VolumeOptions") or {}).get("DriverConfig"):
            found.append(f"Mounts {target} driver")
    return found


def _tmpfs(tmpfs: Mapping[str, str], planned: Mapping[str, str]) -> list[str]:
    found = {place: set(options.split(",")) for place, options in tmpfs.items()}
    wanted = {place: set(options.split(",")) for place, options in planned.items()}
    places = sorted({*found, *wanted})
    return [f"Tmpfs {place}" for place in places if found.get(place) != wanted.get(place)]
