"""The whole in Slack."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

from bot.slack.people import PLATFORM
from tests.chaos_chat import reporting
from tests.chaos_chat.books import Books
from tests.chaos_chat.run import Progress, Scene, Size, play
from tests.chaos_chat.town import Company, Intruder
from tests.chaos_slack.people import SlackPeople
from tests.chaos_slack.sides import books_of
from tests.chaos_slack.sight import SlackSight
from tests.chaos_slack.storm import SlackStorm
from tests.chaos_slack.town import Crowd, Spot, opened_town
from tests.halyard import Halyard


async def chaos(
    folder: Path, size: Size, seed: int, tell: Progress, program: str = reporting.PROGRAM
) -> Books:
    """Let people use Halyard in Slack in a storm; return what is to be counted."""
    return await play(_opened(folder, seed, program), size, tell)


@asynccontextmanager
async def _opened(folder: Path, seed: int, program: str) -> AsyncIterator[Scene]:
    async with opened_town(folder, seed, program) as town:
        people, storm = a_play(town, town.halyard, seed)
        yield Scene([people], [storm], lambda: books_of(people))


def a_play(town: Crowd, halyard: Halyard, seed: int) -> tuple[SlackPeople, SlackStorm]:
    """Return what people do there, and their storm."""
    rng = Random(seed)  # noqa: S311 - chooses moments, not secrets
    spots = {name: [Spot(each) for each in all_] for name, all_ in town.channels.items()}
    company = Company(able=town.able, intruders=[Intruder(person=town.unable, is_for_us=True)])
    sight = SlackSight(platform=PLATFORM, halyard=halyard, rng=rng, channels=spots, town=town)
    people = SlackPeople(company=company, rng=rng, sight=sight, town=town)
    return people, SlackStorm(halyard=halyard, people=people, rng=rng, town=town)
