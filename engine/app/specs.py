"""What containers are made from, put together from the settings."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from engine.domain.agent import Agent, Environment
from engine.domain.errors import NotFound
from engine.domain.project import Project
from engine.domain.session import Session
from engine.domain.settings import Settings
from engine.ports.hosts import ContainerSpec, Source

NameT = TypeVar("NameT", bound=str)
ValueT = TypeVar("ValueT")


def agent_of(settings: Settings, session: Session) -> Agent:
    """Return the session's agent.

    Raises:
        NotFound: the settings have it no more.
    """
    return _known(settings.agents, session.agent, "Agent")


def environment_of(settings: Settings, session: Session) -> Environment:
    """Return the session's environment.

    Raises:
        NotFound: the settings have it no more.
    """
    return _known(settings.environments, session.environment, "Environment")


def image_of(settings: Settings, session: Session) -> str:
    """Return the image of the session's containers."""
    return environment_of(settings, session).image or agent_of(settings, session).image


def spec_of(settings: Settings, session: Session, attempt: int) -> ContainerSpec:
    """Return what the session's next container is made from."""
    agent = agent_of(settings, session)
    environment = environment_of(settings, session)
    return ContainerSpec(
        session=session.id,
        attempt=attempt,
        image=image_of(settings, session),
        argv=agent.argv,
        env={**environment.env, **agent.env},
        limits=environment.limits,
        network=session.network,
        runtime=environment.runtime,
    )


def secrets_of(settings: Settings, session: Session) -> Mapping[str, bytes]:
    """Return the files that the agent finds under /run/secrets.

    Raises:
        NotFound: the settings have a credential no more.
    """
    agent = agent_of(settings, session)
    return {
        name: _known(settings.credentials, credential, "Credential")
        for name, credential in agent.secrets.items()
    }


def source_of(settings: Settings, project: Project, *, bundle: Path | None) -> Source:
    """Return where the project's work starts from, by its address or by `bundle`.

    Raises:
        NotFound: the settings have the project's credential no more, or not for sources.
    """
    credential = b""
    if project.credential:
        if project.credential not in settings.source_credentials:
            raise NotFound(
                f"Credential {project.credential} is not in halyard.yaml any more, or is there for"
                " an agent or a chat."
            )
        credential = settings.credentials[project.credential]
    url = "" if bundle else project.source
    return Source(url=url, ref=project.ref, bundle=bundle, credential=credential)


def _known(things: Mapping[NameT, ValueT], name: NameT, noun: str) -> ValueT:
    if name not in things:
        raise NotFound(f"{noun} {name} is not in halyard.yaml any more.")
    return things[name]
