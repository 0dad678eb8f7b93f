"""What the engine is told when it starts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from engine.domain.access import Deciders
from engine.domain.agent import Agent, Environment
from engine.domain.host import HostSettings
from engine.domain.source import SourceRules
from engine.domain.values import ActorId, AgentName, EnvironmentName, HostName

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Durations:
    """How long things may take."""

    stop_grace_s: float = 10.0
    """From the wish to stop a session to the end of its processes."""
    approval_s: float = 900.0
    """From when a person could first see a question to its denial."""
    unknown_s: float = 30.0
    """How long a prompt that may not have arrived waits for a sign of the agent."""
    stall_s: float = 300.0
    """Silence in a turn after which an alert is opened."""
    start_s: float = 60.0
    """From a container's start to the agent's own session."""
    host_check_s: float = 10.0
    """Between two looks at a host."""
    janitor_s: float = 60.0
    """Between two comparisons of a host with the rows."""
    measure_s: float = 600.0
    """Between two measurements of the volumes of a session at rest."""
    janitor_rest_s: float = 3600.0
    """After a database was put back that is older than what the hosts hold: how long nothing there
    is stopped or removed for having no row."""
    volumes_kept: timedelta = timedelta(days=7)
    """How long the volumes of an ended session stay."""
    files_kept: timedelta = timedelta(days=7)
    """How long files stay that came in or went out by put, get and diff."""
    strays_kept: timedelta = timedelta(hours=24)
    """How long a container without a row stays after it was stopped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How large things may be."""

    prompt_chars: int = 200_000
    file_bytes: int = 25 * MIB
    diff_bytes: int = 8 * MIB
    bundle_bytes: int = 512 * MIB
    log_replace_bytes: int = 64 * MIB
    """A container is replaced between turns once its log, as the host keeps it, is larger."""
    log_end_bytes: int = 512 * MIB
    """A session ends with reason disk once a log is larger. The host loses lines at 1 GiB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything the engine is told. Credentials are values here and names everywhere else."""

    database: Path
    files: Path
    """Folder for files on their way in and out."""
    hosts: tuple[HostSettings, ...]
    agents: Mapping[AgentName, Agent]
    environments: Mapping[EnvironmentName, Environment]
    credentials: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    reserved: frozenset[str] = frozenset()
    """Credentials that faces use themselves, and that no source ever gets."""
    admins: frozenset[ActorId] = frozenset()
    """Who may do everything, whatever the grants say, so that nobody can lock everybody out."""
    deciders: Deciders = Deciders.APPROVERS
    durations: Durations = field(default_factory=Durations)
    sizes: Sizes = field(default_factory=Sizes)
    helper_image: str = "halyard-base"
    """Image of the short containers that fetch, pack and push."""
    sources: SourceRules = field(default_factory=SourceRules)
    """Which remote sources projects may have."""
    jail_range: str = "10.213.0.0/16"
    """Where the networks of jailed sessions are cut from."""

    @property
    def source_credentials(self) -> frozenset[str]:
        """Names of what may be sent to a source: what agents and faces hold is not for that.

        Who adds a project chooses the address that its credential goes to.
        """
        held = {name for agent in self.agents.values() for name in agent.secrets.values()}
        return frozenset(self.credentials) - held - self.reserved

    def host(self, name: HostName) -> HostSettings | None:
        """Return the host of this name, if there is one."""
        return next((host for host in self.hosts if host.name == name), None)
