"""From where a place is read, and when that is noted."""

from datetime import datetime

import pytest

from bot.hearing.cursors import Cursors
from engine.api import Conversation, Engine, ProjectName, UseCases
from tests.build import a_project
from tests.chat import CHANNEL, THREAD
from tests.faces import engine_of
from tests.ground import Ground

ELSEWHERE = Conversation(CHANNEL.platform, CHANNEL.space, "lounge", "")


def _name(conversation: Conversation) -> str:
    return f"read:{conversation.channel}/{conversation.thread}"


def _at(moment: datetime) -> str:
    return f"at {moment:%Y}"


@pytest.fixture
async def engine(ground: Ground) -> Engine:
    """A channel that was bound when it was 2030."""

    def set_up(use: UseCases) -> None:
        use.desk.tx.projects.add(a_project())
        use.channels.bind(CHANNEL, ProjectName("web"))

    await ground.do(set_up)
    return engine_of(ground)


@pytest.fixture
def cursors(engine: Engine) -> Cursors:
    return Cursors(engine, _name, _at)


@pytest.mark.parametrize(
    ("place", "start"), [(CHANNEL, "at 2030"), (THREAD, "t1"), (ELSEWHERE, "m7")]
)
async def test_reading_begins_where_the_first_of_it_may_be_heard_last(
    cursors: Cursors, engine: Engine, place: Conversation, start: str
) -> None:
    await engine.change(lambda use: cursors.note(use, place, "m7"))

    assert await cursors.get(place) == start


async def test_what_was_noted_once_stays(cursors: Cursors, engine: Engine) -> None:
    await cursors.begin(ELSEWHERE, "m7")
    await engine.change(lambda use: cursors.note(use, ELSEWHERE, "m9"))
    await Cursors(engine, _name, _at).begin(ELSEWHERE, "m9")

    assert await cursors.get(ELSEWHERE) == "m7"


async def test_a_note_that_was_taken_back_is_made_by_the_next(
    cursors: Cursors, engine: Engine
) -> None:
    def fail(use: UseCases) -> None:
        cursors.note(use, ELSEWHERE, "m7")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await engine.change(fail)
    await engine.change(lambda use: cursors.note(use, ELSEWHERE, "m9"))

    assert await cursors.get(ELSEWHERE) == "m9"


async def test_a_place_that_has_begun_is_not_looked_up_again(
    cursors: Cursors, engine: Engine
) -> None:
    cursors.noted(ELSEWHERE)
    await engine.change(lambda use: cursors.note(use, ELSEWHERE, "m7"))

    assert not await cursors.get(ELSEWHERE)
