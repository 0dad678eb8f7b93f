"""Where people are, and how Halyard is furnished for them."""

import asyncio
from collections.abc import Sequence
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


async def add_project(halyard: Halyard, source: Path, name: str, *channels: str) -> None:
    """Have a project, and channels that are about it, by the names that commands take."""
    await done(halyard, "project add", name=name, source=str(source))
    for channel in channels:
        await done(halyard, "project bind", project=name, channel=channel)


async def let_operate(halyard: Halyard, *subjects: str) -> None:
    """Let people or groups do all that is asked for here."""
    for who in subjects:
        await done(halyard, "access grant", who=who, role="operator")


async def a_source(folder: Path) -> Path:
    """Make what projects are about."""
    return await asyncio.to_thread(a_repository, folder)


async def done(halyard: Halyard, path: str, **values: str) -> None:
    """Do something that has to succeed."""
    answer = await halyard.call(path, **values)
    if answer["outcome"] != "done":
        raise AssertionError(answer)
