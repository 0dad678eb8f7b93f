"""The whole on two platforms at once: each has its storm, and its half of what is done."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.chaos_chat import reporting
from tests.chaos_chat.books import Books
from tests.chaos_chat.people import People
from tests.chaos_chat.run import Progress, Scene, Size, play
from tests.chaos_chat.town import add_projects
from tests.chaos_discord import run as on_discord
from tests.chaos_discord import town as discord_town
from tests.chaos_discord.people import DiscordPeople
from tests.chaos_slack import run as in_slack
from tests.chaos_slack import sides
from tests.chaos_slack import town as slack_town
from tests.chaos_slack.people import SlackPeople
from tests.emulators.discord import running_discord
from tests.emulators.slack import running_slack
from tests.halyard import halyard_alone

SHARES = 3
"""How often a session is shared, where a message to one is written about 30 times."""


async def chaos(folder: Path, size: Size, seed: int, tell: Progress) -> Books:
    """Let people on both platforms work on the same sessions; return what is to be counted."""
    return await play(_opened(folder, seed), size, tell)


@asynccontextmanager
async def _opened(folder: Path, seed: int) -> AsyncIterator[Scene]:
    async with (
        running_discord(limits=discord_town.LIMITS, seed=seed) as discord,
        running_slack(limits=slack_town.LIMITS, app=slack_town.an_app(), seed=seed) as slack,
    ):
        there, here = discord_town.a_crowd(discord), slack_town.a_crowd(slack)
        sections = [await asyncio.to_thread(c.sections, folder) for c in (there, here)]
        async with halyard_alone(
            folder / "home", reporting.PROGRAM, **_joined(*sections)
        ) as halyard:
            await add_projects(halyard, folder)
            await there.furnish(halyard)
            await here.furnish(halyard)
            on_one, one_storm = on_discord.a_play(there, halyard, seed)
            in_other, other_storm = in_slack.a_play(here, halyard, seed + 1)
            _let_share(on_one, in_other, there.names, here.names)
            yield Scene(
                [on_one, in_other],
                [one_storm, other_storm],
                lambda: _books_of(on_one, in_other),
            )


def _joined(one: Mapping[str, Any], other: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return settings by which Halyard gets to both platforms."""
    return {
        **one,
        **other,
        "admins": [*one["admins"], *other["admins"]],
        "credentials": {**one["credentials"], **other["credentials"]},
    }


def _let_share(
    one: People[Any, Any],
    other: People[Any, Any],
    names: Mapping[str, Any],
    other_names: Mapping[str, Any],
) -> None:
    """Let each share sessions with the other's channels, and know what the other has changed."""
    one.abroad, other.abroad = other_names, names
    for people in (one, other):
        people.often = {**people.often, "share": SHARES}
    other.sight.texts = one.sight.texts
    other.sight.marks = one.sight.marks
    other.sight.touched = one.sight.touched


async def _books_of(on_discord_: DiscordPeople, in_slack_: SlackPeople) -> Books:
    """Read all sides, as one."""
    one, other = await on_discord.books_of(on_discord_), await sides.books_of(in_slack_)
    return Books(
        asked=[*one.asked, *other.asked],
        spoken=[*one.spoken, *other.spoken],
        shown=[*one.shown, *other.shown],
        texts=one.texts,
        threads=[*one.threads, *other.threads],
        channels=[*one.channels, *other.channels],
        inbox=sorted([*one.inbox, *other.inbox], key=lambda row: int(row["seq"])),
        deliveries=[*one.deliveries, *other.deliveries],
        sessions=other.sessions,
        mirrors=other.mirrors,
        tasks=other.tasks,
        told=other.told,
        reports=other.reports,
    )
