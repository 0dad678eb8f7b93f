"""From halyard.yaml to what the engine is told."""

import os
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

from bot.settings import schema
from bot.settings.load import Loaded, data_dir
from engine.api import (
    ActorId,
    Agent,
    AgentName,
    Durations,
    Environment,
    EnvironmentName,
    HostName,
    HostSettings,
    InvalidInput,
    Limits,
    Settings,
    Sizes,
    SourceRules,
)

ROOT = ActorId("local:0")
DEMO = Agent(
    name=AgentName("demo"),
    image="halyard-agent-demo:0.1.0",
    argv=("halyard-demo-agent",),
    doc="Halyard's own: needs no model and no key, and does small honest work",
)


def engine_settings(loaded: Loaded, environ: Mapping[str, str]) -> Settings:
    """Return what the engine is told, with the credentials read.

    Raises:
        InvalidInput: a credential is not where the file says.
    """
    config, folder = loaded.config, data_dir(loaded)
    return Settings(
        database=folder / "halyard.db",
        files=folder,
        hosts=_hosts(config),
        agents={AgentName(DEMO.name): DEMO, **_agents(config)},
        environments=_environments(config),
        credentials={
            name: _secret(name, credential, loaded, environ)
            for name, credential in config.credentials.items()
        },
        reserved=frozenset(_of_chats(config)),
        admins=frozenset({ROOT, own_actor(), *map(ActorId, config.admins)}),
        deciders=config.approvals.who,
        durations=_durations(config.durations),
        sizes=_sizes(config.sizes),
        helper_image=config.helper_image,
        sources=SourceRules(
            allowed=tuple(config.sources.allow),
            ca_file=_path(loaded, config.sources.ca_file),
            known_hosts=_path(loaded, config.sources.known_hosts),
        ),
        jail_range=str(config.jail_range),
    )


def _of_chats(config: schema.Config) -> Iterator[str]:
    """Return the credentials that chats hold, which are for nothing else."""
    if config.discord is not None:
        yield config.discord.token
    if config.slack is not None:
        named = (getattr(config.slack, name) for name in schema.SLACK_SECRETS)
        yield from (credential for credential in named if credential is not None)


def _path(loaded: Loaded, file: Path | None) -> Path | None:
    return loaded.folder / file.expanduser() if file else None


def own_actor() -> ActorId:
    """Return the user that this process runs as."""
    return ActorId(f"local:{os.getuid()}")


def _hosts(config: schema.Config) -> tuple[HostSettings, ...]:
    named = tuple(
        HostSettings(
            name=HostName(name),
            socket=host.socket.removeprefix("unix://"),
            slots=host.slots,
            labels=tuple(host.labels),
            free_min_bytes=host.free_min,
        )
        for name, host in config.hosts.items()
    )
    return named or (schema.LOCAL,)


def _agents(config: schema.Config) -> dict[AgentName, Agent]:
    return {
        AgentName(name): Agent(
            name=AgentName(name),
            image=agent.image,
            argv=tuple(agent.argv),
            env=agent.env,
            secrets=agent.secrets,
            doc=agent.doc,
        )
        for name, agent in config.agents.items()
    }


def _environments(config: schema.Config) -> dict[EnvironmentName, Environment]:
    sections = {"default": schema.Environment(), **config.environments}
    return {EnvironmentName(name): _environment(name, part) for name, part in sections.items()}


def _environment(name: str, section: schema.Environment) -> Environment:
    return Environment(
        name=EnvironmentName(name),
        limits=Limits(
            memory_bytes=section.memory,
            cpus=section.cpus,
            pids=section.pids,
            tmp_bytes=section.tmp,
            work_bytes=section.work,
            home_bytes=section.home,
            open_files=section.open_files,
            file_bytes=section.file,
        ),
        network=section.network,
        image=section.image,
        env=section.env,
        runtime=section.runtime,
    )


def _secret(
    name: str, credential: schema.Credential, loaded: Loaded, environ: Mapping[str, str]
) -> bytes:
    where = f"credentials.{name} of {loaded.file}"
    if credential.file is None:
        value = environ.get(credential.env or "", "").encode()
        missing = f"{where}: the variable {credential.env} is not set."
    else:
        value = _file_secret(loaded.folder / credential.file.expanduser(), where)
        missing = f"{where}: the file {credential.file} is empty."
    if not value:
        raise InvalidInput(missing)
    return value


def _file_secret(file: Path, where: str) -> bytes:
    try:
        return file.read_bytes().rstrip(b"\r\n")
    except OSError as error:
        raise InvalidInput(f"{where}: {file} cannot be read: {error.strerror}.") from error


def _durations(section: schema.Times) -> Durations:
    return Durations(
        stop_grace_s=section.stop_grace,
        approval_s=section.approval,
        unknown_s=section.unknown,
        stall_s=section.stall,
        start_s=section.start,
        host_check_s=section.host_check,
        janitor_s=section.janitor,
        measure_s=section.measure,
        janitor_rest_s=section.janitor_rest,
        volumes_kept=timedelta(seconds=section.volumes_kept),
        files_kept=timedelta(seconds=section.files_kept),
        strays_kept=timedelta(seconds=section.strays_kept),
    )


def _sizes(section: schema.Bounds) -> Sizes:
    return Sizes(
        prompt_chars=section.prompt_chars,
        file_bytes=section.file,
        diff_bytes=section.diff,
        bundle_bytes=section.bundle,
        log_replace_bytes=section.log_replace,
        log_end_bytes=section.log_end,
    )
