"""What is said to sessions that no host works on: on each face the same comes of it."""

import asyncio
from dataclasses import replace

from bot.core.answer import Outcome, plain_message
from engine.api import TaskState, UseCases
from engine.app.changes import tell_approval
from tests.build import an_approval
from tests.conformance.floor import Floor
from tests.conformance.read_api import read_api
from tests.conformance.read_back import Visibility, compared
from tests.conformance.surface import ANN, BOB, EVE, LOCAL, Surface
from tests.fakes.clock import RunningClock

TEN_MINUTES_S = 600.0


async def test_queue_and_edit(floor: Floor, face: Surface) -> None:
    session = await face.start(ANN, "One")
    two = await face.say(ANN, session, "Two")
    three = await face.say(ANN, session, "Three")
    await face.edit(two, "Second")
    await face.delete(three)

    assert await floor.effects(session) == [
        "session queued",
        "task queued One by ann",
        "task queued Two by ann",
        "task queued Three by ann",
        "task queued Second by ann",
        "task dropped",
    ]
    assert await tasks(floor, session) == ["One", "Second"]


async def test_refusal(floor: Floor, face: Surface) -> None:
    session = await face.start(ANN, "One")
    before = await floor.effects()

    told = await face.run(EVE, "session stop", {"session": session})

    assert told.answer.outcome is Outcome.REFUSED
    shown, expected = compared(told.seen, read_api(plain_message(told.answer.message)))
    to_whom = Visibility.PUBLIC if face.name == LOCAL else Visibility.PRIVATE
    assert shown == replace(expected, visibility=to_whom)
    assert "maynotdothis" in shown.text
    assert await floor.effects() == before


async def test_ten_minutes_down(floor: Floor, face: Surface, clock: RunningClock) -> None:
    session = await face.start(ANN, "One")
    await floor.down()
    later = [await face.say_to_nobody(ANN, session, text) for text in ("Two", "Three")]
    clock.move(TEN_MINUTES_S)
    await floor.up()

    for done in later:
        await done()

    assert await tasks(floor, session) == ["One", "Two", "Three"]


async def test_two_people_at_once(floor: Floor, face: Surface) -> None:
    session = await face.start(ANN, "One")
    await ask(floor, session)
    await face.question(session)
    before = await floor.head()

    told = await asyncio.gather(
        face.press(ANN, session, "Allow once"), face.press(BOB, session, "Deny")
    )

    outcomes = {told.answer.outcome for told in told}
    (lost,) = [told for told in told if told.answer.outcome is Outcome.REFUSED]
    assert outcomes == {Outcome.DONE, Outcome.REFUSED}
    assert "already" in lost.seen.text
    assert len(await floor.effects(session, before)) == 1


async def test_redelivery(floor: Floor, face: Surface) -> None:
    values = {"project": "demo", "task": "Once"}

    await face.run(ANN, "session start", values, twice=True)

    assert await floor.effects() == ["session queued", "task queued Once by ann"]


async def ask(floor: Floor, session: str) -> None:
    """Let the agent of a session ask."""

    def ask(use: UseCases) -> None:
        found = use.sessions.find(session)
        (task,) = use.tasks.of(session)
        approval = an_approval(session=found.id, task=task.id, created_at=use.desk.now)
        use.desk.tx.approvals.add(approval)
        tell_approval(use.desk, approval)

    await floor.do(ask)


async def tasks(floor: Floor, session: str) -> list[str]:
    """Return what the agent is still to do."""
    found = await floor.engine.read(lambda use: use.tasks.of(session))
    return [task.text for task in found if task.state is not TaskState.DROPPED]
