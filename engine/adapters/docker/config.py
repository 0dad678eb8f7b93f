"""What a container is made from. Pure; the hardening of every container stands here, once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.domain.agent import MIB, Limits

UID = 10001
"""User and group of every process in every container; the images own their folders as this."""
USER = f"{UID}:{UID}"
HOME = "/home/agent"
WORK = "/work"
SECRETS = "/run/secrets"

NOWHERE = "127.0.0.1"
"""Our only name server. Without it the Engine itself would answer names, even in an internal
network, and a question is a way out."""

SECRETS_OPTIONS = f"rw,noexec,nosuid,nodev,size=1m,uid={UID},gid={UID},mode=0700"
LOG = {"Type": "json-file", "Config": {"max-size": "1g", "max-file": "1"}}
"""Rotation loses and repeats lines for whoever follows, so the log is never rotated."""

HELPER_LIMITS = Limits(memory_bytes=1024 * MIB, pids=128, tmp_bytes=256 * MIB)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A container to be made. There is no field for anything unsafe."""

    image: str
    argv: Sequence[str]
    labels: Mapping[str, str]
    network: str = "none"
    limits: Limits = HELPER_LIMITS
    env: Mapping[str, str] = field(default_factory=dict)
    entrypoint: Sequence[str] | None = None
    """In place of the image's own, if given."""
    volumes: Mapping[str, str] = field(default_factory=dict)
    """Place in the container -> name of a volume; empty for one that goes with the container."""
    hosts: Sequence[str] = ()
    """Pinned addresses, as name:address."""
    runtime: str = ""


def body_of(plan: Plan) -> dict[str, Any]:
    """Return what the Engine is to make."""
    body: dict[str, Any] = {
        "Image": plan.image,
        "Cmd": list(plan.argv),
        "Env": [f"{key}={value}" for key, value in {**plan.env, "HOME": HOME}.items()],
        "User": USER,
        "WorkingDir": WORK,
        "Labels": dict(plan.labels),
        "OpenStdin": True,
        "StdinOnce": False,
        "AttachStdin": False,
        "AttachStdout": False,
        "AttachStderr": False,
        "Tty": False,
        "HostConfig": _hardened(plan),
    }
    if plan.entrypoint is not None:
        body["Entrypoint"] = list(plan.entrypoint)
    return body


def _hardened(plan: Plan) -> dict[str, Any]:
    limits = plan.limits
    host: dict[str, Any] = {
        "NetworkMode": plan.network,
        "Dns": [NOWHERE],
        "ExtraHosts": list(plan.hosts),
        "Mounts": [_mount(target, name, plan.labels) for target, name in plan.volumes.items()],
        "Tmpfs": {
            "/tmp": tmp_options(limits),  # noqa: S108 - the container's own
            SECRETS: SECRETS_OPTIONS,
        },
        "Init": True,
        "ReadonlyRootfs": True,
        "Privileged": False,
        "CapDrop": ["ALL"],
        "SecurityOpt": ["no-new-privileges"],
        "IpcMode": "private",
        "CgroupnsMode": "private",
        "Memory": limits.memory_bytes,
        "MemorySwap": limits.memory_bytes,
        "NanoCpus": round(limits.cpus * 10**9),
        "PidsLimit": limits.pids,
        "Ulimits": ulimits(limits),
        "RestartPolicy": {"Name": "no"},
        "LogConfig": LOG,
    }
    if plan.runtime:
        host["Runtime"] = plan.runtime
    return host


def tmp_options(limits: Limits) -> str:
    """Return the options of /tmp. Docker's own default is noexec, which breaks many builds."""
    return f"rw,exec,nosuid,nodev,size={limits.tmp_bytes},mode=1777"


def ulimits(limits: Limits) -> list[dict[str, Any]]:
    """Return the limits of each process."""
    values = {"nofile": limits.open_files, "core": 0, "fsize": limits.file_bytes}
    return [{"Name": name, "Soft": value, "Hard": value} for name, value in values.items()]


def _mount(target: str, name: str, labels: Mapping[str, str]) -> dict[str, Any]:
    mount: dict[str, Any] = {"Type": "volume", "Target": target}
    if name:
        return {**mount, "Source": name}
    return {**mount, "VolumeOptions": {"Labels": dict(labels)}}
