"""Commands, buttons, forms, choices and the home in Slack."""

import asyncio
from hashlib import sha256

import pytest

from bot.core.call import Call
from bot.core.message import Button, Buttons, Message
from engine.api import FileId, SessionId
from engine.app.desk import Desk
from tests.build import a_session
from tests.emulators.slack import CannotBeDone, Doubled
from tests.slack_room import DEMO, Room

START = "session start project=demo task='Go'"


async def test_a_command_is_answered_in_private_where_it_was_asked(workspace: Room) -> None:
    async with workspace.halyard():
        asked = await workspace.run("status")
        answer = await asked.answered()

    assert asked.acknowledged
    assert answer.seen_only_by == workspace.ann.id
    assert "Nothing waits for you" in answer.shown


async def test_what_is_for_all_is_answered_to_all(workspace: Room) -> None:
    await workspace.add_project()

    async with workspace.halyard():
        await workspace.start()
        await workspace.run("session stop demo-1")
        answer = await workspace.shown("has ended: stopped")

    assert answer.seen_only_by is None


async def test_a_refusal_of_what_is_for_all_is_private(workspace: Room) -> None:
    await workspace.add_project()

    async with workspace.halyard():
        await workspace.start()
        asked = await workspace.run("session stop demo-1", workspace.eve)
        answer = await asked.answered()

    assert answer.seen_only_by == workspace.eve.id
    assert "may not do this" in answer.shown


async def test_what_phones_make_of_quotes_and_dashes_is_read(workspace: Room) -> None:
    await workspace.add_project()

    async with workspace.halyard():
        await workspace.run(
            "Session start \u2014project demo \u2014task \u201cGo & see\u201d once=yes"
        )
        await workspace.until(lambda use: use.tasks.queued())

    session = await workspace.read(lambda use: use.sessions.find("demo-1"))
    assert session.once
    assert [task.text for task in await workspace.tasks()] == ["Go & see"]


async def test_nothing_typed_is_answered_with_help(workspace: Room) -> None:
    async with workspace.halyard():
        asked = await workspace.slack.run(workspace.ann, workspace.channel, "/hal")
        answer = await asked.answered()

    assert "session" in answer.shown


async def test_what_cannot_be_read_is_refused_in_private(workspace: Room) -> None:
    async with workspace.halyard():
        asked = await workspace.run("sesion lst")
        answer = await asked.answered()

    assert answer.seen_only_by == workspace.ann.id
    assert "did you mean" in answer.shown


async def test_what_a_command_lacks_is_asked_for_in_a_form(workspace: Room) -> None:
    await workspace.add_project()

    async with workspace.halyard():
        asked = await workspace.run("session start once=yes")
        form = await asked.opened()
        await workspace.slack.submit(workspace.ann, form, {"project": "demo", "task": "Go"})
        await workspace.until(lambda use: use.tasks.queued())

    session = await workspace.read(lambda use: use.sessions.find("demo-1"))
    assert form.title == "Session start"
    assert session.once
    assert [task.text for task in await workspace.tasks()] == ["Go"]


async def test_a_form_outlives_a_restart(workspace: Room) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        form = await (await workspace.run("session start")).opened()

    async with workspace.halyard():
        await workspace.slack.submit(workspace.ann, form, {"project": "demo", "task": "Go"})
        await workspace.until(lambda use: use.tasks.queued())


async def test_a_form_that_is_sent_twice_is_done_once(workspace: Room) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        form = await (await workspace.run("session start")).opened()
        values = {"project": "demo", "task": "Go"}
        await asyncio.gather(
            workspace.slack.submit(workspace.ann, form, values),
            workspace.slack.submit(workspace.ann, form, values),
        )
        await workspace.until(lambda use: use.tasks.queued())
        await workspace.slack.quiet()
        await (await workspace.run("status")).answered()

    assert len(await workspace.read(lambda use: use.tasks.queued())) == 1


async def test_a_file_of_a_form_is_stored_before_it_is_done(workspace: Room) -> None:
    await workspace.add_project()

    async with workspace.halyard():
        await workspace.start()
        form = await (await workspace.run("session put session=demo-1")).opened()
        values = {"file": {"notes.txt": b"remember"}}
        await workspace.slack.submit(workspace.ann, form, values)
        await workspace.whispered("demo-1")

    content = await workspace.engine.files.path(FileId(sha256(b"remember").hexdigest()))
    assert content.read_bytes() == b"remember"


