"""What people said while Halyard was away from Slack."""

from dataclasses import replace
from typing import Any

import pytest

from bot.slack.past import SlackPast
from engine.api import EVERYTHING, TaskState
from tests.emulators.slack import CutBefore, Dropped, Limited, Lost
from tests.slack_room import Room


async def texts(room: Room) -> list[str]:
    return [task.text for task in await room.tasks()]


def looks(room: Room) -> list[tuple[str, str]]:
    """Return from where to where it was asked what became of messages."""
    return [
        (str(one.args["oldest"]), str(one.args["latest"]))
        for one in room.slack.requests
        if one.method.startswith("conversations.") and "latest" in one.args
    ]


def connections(room: Room) -> int:
    """Return how often a connection was asked for."""
    return sum(one.method == "apps.connections.open" for one in room.slack.requests)


async def test_what_was_said_while_halyard_was_down_is_done_in_order(workspace: Room) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        root = await workspace.start()
        await workspace.said("One", root)
    await workspace.slack.say(workspace.ann, workspace.channel, "Two", under=root)
    last = await workspace.slack.say(workspace.ann, workspace.channel, "Three", under=root)

    async with workspace.halyard():
        await workspace.signed(last)

    assert await texts(workspace) == ["Begin", "One", "Two", "Three"]


async def test_what_was_changed_or_deleted_while_halyard_was_down_is_changed_or_dropped(
    workspace: Room,
) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        root = await workspace.start()
        first = await workspace.said("One", root)
        second = await workspace.said("Two", root)
        await workspace.said("Three", root)
    await workspace.slack.edit(first, "One, but better")
    await workspace.slack.delete(second)

    async with workspace.halyard():
        await workspace.until(
            lambda use: (
                [t.state for t in use.tasks.of("demo-1")].count(TaskState.DROPPED) == 1
                and any(t.text == "One, but better" for t in use.tasks.of("demo-1"))
            )
        )

    waiting = [t.text for t in await workspace.tasks() if t.state is TaskState.QUEUED]
    assert waiting == ["Begin", "One, but better", "Three"]


async def test_neighbours_in_a_thread_are_asked_about_together(workspace: Room) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        root = await workspace.start()
        messages = [await workspace.said(str(number), root) for number in range(6)]
    for message in messages[:3]:
        await workspace.slack.edit(message, f"{message.text}, but better")
    await workspace.slack.delete(messages[-1])

    after = ["Begin", *(f"{number}, but better" for number in range(3)), *"345"]

    async with workspace.halyard():
        await workspace.until(
            lambda use: (
                [task.text for task in use.tasks.of("demo-1")] == after
                and use.tasks.of("demo-1")[-1].state is TaskState.DROPPED
            ),
            timeout_s=30,
        )

    assert (messages[0].ts, messages[-1].ts) in looks(workspace)


async def test_a_message_that_does_not_show_yet_was_not_deleted(workspace: Room) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        root = await workspace.start()
        one = await workspace.said("One", root)
    workspace.ages(root)
    workspace.slack.world.limits = replace(workspace.slack.world.limits, history_delay_s=60)

    async with workspace.halyard():
        await workspace.slack.until(lambda: (one.ts, one.ts) in looks(workspace))
        await workspace.said("Two", root)

    assert TaskState.DROPPED not in [task.state for task in await workspace.tasks()]


