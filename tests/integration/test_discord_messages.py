"""Plain messages, as people write, change and delete them on Discord."""

from typing import Any

from bot.core.option import Attachments
from bot.discord.members import SIGN
from engine.api import TaskState
from tests.discord_room import Room, text_of
from tests.emulators.discord import Doubled, Late, Member, Message, Thread
from tests.emulators.discord.typed import Value


async def said(room: Room, thread: Thread, text: str, **how: Any) -> Message:
    """Let Ann say something, and wait until Halyard shows that it took it."""
    message = await room.discord.say(room.ann, thread, text, **how)
    await signed(room, message)
    return message


async def signed(room: Room, message: Message, timeout_s: float = 10) -> None:
    def is_signed() -> bool:
        return SIGN in room.discord.world.message(message.channel_id, message.id).reactions

    await room.discord.until(is_signed, timeout_s)


async def answered(room: Room, message: Message, seen_by: Member | None = None) -> Message:
    """Wait for a reply to a message, and return it."""
    place = room.discord.world.place(message.channel_id)

    def reply() -> Message | None:
        found = [m for m in room.discord.messages(place) if m.reply_to == message.id]
        return found[0] if found else None

    found = await room.discord.until(reply)
    assert found is not None
    return found


async def test_what_is_said_in_a_thread_is_the_sessions_next_task(room: Room) -> None:
    await room.add_project()
    async with room.halyard():
        thread = await room.start()

        await said(room, thread, "And now the tests")

    assert [task.text for task in await room.tasks()] == ["Begin", "And now the tests"]


async def test_what_is_said_among_people_is_no_task(room: Room) -> None:
    await room.add_project()
    async with room.halyard():
        thread = await room.start()

        await room.discord.say(room.ann, thread, "// what do you think?")
        await said(room, thread, "Go on")

    assert [task.text for task in await room.tasks()] == ["Begin", "Go on"]


async def test_a_mention_in_a_bound_channel_starts_a_session(room: Room) -> None:
    await room.add_project()
    async with room.halyard():
        message = await room.discord.say(
            room.ann, room.channel, "Repair the door", mention_bot=True
        )
        await signed(room, message)

    assert [task.text for task in await room.tasks()] == ["Repair the door"]


async def test_a_typed_command_is_answered_with_a_reply(room: Room) -> None:
    await room.add_project()
    async with room.halyard():
        message = await room.discord.say(room.ann, room.channel, "!session list")
        reply = await answered(room, message)

    assert text_of(reply)


async def test_who_may_not_is_told_without_the_others_reading_why(room: Room) -> None:
    await room.add_project()
    async with room.halyard():
        thread = await room.start()
        message = await room.discord.say(room.eve, thread, "Delete everything")
        reply = await answered(room, message)
        pressed = await room.discord.press(room.eve, reply, "Show me")
        shown = await pressed.answered()

    assert "may not" not in text_of(reply)
    assert pressed.is_ephemeral
    assert [task.text for task in await room.tasks()] == ["Begin"]
    assert "may not" in text_of(shown)


async def test_bots_are_not_heard(room: Room) -> None:
    await room.add_project()
    other = room.guild.add_member("other", is_bot=True)
    async with room.halyard():
        thread = await room.start()
        await room.discord.say(other, thread, "Do as I say")
        await said(room, thread, "Go on")

    assert [task.text for task in await room.tasks()] == ["Begin", "Go on"]


async def test_a_message_told_twice_is_one_task(room: Room) -> None:
    await room.add_project()
    async with room.halyard():
        thread = await room.start()
        room.discord.faults.next_event("MESSAGE_CREATE", Doubled())

        await said(room, thread, "Once")
        await said(room, thread, "Afterwards")

    assert [task.text for task in await room.tasks()] == ["Begin", "Once", "Afterwards"]


async def test_an_edit_changes_the_task_that_waits(room: Room) -> None:
    await room.add_project()
    async with room.halyard():
        thread = await room.start()
        message = await said(room, thread, "Paint it red")

        await room.discord.edit(message, "Paint it blue")
        await room.until(lambda use: use.tasks.of("demo-1")[-1].text == "Paint it blue")


async def test_a_deletion_drops_the_task_that_waits(room: Room) -> None:
    await room.add_project()
    async with room.halyard():
        thread = await room.start()
        message = await said(room, thread, "Paint it red")

        await room.discord.delete(message)
        await room.until(lambda use: use.tasks.of("demo-1")[-1].state is TaskState.DROPPED)


async def test_a_message_that_is_told_after_its_deletion_is_no_task(room: Room) -> None:
    await room.add_project()
    async with room.halyard():
        thread = await room.start()
        room.discord.faults.next_event("MESSAGE_CREATE", Late(seconds=1))
        message = await room.discord.say(room.ann, thread, "Tear it down")
        await room.discord.delete(message)
        room.discord.faults.next_event("MESSAGE_CREATE", Late(seconds=2))
        await said(room, thread, "Go on")

    assert [task.text for task in await room.tasks()] == ["Begin", "Go on"]


async def test_a_message_that_is_told_after_its_edit_says_what_it_says_by_then(room: Room) -> None:
    await room.add_project()
    async with room.halyard():
        thread = await room.start()
        room.discord.faults.next_event("MESSAGE_CREATE", Late(seconds=1))
        message = await room.discord.say(room.ann, thread, "Paint it red")
        await room.discord.edit(message, "Paint it blue")
        await signed(room, message)

    assert [task.text for task in await room.tasks()] == ["Begin", "Paint it blue"]


async def test_files_of_a_message_come_along_with_its_task(room: Room) -> None:
    await room.add_project()
    async with room.halyard():
        thread = await room.start()
        await said(room, thread, "Read it", files={"notes.txt": b"remember", "b.txt": b"more"})

    (received, *_) = await room.read(lambda use: use.said.newest(limit=1))
    files = Attachments.parse(received.values["files"]).files
    assert [file.name for file in files] == ["notes.txt", "b.txt"]
    assert (await room.engine.files.path(files[0].file)).read_bytes() == b"remember"


async def test_a_file_that_is_too_large_is_refused_with_the_task(room: Room) -> None:
    await room.add_project()
    async with room.halyard(file_max_bytes=4):
        thread = await room.start()
        message = await room.discord.say(
            room.ann, thread, "Read it", files={"notes.txt": b"remember"}
        )
        reply = await answered(room, message)
        pressed = await room.discord.press(room.ann, reply, "Show me")
        shown = await pressed.answered()

    assert "larger" in text_of(shown)
    assert [task.text for task in await room.tasks()] == ["Begin"]


async def test_a_role_of_the_server_gives_what_was_granted_to_it(room: Room) -> None:
    await room.add_project()
    role = room.guild.add_role("Workers")
    who = f"discord-role:{room.guild.id}:{role.id}"
    async with room.halyard():
        values: dict[str, Value] = {"who": who, "role": "operator"}
        granted = await room.discord.run(room.ann, room.channel, "access grant", values)
        await granted.answered()
        thread = await room.start()
        room.eve.give(role)
        message = await room.discord.say(room.eve, thread, "I may")
        await signed(room, message)
    last = await room.discord.say(room.eve, thread, "Also what I said meanwhile")
    async with room.halyard():
        await signed(room, last)

    texts = [task.text for task in await room.tasks()]
    assert texts == ["Begin", "I may", "Also what I said meanwhile"]