async def test_names_are_offered_to_who_may_see_them(workspace: Room) -> None:
    await workspace.add_project()

    async with workspace.halyard():
        form = await (await workspace.run("session start")).opened()
        seen = await workspace.slack.suggest(workspace.ann, form, "de", block_id="project")
        hers = await (await workspace.run("session start", workspace.eve)).opened()
        hidden = await workspace.slack.suggest(workspace.eve, hers, "de", block_id="project")

    assert seen == ["demo"]
    assert hidden == []


async def test_a_button_acts_after_halyard_was_restarted(workspace: Room) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        await workspace.start()
        answer = await (await workspace.run("session show demo-1")).answered()

    async with workspace.halyard():
        await workspace.slack.press(workspace.ann, answer, "Stop")
        await workspace.until(lambda use: use.sessions.find("demo-1").wanted == "stop")


async def test_what_is_pressed_in_a_thread_is_answered_there_in_private(workspace: Room) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        root = await workspace.start()
        card = await workspace.shown("demo-1", root)
        await workspace.slack.press(workspace.ann, card, card.labels[0])
        reply = await workspace.whispered("demo-1", under=root)

    assert reply.thread_ts == root.ts


async def test_a_button_that_leaves_something_open_asks_for_it_in_a_form(workspace: Room) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        await workspace.start()
        button = Button("Edit", Call("task edit", {"task": "demo-1.1"}))
        await workspace.post(Message(title="A task", blocks=(Buttons((button,)),)))
        message = await workspace.shown("A task")
        form = await (await workspace.slack.press(workspace.ann, message, "Edit")).opened()
        await workspace.slack.submit(workspace.ann, form, {"text": "Something else"})
        await workspace.until(lambda use: use.tasks.of("demo-1")[0].text == "Something else")


async def test_a_form_that_slack_does_not_open_is_told_of(workspace: Room) -> None:
    async with workspace.halyard():
        workspace.slack.world.limits = workspace.slack.world.limits.__class__(
            trigger_lives_s=0.0
        ).without_rates()
        await workspace.run("session start")
        told = await workspace.whispered("did not open the form")

    assert "/hal session start" in told.shown


async def test_the_same_command_told_twice_is_done_once(workspace: Room) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        workspace.slack.faults.next_delivery("slash_commands", Doubled())
        await workspace.run(START)
        await (await workspace.run("session list")).answered()
        await workspace.slack.quiet()

    assert len(await workspace.read(lambda use: use.tasks.queued())) == 1


async def test_slash_commands_do_not_work_in_threads_but_the_same_words_do(
    workspace: Room,
) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        root = await workspace.start()
        with pytest.raises(CannotBeDone):
            await workspace.slack.run(workspace.ann, workspace.channel, "/hal status", under=root)
        await workspace.slack.say(
            workspace.ann, workspace.channel, "session stop", under=root, mention_bot=True
        )
        await workspace.shown("has ended: stopped", root)


async def test_the_home_shows_what_waits_for_a_person_and_what_they_have_at_work(
    workspace: Room,
) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        await workspace.start()
        await workspace.slack.open_home(workspace.ann)
        home = await workspace.slack.until(lambda: workspace.slack.home(workspace.ann))
        await workspace.slack.open_home(workspace.eve)
        hers = await workspace.slack.until(lambda: workspace.slack.home(workspace.eve))

    assert home is not None
    assert hers is not None
    assert "demo-1" in home.shown
    assert "demo-1" not in hers.shown


async def test_a_home_that_has_no_room_for_all_says_so_and_names_no_file(workspace: Room) -> None:
    await workspace.add_project()
    await workspace.ground.at_desk(lambda desk: at_work(desk, workspace, count=400))
    async with workspace.halyard():
        await workspace.slack.open_home(workspace.ann)
        home = await workspace.slack.until(lambda: workspace.slack.home(workspace.ann))

    assert home is not None
    assert "The beginning. All of it has 401 lines" in home.shown
    assert "/hal status mine=yes" in home.shown
    assert ".txt" not in home.shown


def at_work(desk: Desk, room: Room, *, count: int) -> None:
    """Have so many sessions of Ann's that nobody is told of."""
    for number in range(1, count + 1):
        desk.tx.sessions.add(
            a_session(id=SessionId(f"s{number}"), number=number, project=DEMO, owner=room.actor)
        )


async def test_a_command_is_answered_where_halyard_is_not(workspace: Room) -> None:
    await workspace.add_project()
    elsewhere = workspace.slack.add_channel(
        "private", workspace.ann, is_private=True, with_bot=False
    )
    async with workspace.halyard():
        await workspace.start()
        asked = await workspace.slack.run(workspace.ann, elsewhere, "/hal session stop demo-1")
        answer = await asked.answered()

    assert "demo-1" in answer.shown
