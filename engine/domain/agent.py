"""Agents and environments: data that a container is made from, never code."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.domain.values import AgentName, EnvironmentName, Network

MIB = 1024 * 1024
GIB = 1024 * MIB


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """Which program speaks the Agent Client Protocol, and how it is started."""

    name: AgentName
    image: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    """Plain settings; a secret goes into `secrets`."""
    secrets: Mapping[str, str] = field(default_factory=dict)
    """File name under /run/secrets -> name of a credential."""
    doc: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one container may use."""

    memory_bytes: int = 2 * GIB
    cpus: float = 1.0
    pids: int = 512
    tmp_bytes: int = 512 * MIB
    """Size of the tmpfs at /tmp; it counts as memory."""
    work_bytes: int = 10 * GIB
    """What the work volume may hold; polled, and past it the session ends with reason disk."""
    home_bytes: int = 4 * GIB
    """What the home volume may hold; polled likewise."""
    open_files: int = 4096
    file_bytes: int = 4 * GIB
    """The largest single file that it may write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What a container is made from besides its agent."""

    name: EnvironmentName
    limits: Limits = field(default_factory=Limits)
    network: Network = Network.NONE
    """What sessions get that name no network."""
    image: str = ""
    """In place of the agent's own, if not empty."""
    env: Mapping[str, str] = field(default_factory=dict)
    runtime: str = ""
    """The Engine's own default if empty."""
