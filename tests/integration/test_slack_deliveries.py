"""Posts, cards, files and answers on their way to Slack, and what can happen to them there."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.core.call import Call
from bot.core.message import Code, text
from bot.core.message import Message as Neutral
from bot.dispatch import said_of
from bot.hearing.origin import of_answer
from bot.hearing.utterance import heard_as
from bot.slack import client
from bot.slack.origin import Asked
from bot.slack.voice import Voice
from engine.api import EVERYTHING, NewDelivery, Priority, UseCases
from tests.emulators.slack import CutAfter, Failed, FailedAfter, Limited, Message, Slow
from tests.slack_room import Room

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
POST, UPDATE, COMPLETE = "chat.postMessage", "chat.update", "files.completeUploadExternal"
UPLOAD = "upload"
LONG = "A long line of what was printed.\n" * 2000


def told(what: str, *blocks: Code) -> Neutral:
    return Neutral(title=what, blocks=(text("That is all."), *blocks))


def adding(room: Room, message: str | Neutral, **fields: str) -> Callable[[UseCases], str]:
    """Return what puts a message on its way to the channel."""
    draft = Voice().draft(told(message) if isinstance(message, str) else message)
    new = NewDelivery(conversation=room.here, draft=draft, priority=Priority.REPORT, **fields)  # type: ignore[arg-type]
    return lambda use: use.deliveries.add(new)


def shown(room: Room, what: str) -> list[Message]:
    return [m for m in room.slack.messages(room.channel) if what in m.shown]


async def test_a_post_whose_answer_was_lost_is_there_once(workspace: Room) -> None:
    async with workspace.halyard():
        workspace.slack.faults.next(POST, CutAfter())
        await workspace.do(adding(workspace, "First"))
        await workspace.slack.until(lambda: shown(workspace, "First"))
        await workspace.until(lambda use: use.deliveries.doubtful("slack"))
        workspace.ground.clock.move(60)
        await workspace.do(adding(workspace, "Second"))
        await workspace.slack.until(lambda: shown(workspace, "Second"))

    assert len(shown(workspace, "First")) == 1


async def test_a_post_that_failed_and_is_not_there_is_posted(workspace: Room) -> None:
    async with workspace.halyard():
        workspace.slack.faults.next(POST, Failed(status=503))
        await workspace.do(adding(workspace, "First"))
        await workspace.until(lambda use: use.deliveries.doubtful("slack"))
        workspace.ground.clock.move(60)
        await workspace.slack.until(lambda: shown(workspace, "First"))

    assert len(shown(workspace, "First")) == 1


async def test_a_post_in_doubt_is_looked_for_after_a_restart(workspace: Room) -> None:
    async with workspace.halyard():
        workspace.slack.faults.share(POST, 1, FailedAfter(status=503))
        await workspace.do(adding(workspace, "First"))
        await workspace.slack.until(lambda: shown(workspace, "First"))
    workspace.slack.faults.clear()
    workspace.ground.clock.move(10 * 60)

    async with workspace.halyard():
        await workspace.do(adding(workspace, "Second"))
        await workspace.slack.until(lambda: shown(workspace, "Second"))

    assert len(shown(workspace, "First")) == 1


async def test_a_card_is_edited_in_place(workspace: Room) -> None:
    async with workspace.halyard():
        await workspace.do(adding(workspace, "At work", card="c"))
        await workspace.slack.until(lambda: shown(workspace, "At work"))
        await workspace.do(adding(workspace, "Done now", card="c"))
        await workspace.slack.until(lambda: shown(workspace, "Done now"))

    assert len(workspace.slack.messages(workspace.channel)) == 1


async def test_a_card_that_somebody_deleted_is_posted_anew(workspace: Room) -> None:
    async with workspace.halyard():
        await workspace.do(adding(workspace, "At work", card="c"))
        (message,) = await workspace.slack.until(lambda: shown(workspace, "At work"))
        await workspace.until(lambda use: use.deliveries.receipts(workspace.here, LONG_AGO))
        await workspace.slack.delete(message)
        await workspace.do(adding(workspace, "Done now", card="c"))
        await workspace.slack.until(lambda: shown(workspace, "Done now"))

    assert len(workspace.slack.messages(workspace.channel)) == 1


async def test_what_slack_takes_no_more_of_waits(workspace: Room) -> None:
    async with workspace.halyard():
        workspace.slack.faults.next(POST, Limited(retry_after_s=1))
        await workspace.do(adding(workspace, "First"))
        await workspace.slack.until(lambda: shown(workspace, "First"))


async def test_a_channel_that_halyard_is_not_in_is_an_alert_until_it_is(workspace: Room) -> None:
    private = workspace.slack.add_channel("secret", workspace.ann, is_private=True, with_bot=False)
    there = replace(workspace.here, channel=private.id)
    draft = Voice().draft(told("First"))
    new = NewDelivery(conversation=there, draft=draft, priority=Priority.REPORT)
    async with workspace.halyard():
        await workspace.do(lambda use: use.deliveries.add(new))
        (alert,) = await workspace.until(lambda use: use.views.overview(EVERYTHING).alerts)
        await workspace.slack.join(workspace.slack.bot, private)
        workspace.ground.clock.move(120)
        await workspace.slack.until(
            lambda: [m for m in workspace.slack.messages(private) if m.is_bot]
        )
        await workspace.until(lambda use: not use.views.overview(EVERYTHING).alerts)

    assert "/invite @Halyard" in alert.text


@pytest.mark.parametrize("fault", [None, CutAfter(), Failed(status=503)])
async def test_files_come_along_once_whatever_fails(
    workspace: Room, fault: CutAfter | Failed | None
) -> None:
    async with workspace.halyard():
        if fault is not None:
            workspace.slack.faults.next(COMPLETE, fault)
        await workspace.do(adding(workspace, told("Printed", Code(LONG))))
        (message,) = await workspace.slack.until(lambda: shown(workspace, "Printed"))
        if fault is not None:
            await workspace.until(lambda use: use.deliveries.doubtful("slack"))
            workspace.ground.clock.move(60)
        files = await workspace.slack.until(lambda: files_under(workspace, message))
        await workspace.until(lambda use: not use.deliveries.doubtful("slack"))

    assert [data for _, data in files] == [LONG.encode()]
    assert len(shown(workspace, "Printed")) == 1


async def test_a_file_may_take_longer_than_any_other_call(
    workspace: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "CALL_LIMIT_S", 2.0)
    async with workspace.halyard():
        workspace.slack.faults.next(UPLOAD, Slow(seconds=3.0))
        await workspace.do(adding(workspace, told("Printed", Code(LONG))))
        (message,) = await workspace.slack.until(lambda: shown(workspace, "Printed"))
        files = await workspace.slack.until(lambda: files_under(workspace, message))

    assert [data for _, data in files] == [LONG.encode()]
    assert len(workspace.slack.calls(UPLOAD)) == 1


async def test_a_card_with_another_file_shows_the_new_one_too(workspace: Room) -> None:
    async with workspace.halyard():
        await workspace.do(adding(workspace, told("First", Code(LONG)), card="c"))
        (message,) = await workspace.slack.until(lambda: shown(workspace, "First"))
        await workspace.slack.until(lambda: files_under(workspace, message))
        await workspace.do(adding(workspace, told("Again", Code(LONG)), card="c"))
        await workspace.slack.until(lambda: shown(workspace, "Again"))
        await workspace.do(adding(workspace, told("Other", Code(LONG * 2)), card="c"))
        await workspace.slack.until(lambda: len(files_under(workspace, message)) > 1)

    sizes = [len(data) for _, data in files_under(workspace, message)]
    assert sizes == [len(LONG), len(LONG) * 2]


async def test_a_private_answer_that_is_lost_is_a_line_without_content(workspace: Room) -> None:
    async with workspace.halyard():
        workspace.slack.faults.next("response_url", Failed(status=503))
        await workspace.run("status")
        line = await workspace.shown("for you alone")
        await workspace.slack.press(workspace.ann, line, "Show me")
        answer = await workspace.whispered("Nothing waits")

    assert "Nothing waits" not in line.shown
    assert answer.seen_only_by == workspace.ann.id


async def test_a_private_answer_that_comes_too_late_is_a_line_without_content(
    workspace: Room,
) -> None:
    async with workspace.halyard():
        workspace.slack.faults.next("response_url", Limited(retry_after_s=1))
        asked = await workspace.run("status")
        await asked.settled()
        world = workspace.slack.world
        world.limits = replace(world.limits, response_url_lives_s=0.01)
        await workspace.shown("for you alone")


async def test_a_private_answer_with_a_file_comes_in_direct_messages(workspace: Room) -> None:
    asked = Asked(user=workspace.ann.id, conversation=workspace.here)
    heard = replace(
        heard_as("trigger:1", workspace.actor, workspace.here, Call("status")),
        origin={**asked.origin(), **of_answer(is_public=False)},
    )
    direct = workspace.slack.direct(workspace.ann)
    async with workspace.halyard():
        received = await workspace.engine.receive(said_of(heard))
        assert received is not None
        await workspace.do(adding(workspace, told("Printed", Code(LONG)), answers=received.key))
        await workspace.slack.until(lambda: [m for m in direct.messages.values() if m.files])

    assert [m for m in direct.messages.values() if "Printed" in m.shown]
    assert not shown(workspace, "Printed")


async def test_an_answer_of_which_nothing_is_known_is_shown_to_nobody(workspace: Room) -> None:
    heard = heard_as("trigger:1", workspace.actor, workspace.here, Call("status"))
    async with workspace.halyard():
        received = await workspace.engine.receive(said_of(heard))
        assert received is not None
        await workspace.do(adding(workspace, told("Secret"), answers=received.key))
        await workspace.shown("for you alone")

    assert not shown(workspace, "Secret")


async def test_an_edit_that_fails_is_made_again(workspace: Room) -> None:
    async with workspace.halyard():
        await workspace.do(adding(workspace, "At work", card="c"))
        await workspace.slack.until(lambda: shown(workspace, "At work"))
        workspace.slack.faults.next(UPDATE, Failed(status=503))
        await workspace.do(adding(workspace, "Done now", card="c"))
        await workspace.slack.until(lambda: shown(workspace, "Done now"))


async def test_posts_keep_their_order(workspace: Room) -> None:
    names = [f"Number {n}." for n in range(5)]
    async with workspace.halyard():
        for name in names:
            await workspace.do(adding(workspace, name))
        await workspace.slack.until(lambda: shown(workspace, names[-1]), timeout_s=30)

    posted = [message.shown for message in workspace.slack.messages(workspace.channel)]
    assert [name for text in posted for name in names if name in text] == names


def files_under(room: Room, message: Message) -> list[tuple[str, bytes]]:
    there = [room.now(message), *room.slack.messages(room.channel, under=message)]
    return [(file.title, file.data) for one in there for file in one.files]
