"""Channels: what they are about, and how much they hear; and calls that were made before."""

from datetime import timedelta

import pytest

from bot.commands import registry
from bot.core.answer import Outcome
from bot.core.call import Call
from bot.dispatch import Heard
from bot.hearing.hearing import Hearing
from engine.api import Channel, Engine, ProjectName, Received, Verbosity
from tests.chat import CHANNEL, PlainVoice, drafted, said
from tests.faces import asked, engine_of
from tests.ground import ANN, BOB, Ground

WEB = {"name": "web", "source": "https://git.example/acme/web.git"}
NAME = "plain:acme/web"


@pytest.fixture
async def engine(ground: Ground) -> Engine:
    """An engine with one project."""
    engine = engine_of(ground)
    await asked(engine, "project add", key="add", values=WEB)
    return engine


async def channel(engine: Engine) -> Channel:
    return await engine.read(lambda use: use.channels.at(CHANNEL))


async def test_a_channel_is_bound_where_it_is_said(engine: Engine) -> None:
    answer = await said(engine, "project bind", key="b", values={"project": "web"})

    assert answer.message.title == "This channel is about web"
    assert (await channel(engine)).project == ProjectName("web")

    await said(engine, "project unbind", key="u")
    again = await said(engine, "project unbind", key="v")

    assert (await channel(engine)).project is None
    assert again.outcome is Outcome.REFUSED


async def test_a_channel_is_bound_since_it_was_about_nothing(
    engine: Engine, ground: Ground
) -> None:
    await said(engine, "project bind", key="b", values={"project": "web"})
    first = (await channel(engine)).bound_since
    ground.clock.move(3600)
    await said(engine, "project bind", key="c", values={"project": "web"})
    still = (await channel(engine)).bound_since
    await said(engine, "project unbind", key="u")
    unbound = (await channel(engine)).bound_since
    await said(engine, "project bind", key="d", values={"project": "web"})

    assert first is not None
    assert still == first
    assert unbound is None
    assert (await channel(engine)).bound_since == first + timedelta(hours=1)


async def test_the_local_api_names_the_channel(engine: Engine) -> None:
    values = {"verbosity": "everything", "channel": NAME}

    await asked(engine, "channel set", key="s", values=values)
    shown = await asked(engine, "channel show", key="t", values={"channel": NAME})

    assert (await channel(engine)).verbosity is Verbosity.EVERYTHING
    assert shown.message.data == {"channel": NAME, "project": None, "verbosity": "everything"}


@pytest.mark.parametrize("path", ["channel show", "project unbind"])
async def test_on_the_local_api_there_is_no_here(engine: Engine, path: str) -> None:
    answer = await asked(engine, path, key="x")

    assert answer.outcome is Outcome.REFUSED
    assert "channel=discord:SERVER/CHANNEL" in str(answer.message.data)


async def left_undone(engine: Engine, ground: Ground, path: str, **values: str) -> str:
    """Let something be said that cannot be acknowledged; return the number of its call."""
    hearing = Hearing(
        engine=engine,
        registry=registry,
        voice=PlainVoice(),
        clock=ground.clock,
        wake=lambda: None,
    )
    heard = Heard(
        key="slow", actor=ANN, conversation=CHANNEL, is_local=False, call=Call(path, values)
    )

    async def too_late(_received: Received) -> bool:
        return False

    await hearing.hear(heard, too_late)
    [delivery] = await engine.read(lambda use: use.deliveries.due("plain", limit=9, each=100))
    data = drafted(delivery.delivery.draft).data
    assert isinstance(data, dict)
    return str(data["call"])


async def test_what_was_left_undone_runs_once_and_only_for_who_said_it(
    engine: Engine, ground: Ground
) -> None:
    number = await left_undone(engine, ground, "project bind", project="web")
    assert (await channel(engine)).project is None

    theirs = await said(engine, "call run", key="1", actor=BOB, values={"call": number})
    assert theirs.outcome is Outcome.REFUSED
    assert (await channel(engine)).project is None

    mine = await said(engine, "call run", key="2", values={"call": number})
    assert mine.message.title == "This channel is about web"
    assert (await channel(engine)).project == ProjectName("web")

    again = await said(engine, "call run", key="3", values={"call": number})
    assert "was run already" in str(again.message.data)


async def test_what_is_refused_when_it_runs_at_last_can_be_tried_again(
    engine: Engine, ground: Ground
) -> None:
    number = await left_undone(engine, ground, "project bind", project="shop")

    first = await said(engine, "call run", key="1", values={"call": number})
    await asked(engine, "project add", key="shop", values={**WEB, "name": "shop"})
    second = await said(engine, "call run", key="2", values={"call": number})

    assert first.outcome is Outcome.REFUSED
    assert second.outcome is Outcome.DONE


async def test_an_answer_is_shown_again_to_who_asked_alone(engine: Engine, ground: Ground) -> None:
    answer = await said(engine, "project list", key="list")
    received = await ground.do(lambda use: use.said.newest(limit=1)[0])
    values = {"call": str(received.number)}

    mine = await said(engine, "call show", key="1", values=values)
    theirs = await said(engine, "call show", key="2", actor=BOB, values=values)
    nobodys = await said(engine, "call show", key="3", values={"call": "999"})

    assert mine.message == answer.message
    assert theirs.outcome is Outcome.REFUSED
    assert "You made no call 999" in str(nobodys.message.data)


async def test_who_has_no_role_can_read_why_they_were_refused(
    engine: Engine, ground: Ground
) -> None:
    refused = await said(engine, "session list", key="list", actor=BOB)
    received = await ground.do(lambda use: use.said.newest(limit=1)[0])

    shown = await said(
        engine, "call show", key="1", actor=BOB, values={"call": str(received.number)}
    )

    assert refused.outcome is Outcome.REFUSED
    assert shown.outcome is Outcome.DONE
    assert shown.message == refused.message


async def test_what_was_done_cannot_be_run_again(engine: Engine, ground: Ground) -> None:
    await said(engine, "project bind", key="b", values={"project": "web"})
    received = await ground.do(lambda use: use.said.newest(limit=1)[0])

    answer = await said(engine, "call run", key="r", values={"call": str(received.number)})

    assert "was run already" in str(answer.message.data)
