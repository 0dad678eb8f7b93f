"""What people said while Halyard was away."""

from dataclasses import replace

from engine.api import EVERYTHING, TaskState
from tests.discord_room import Room
from tests.emulators.discord import CutBefore, Late
from tests.integration.test_discord_messages import said, signed


async def test_what_was_said_while_halyard_was_down_is_done_in_order(room: Room) -> None:
    await room.add_project()
    async with room.halyard():
        thread = await room.start()
        await said(room, thread, "One")
    await room.discord.say(room.ann, thread, "Two")
    last = await room.discord.say(room.ann, thread, "Three")

    async with room.halyard():
        await signed(room, last)

    assert [task.text for task in await room.tasks()] == ["Begin", "One", "Two", "Three"]


async def test_what_was_changed_or_deleted_while_halyard_was_down_is_changed_or_dropped(
    room: Room,
) -> None:
    await room.add_project()
    async with room.halyard():
        thread = await room.start()
        first = await said(room, thread, "One")
        second = await said(room, thread, "Two")
        await said(room, thread, "Three")
    await room.discord.edit(first, "One, but better")
    await room.discord.delete(second)

    async with room.halyard():
        await room.until(
            lambda use: (
                [t.state for t in use.tasks.of("demo-1")].count(TaskState.DROPPED) == 1
                and any(t.text == "One, but better" for t in use.tasks.of("demo-1"))
            )
        )

    waiting = [task.text for task in await room.tasks() if task.state is TaskState.QUEUED]
    assert waiting == ["Begin", "One, but better", "Three"]


async def test_a_deletion_that_could_not_be_asked_about_is_asked_about_again(room: Room) -> None:
    await room.add_project()
    async with room.halyard():
        thread = await room.start()
        message = await said(room, thread, "One")
    await room.discord.delete(message)
    look = "GET /channels/{channel_id}/messages/{message_id}"
    room.discord.faults.next(look, CutBefore(), times=2)

    async with room.halyard():
        await room.until(
            lambda use: use.tasks.of("demo-1")[-1].state is TaskState.DROPPED, timeout_s=30
        )


async def test_what_was_never_told_is_read_though_something_later_was_heard(room: Room) -> None:
    await room.add_project()
    async with room.halyard():
        thread = await room.start()
        room.discord.faults.next_event("MESSAGE_CREATE", Late(seconds=600))
        first = await room.discord.say(room.ann, thread, "Said first")
        await said(room, thread, "Heard first")

    async with room.halyard():
        await signed(room, first)

    assert [task.text for task in await room.tasks()] == ["Begin", "Heard first", "Said first"]


async def test_what_shows_late_is_read_soon_after_a_connection(room: Room) -> None:
    await room.add_project()
    async with room.halyard():
        thread = await room.start()
    room.discord.world.limits = replace(room.discord.world.limits, history_delay_s=1.0)
    message = await room.discord.say(room.ann, thread, "Just before")

    async with room.halyard():
        await signed(room, message, timeout_s=20)

    assert [task.text for task in await room.tasks()] == ["Begin", "Just before"]


async def test_a_mention_while_halyard_was_down_starts_a_session(room: Room) -> None:
    await room.add_project(is_bound=False)
    async with room.halyard():
        values = {"project": "demo"}
        asked = await room.discord.run(room.ann, room.channel, "project bind", values)
        await asked.answered()
    message = await room.discord.say(room.ann, room.channel, "Repair it", mention_bot=True)

    async with room.halyard():
        await signed(room, message)

    assert [task.text for task in await room.tasks()] == ["Repair it"]


async def test_what_was_said_before_a_channel_was_bound_is_left_alone(room: Room) -> None:
    await room.discord.say(room.ann, room.channel, "Long ago", mention_bot=True)
    await room.add_project(is_bound=False)

    async with room.halyard():
        values = {"project": "demo"}
        asked = await room.discord.run(room.ann, room.channel, "project bind", values)
        await asked.answered()
    async with room.halyard():
        message = await room.discord.say(room.ann, room.channel, "Now", mention_bot=True)
        await signed(room, message)

    assert [task.text for task in await room.tasks()] == ["Now"]


async def test_what_a_channel_was_never_told_is_read_from_when_it_was_bound(room: Room) -> None:
    other = room.guild.add_channel("other")
    async with room.halyard():
        await (await room.discord.run(room.ann, other, "status", {})).answered()
        await room.add_project()
        room.discord.faults.next_event("MESSAGE_CREATE", Late(seconds=600))
        message = await room.discord.say(room.ann, room.channel, "Said first", mention_bot=True)
        await (await room.discord.run(room.ann, room.channel, "status", {})).answered()

    async with room.halyard():
        await signed(room, message)

    assert [task.text for task in await room.tasks()] == ["Said first"]


async def test_what_was_said_while_a_channel_was_not_bound_is_left_alone(room: Room) -> None:
    await room.add_project()
    async with room.halyard():
        await room.start()
        asked = await room.discord.run(room.ann, room.channel, "project unbind", {})
        await asked.answered()
    await room.discord.say(room.ann, room.channel, "Meanwhile", mention_bot=True)
    async with room.halyard():
        values = {"project": "demo"}
        asked = await room.discord.run(room.ann, room.channel, "project bind", values)
        await asked.answered()
    message = await room.discord.say(room.ann, room.channel, "Now", mention_bot=True)

    async with room.halyard():
        await signed(room, message)

    assert [task.text for task in await room.tasks("demo-2")] == ["Now"]


async def test_a_cut_connection_loses_nothing(room: Room) -> None:
    await room.add_project()
    async with room.halyard():
        thread = await room.start()
        room.discord.gateway.drop()
        message = await room.discord.say(room.ann, thread, "Are you there?")
        await signed(room, message)

    assert [task.text for task in await room.tasks()] == ["Begin", "Are you there?"]


async def test_an_invalid_session_loses_nothing(room: Room) -> None:
    await room.add_project()
    async with room.halyard():
        thread = await room.start()
        room.discord.gateway.invalidate(resumable=False)
        message = await room.discord.say(room.ann, thread, "Are you there?")
        await signed(room, message)

    assert [task.text for task in await room.tasks()] == ["Begin", "Are you there?"]


async def test_a_channel_that_is_gone_becomes_an_alert(room: Room) -> None:
    await room.add_project()
    room.channel.remove()

    async with room.halyard():
        alerts = await room.until(lambda use: use.views.overview(EVERYTHING).alerts)

    assert [alert.fingerprint for alert in alerts] == [
        f"channel:discord:{room.guild.id}/{room.channel.id}"
    ]
    assert f"channel {room.channel.id}" in alerts[0].text
