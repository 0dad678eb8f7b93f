"""What people do with agents at work, in containers: on each face the same comes of it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from engine.api import TaskState
from tests.conformance.playing import playing
from tests.conformance.stage import Stage, opened_stage
from tests.conformance.surface import ANN, FACES, Surface

pytestmark = [
    pytest.mark.docker,
    pytest.mark.timeout(120),
    pytest.mark.asyncio(loop_scope="module"),
]
QUICK = "slow=20/0.1"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage() -> AsyncIterator[Stage]:
    async with opened_stage() as stage:
        yield stage


@pytest_asyncio.fixture(params=FACES, loop_scope="module")
async def face(request: pytest.FixtureRequest, stage: Stage) -> AsyncIterator[Surface]:
    """Where people speak."""
    async with playing(request, stage.floor, stage.faces[request.param]) as face:
        yield face


def turn(text: str) -> list[str]:
    """Return what happens when one task is done."""
    return [f"task queued {text} by ann", "task sent", "task running", "task done end_turn"]


async def test_start(stage: Stage, face: Surface) -> None:
    session = await face.start(ANN, f"{QUICK} #start")
    await stage.is_idle(session)

    assert await stage.floor.effects(session) == ["session queued", *turn(f"{QUICK} #start")]


async def test_stream(stage: Stage, face: Surface) -> None:
    session, text = await stage.session(face), "slow=20/0.5 #stream"
    before = await stage.floor.head()

    await face.say(ANN, session, text)

    await face.hears(session, "slow 10 of 10")
    await stage.is_idle(session)
    assert await stage.floor.effects(session, before) == turn(text)


async def test_steer(stage: Stage, face: Surface) -> None:
    session, first, then = await stage.session(face), "slow=20/1 #1", f"{QUICK} #2"
    before = await stage.floor.head()

    await face.say(ANN, session, first)
    await stage.task(session, first, TaskState.RUNNING)
    await face.say(ANN, session, then)
    await stage.is_idle(session)

    queued, *done = turn(then)
    assert await stage.floor.effects(session, before) == [
        *turn(first)[:3],
        queued,
        turn(first)[3],
        *done,
    ]


async def test_interrupt(stage: Stage, face: Surface) -> None:
    session, slow, now = await stage.session(face), "slow=20/30 #slow", f"{QUICK} #now"
    before = await stage.floor.head()
    await face.say(ANN, session, slow)
    await stage.task(session, slow, TaskState.RUNNING)

    await face.interrupt(ANN, session, now)
    await stage.task(session, now, TaskState.DONE)

    queued, *done = turn(now)
    assert await stage.floor.effects(session, before) == [
        *turn(slow)[:3],
        "task cancelling",
        queued,
        "task cancelled cancelled",
        *done,
    ]


async def test_approve(stage: Stage, face: Surface) -> None:
    await decided(stage, face, "Allow once", "allowed", "You allowed it, so I ran it.")


async def test_deny(stage: Stage, face: Surface) -> None:
    await decided(stage, face, "Deny", "denied", "You said no, so I did not run it.")


async def decided(stage: Stage, face: Surface, label: str, state: str, said: str) -> None:
    """See that pressing a button of a question decides it."""
    session, text = await stage.session(face), f"ask=1 #{state}"
    before = await stage.floor.head()
    await face.say(ANN, session, text)

    question = await face.question(session)
    await face.press(ANN, session, label)
    await face.hears(session, said)
    await stage.is_idle(session)

    assert [label for label, _ in question.buttons] == [
        "Allow once",
        "Allow for the session",
        "Deny",
    ]
    queued, *done = turn(text)
    assert await stage.floor.effects(session, before) == [
        queued,
        *done[:2],
        "approval open",
        f"approval {state} by ann",
        done[2],
    ]


async def test_long_output(stage: Stage, face: Surface) -> None:
    session, text = await stage.session(face), "big=30000 #long"
    await face.say(ANN, session, text)
    await stage.is_idle(session)

    said = await stage.said_last(session)

    assert len(said) >= 30_000
    await face.hears(session, said)


async def test_files(stage: Stage, face: Surface) -> None:
    session, text = await stage.session(face), f"{QUICK} #file"
    before = await stage.floor.head()

    await face.say(ANN, session, text, ("plan.txt", b"first\n"))
    await stage.is_idle(session)
    values = {"session": session, "path": "notes.txt"}
    await face.run(ANN, "session put", values, files={"file": ("notes.txt", b"remember\n")})
    await face.run(ANN, "session get", values)
    got = await face.file(session, "notes.txt")
    await face.run(ANN, "session diff", {"session": session})
    diff = await face.file(session, f"{session}.diff")

    assert got == b"remember\n"
    assert b"+remember" in diff
    happened = await stage.floor.effects(session, before)
    assert [line for line in happened if line.endswith(" done")] == [
        "put done",
        "put done",
        "get done",
        "diff done",
    ]
    assert [line for line in happened if line.startswith("task")] == turn(text)


async def test_restart_in_the_middle(stage: Stage, face: Surface) -> None:
    session, text = await stage.session(face), "slow=10/2 #restart"
    before = await stage.floor.head()
    await face.say(ANN, session, text)
    await stage.task(session, text, TaskState.RUNNING)

    await stage.floor.down()
    await stage.floor.up()
    await face.hears(session, "slow 20 of 20")
    await stage.is_idle(session)

    assert await stage.floor.effects(session, before) == turn(text)
