"""The whole in Slack."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

from tests.chaos_chat.books import Books
from tests.chaos_chat.run import Progress, Scene, Size, play
from tests.chaos_chat.town import Company, Intruder
from tests.chaos_slack.people import SlackPeople
from tests.chaos_slack.sides import books_of
from tests.chaos_slack.sight import SlackSight
from tests.chaos_slack.storm import SlackStorm
from tests.chaos_slack.town import Spot, opened_town
from tests.halyard import PROGRAM


async def chaos(
    folder: Path, size: Size, seed: int, tell: Progress, program: str = PROGRAM
) -> Books:
    """Let people use Halyard in Slack in a storm; return what is to be counted."""
    return await play(_opened(folder, seed, program), size, tell)


@asynccontextmanager
async def _opened(folder: Path, seed: int, program: str) -> AsyncIterator[Scene]:
    rng = Random(seed)  # noqa: S311 - chooses moments, not secrets
    async with opened_town(folder, seed, program) as town:
        spots = {name: [Spot(each) for each in all_] for name, all_ in town.channels.items()}
        company = Company(able=town.able, intruders=[Intruder(person=town.unable, is_for_us=True)])
        sight = SlackSight(halyard=town.halyard, rng=rng, channels=spots, town=town)
        people = SlackPeople(company=company, rng=rng, sight=sight, town=town)
        storm = SlackStorm(halyard=town.halyard, people=people, rng=rng, town=town)
        yield Scene(people, storm, lambda: books_of(town, people))
