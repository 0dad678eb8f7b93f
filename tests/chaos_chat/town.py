"""Where people are, and how Halyard is furnished for them."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from tests.halyard import Halyard, a_repository

PersonT = TypeVar("PersonT")
PlaceT = TypeVar("PlaceT")

PROJECTS = ("web", "api", "docs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Intruder(Generic[PersonT]):
    """Somebody who speaks and has no say."""

    person: PersonT
    is_for_us: bool
    """Whether they are told so; what programs say is not even heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Company(Generic[PersonT]):
    """Who is there."""

    able: Sequence[PersonT]
    """People who may do everything that they ask for here."""
    intruders: Sequence[Intruder[PersonT]]


async def add_projects(halyard: Halyard, folder: Path) -> None:
    """Have all projects, of a source in `folder`."""
    source = await asyncio.to_thread(a_repository, folder)
    for name in PROJECTS:
        await done(halyard, "project add", name=name, source=str(source))


async def bind(halyard: Halyard, channels: Mapping[str, Sequence[str]]) -> None:
    """Bind channels to their projects, by the names that commands take."""
    for project, names in channels.items():
        for name in names:
            await done(halyard, "project bind", project=project, channel=name)


async def let_operate(halyard: Halyard, *subjects: str) -> None:
    """Let people or groups do all that is asked for here."""
    for who in subjects:
        await done(halyard, "access grant", who=who, role="operator")


async def done(halyard: Halyard, path: str, **values: str) -> None:
    """Do something that has to succeed."""
    answer = await halyard.call(path, **values)
    if answer["outcome"] != "done":
        raise AssertionError(answer)
