"""A project: the source that sessions work on, with its defaults."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import PurePosixPath

from engine.domain.errors import InvalidInput, NotFound
from engine.domain.source import Transport, remote_of
from engine.domain.values import AgentName, EnvironmentName, HostName, ProjectName

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
NAME_MAX_CHARS = 40
REF = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._/-]{0,199}")


class SourceKind(StrEnum):
    """How a source reaches the work volume."""

    REMOTE = "remote"
    """A short container clones it from its address."""
    LOCAL = "local"
    """It travels as a bundle, from a folder of the machine that Halyard runs on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What sessions work on."""

    name: ProjectName
    source: str
    """An https or ssh address, or the path of a local repository."""
    kind: SourceKind
    ref: str
    """Branch or tag to start from; the source's own default if empty."""
    credential: str
    """Name of the credential that reads and pushes the source; none if empty."""
    agent: AgentName
    environment: EnvironmentName
    host: HostName | None
    """Where its sessions go that name no host; any if none."""
    created_at: datetime


def source_kind(source: str) -> SourceKind:
    """Return how `source` is fetched.

    Raises:
        InvalidInput: it is neither an address that git may speak to, nor an absolute path.
    """
    if source.startswith("/"):
        return _local(source)
    remote_of(source)
    return SourceKind.REMOTE


def needs_key(source: str) -> bool:
    """Whether nobody is let in to this source without a key."""
    return not source.startswith("/") and remote_of(source).transport is Transport.SSH


def _local(source: str) -> SourceKind:
    if ".." in PurePosixPath(source).parts:
        raise InvalidInput("source must not contain '..'.")
    return SourceKind.LOCAL


def checked_name(name: str) -> ProjectName:
    """Return `name` as a project's.

    Raises:
        InvalidInput: it is not a short lower-case word or words with dashes.
    """
    if len(name) > NAME_MAX_CHARS or not NAME.fullmatch(name):
        raise InvalidInput(
            f"A project's name has lower-case letters, digits and single dashes, starts with a"
            f" letter and has at most {NAME_MAX_CHARS} characters."
        )
    return ProjectName(name)


def checked_ref(ref: str) -> str:
    """Return `ref` as the name of a branch or tag, or nothing for the source's default.

    Raises:
        InvalidInput: git would read it as something else.
    """
    if ref and (not REF.fullmatch(ref) or ".." in ref):
        raise InvalidInput("ref must be the plain name of a branch or a tag.")
    return ref


def no_project(name: str) -> NotFound:
    """Return what is told of a project that is not there, or that the asker may not see."""
    return NotFound(f"There is no project {name}.")
