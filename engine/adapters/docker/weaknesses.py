"""Reads off a container's `inspect` whether it is hardened. Pure.

The Engine drops what its kernel cannot do with no more than a warning, so what it was asked for is
not yet what it made.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from engine.adapters.docker.config import HOME, NOWHERE, SECRETS, USER, WORK

VOLUMES = frozenset({WORK, HOME})
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
ULIMITS = frozenset({"nofile", "core", "fsize"})
PATHS = ("MaskedPaths", "ReadonlyPaths")
"""Parts of /proc and /sys that the Engine hides by itself."""


def weaknesses(inspect: Mapping[str, Any]) -> list[str]:
    """Return each setting of a container that is weaker than every container of ours has it."""
    host = inspect["HostConfig"]
    return [
        *_container(inspect["Config"]),
        *(key for key, value in WANTED.items() if host.get(key) != value),
        *(key for key in EMPTY if host.get(key)),
        *(key for key in SIZES if (host.get(key) or 0) <= 0),
        *(key for key in PATHS if not host.get(key)),
        *_resources(host),
        *_network(host["NetworkMode"], inspect["NetworkSettings"]["Networks"]),
        *_mounts(host),
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
    limited = {ulimit["Name"] for ulimit in host.get("Ulimits") or () if ulimit["Hard"] >= 0}
    found += [f"Ulimits {name}" for name in sorted(ULIMITS - limited)]
    return found


def _network(mode: str, attached: Iterable[str]) -> list[str]:
    is_own = mode == "none" or mode.startswith("halyard-")
    return [] if is_own and set(attached) <= {mode} else ["NetworkMode"]


def _mounts(host: Mapping[str, Any]) -> list[str]:
    found = []
    for mount in host.get("Mounts") or ():
        if mount["Type"] != "volume" or mount["Target"] not in VOLUMES:
            found.append(f"Mounts {mount['Target']}")
        elif (mount.get("VolumeOptions") or {}).get("DriverConfig"):
            found.append(f"Mounts {mount['Target']} driver")
    return found + _tmpfs(host.get("Tmpfs") or {})


def _tmpfs(tmpfs: Mapping[str, str]) -> list[str]:
    wanted = {"/tmp": {"nosuid", "nodev"}, SECRETS: {"nosuid", "nodev", "noexec", "mode=0700"}}  # noqa: S108
    found = [f"Tmpfs {place}" for place in tmpfs if place not in wanted]
    for place, options in wanted.items():
        given = set(tmpfs.get(place, "").split(","))
        if options - given or not any(option.startswith("size=") for option in given):
            found.append(f"Tmpfs {place}")
    return found