async def test_a_bug_with_some_messages_keeps_no_others_from_being_looked_at(
    workspace: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        root = await workspace.start()
        message = await workspace.said("One", root)
    await workspace.slack.delete(message)
    opened = connections(workspace)
    look, calls = SlackPast.look, 0

    async def broken_at_first(*given: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise ZeroDivisionError
        return await look(*given)

    monkeypatch.setattr(SlackPast, "look", broken_at_first)

    async with workspace.halyard():
        await workspace.until(
            lambda use: use.tasks.of("demo-1")[-1].state is TaskState.DROPPED, timeout_s=30
        )

    assert calls > 1
    assert connections(workspace) == 2 * opened


async def test_a_deletion_that_could_not_be_asked_about_is_asked_about_again(
    workspace: Room,
) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        root = await workspace.start()
        message = await workspace.said("One", root)
    await workspace.slack.delete(message)
    workspace.slack.faults.next("conversations.replies", CutBefore(), times=12)

    async with workspace.halyard():
        await workspace.until(
            lambda use: use.tasks.of("demo-1")[-1].state is TaskState.DROPPED, timeout_s=60
        )


async def test_what_slack_gives_too_slowly_is_waited_for(workspace: Room) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        root = await workspace.start()
        first = await workspace.said("One", root)
    await workspace.slack.edit(first, "One, but better")
    last = await workspace.slack.say(workspace.ann, workspace.channel, "Two", under=root)
    workspace.slack.faults.next("conversations.replies", Limited(retry_after_s=1), times=4)

    async with workspace.halyard():
        await workspace.signed(last)
        await workspace.until(lambda use: use.tasks.of("demo-1")[1].text == "One, but better")

    assert await texts(workspace) == ["Begin", "One, but better", "Two"]


async def test_what_was_never_told_is_read_though_something_later_was_heard(
    workspace: Room,
) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        root = await workspace.start()
        workspace.slack.faults.next_delivery("message", Lost())
        first = await workspace.slack.say(
            workspace.ann, workspace.channel, "Said first", under=root
        )
        await workspace.said("Heard first", root)

    async with workspace.halyard():
        await workspace.signed(first)

    assert sorted(await texts(workspace)) == ["Begin", "Heard first", "Said first"]


async def test_what_shows_late_is_read_soon_after_a_connection(workspace: Room) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        root = await workspace.start()
    world = workspace.slack.world
    world.limits = replace(world.limits, history_delay_s=1.0)
    message = await workspace.slack.say(workspace.ann, workspace.channel, "Just before", under=root)

    async with workspace.halyard():
        await workspace.signed(message, timeout_s=20)

    assert await texts(workspace) == ["Begin", "Just before"]


async def test_a_mention_while_halyard_was_down_starts_a_session(workspace: Room) -> None:
    await workspace.add_project(is_bound=False)
    async with workspace.halyard():
        await workspace.run("project bind demo")
        await workspace.until(lambda use: use.channels.bound("slack"))
        await workspace.slack.quiet()
    message = await workspace.slack.say(
        workspace.ann, workspace.channel, "Repair it", mention_bot=True
    )

    async with workspace.halyard():
        await workspace.signed(message)

    assert await texts(workspace) == ["Repair it"]


async def test_what_was_said_before_a_channel_was_bound_is_left_alone(workspace: Room) -> None:
    await workspace.slack.say(workspace.ann, workspace.channel, "Long ago", mention_bot=True)
    await workspace.add_project(is_bound=False)

    async with workspace.halyard():
        await workspace.run("project bind demo")
        await workspace.until(lambda use: use.channels.bound("slack"))
    async with workspace.halyard():
        await workspace.said("Now", mention_bot=True)

    assert await texts(workspace) == ["Now"]


async def test_a_cut_connection_loses_nothing(workspace: Room) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        root = await workspace.start()
        workspace.slack.faults.next_delivery("message", Dropped())
        message = await workspace.slack.say(
            workspace.ann, workspace.channel, "Are you there?", under=root
        )
        await workspace.signed(message)

    assert await texts(workspace) == ["Begin", "Are you there?"]


async def test_a_channel_that_halyard_is_not_in_becomes_an_alert(workspace: Room) -> None:
    await workspace.add_project()
    await workspace.slack.leave(workspace.slack.bot, workspace.channel)

    async with workspace.halyard():
        alerts = await workspace.until(lambda use: use.views.overview(EVERYTHING).alerts)

    assert [alert.fingerprint for alert in alerts] == [
        f"channel:slack:{workspace.team}/{workspace.channel.id}"
    ]
    assert "/invite @Halyard" in alerts[0].text
