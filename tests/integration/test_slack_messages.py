"""Plain messages, as people write, change and delete them in Slack."""

from dataclasses import replace

from bot.core.option import Attachments
from engine.api import TaskState
from tests.emulators.slack import Doubled, Late, Lost, Slow
from tests.slack_room import Room


async def texts(room: Room) -> list[str]:
    return [task.text for task in await room.tasks()]


async def test_what_is_said_in_a_thread_is_the_sessions_next_task(workspace: Room) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        root = await workspace.start()
        await workspace.said("And now the <tests> & more", root)

    assert await texts(workspace) == ["Begin", "And now the <tests> & more"]


async def test_what_is_said_among_people_is_no_task(workspace: Room) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        root = await workspace.start()
        await workspace.slack.say(
            workspace.ann, workspace.channel, "// what do you think?", under=root
        )
        await workspace.said("Go on", root)

    assert await texts(workspace) == ["Begin", "Go on"]


async def test_a_mention_in_a_bound_channel_starts_a_session(workspace: Room) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        await workspace.said("Repair the door", mention_bot=True)

    assert await texts(workspace) == ["Repair the door"]


async def test_a_typed_command_is_answered_under_it(workspace: Room) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        await workspace.start()
        message = await workspace.slack.say(
            workspace.ann, workspace.channel, "!session stop demo-1"
        )
        await workspace.shown("has ended: stopped", message)


async def test_who_may_not_is_told_without_the_others_reading_why(workspace: Room) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        root = await workspace.start()
        await workspace.slack.say(workspace.eve, workspace.channel, "Delete all", under=root)
        line = await workspace.shown("for you alone", root)
        await workspace.slack.press(workspace.eve, line, "Show me")
        shown = await workspace.whispered("may not", workspace.eve, root)

    assert "may not" not in line.shown
    assert shown.seen_only_by == workspace.eve.id
    assert await texts(workspace) == ["Begin"]


async def test_a_message_told_twice_is_one_task(workspace: Room) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        root = await workspace.start()
        workspace.slack.faults.next_delivery("message", Doubled())
        await workspace.said("Once", root)
        await workspace.said("Afterwards", root)

    assert await texts(workspace) == ["Begin", "Once", "Afterwards"]


async def test_an_edit_changes_the_task_that_waits(workspace: Room) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        root = await workspace.start()
        message = await workspace.said("Paint it red", root)
        await workspace.slack.edit(message, "Paint it blue")
        await workspace.until(lambda use: use.tasks.of("demo-1")[-1].text == "Paint it blue")


async def test_a_deletion_drops_the_task_that_waits(workspace: Room) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        root = await workspace.start()
        message = await workspace.said("Paint it red", root)
        await workspace.slack.delete(message)
        await workspace.until(lambda use: use.tasks.of("demo-1")[-1].state is TaskState.DROPPED)


async def test_a_message_that_is_told_after_its_deletion_is_no_task(workspace: Room) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        root = await workspace.start()
        workspace.slack.faults.next_delivery("message", Late(seconds=1))
        message = await workspace.slack.say(
            workspace.ann, workspace.channel, "Tear it down", under=root
        )
        await workspace.slack.delete(message)
        await workspace.slack.quiet()
        await workspace.said("Go on", root)

    assert await texts(workspace) == ["Begin", "Go on"]


async def test_a_message_that_is_told_after_its_edit_says_what_it_says_by_then(
    workspace: Room,
) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        root = await workspace.start()
        workspace.slack.faults.next_delivery("message", Late(seconds=1))
        message = await workspace.slack.say(
            workspace.ann, workspace.channel, "Paint it red", under=root
        )
        await workspace.slack.edit(message, "Paint it blue")
        await workspace.signed(message)
        await workspace.slack.quiet()

    assert await texts(workspace) == ["Begin", "Paint it blue"]


async def test_what_is_told_again_is_heard_as_it_is_by_then(workspace: Room) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        root = await workspace.start()
        workspace.slack.faults.next_delivery("message", Lost(), times=2)
        changed, dropped = [
            await workspace.slack.say(workspace.ann, workspace.channel, text, under=root)
            for text in ("Paint it red", "Tear it down")
        ]
        await workspace.slack.edit(changed, "Paint it blue")
        await workspace.slack.delete(dropped)
        await workspace.signed(changed)
        await workspace.slack.quiet()

    assert await texts(workspace) == ["Begin", "Paint it blue"]


async def test_what_is_told_again_before_it_shows_is_heard_as_it_was_told(
    workspace: Room,
) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        root = await workspace.start()
        workspace.ages(root)
        workspace.slack.world.limits = replace(workspace.slack.world.limits, history_delay_s=60)
        workspace.slack.faults.next_delivery("message", Lost())
        message = await workspace.slack.say(
            workspace.ann, workspace.channel, "Paint it red", under=root
        )
        await workspace.signed(message)

    assert await texts(workspace) == ["Begin", "Paint it red"]


async def test_a_late_retry_of_an_edit_does_not_undo_a_later_one(workspace: Room) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        root = await workspace.start()
        message = await workspace.said("Paint it red", root)
        workspace.slack.faults.next_delivery("message", Lost())
        await workspace.slack.edit(message, "Paint it green")
        await workspace.slack.edit(message, "Paint it blue")
        await workspace.until(lambda use: use.tasks.of("demo-1")[-1].text == "Paint it blue")
        await workspace.slack.quiet()

    assert await texts(workspace) == ["Begin", "Paint it blue"]


async def test_files_of_a_message_come_along_with_its_task(workspace: Room) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        root = await workspace.start()
        await workspace.said("Read it", root, files={"notes.txt": b"remember", "b.txt": b"more"})

    (received, *_) = await workspace.read(lambda use: use.said.newest(limit=1))
    files = Attachments.parse(received.values["files"]).files
    assert [file.name for file in files] == ["notes.txt", "b.txt"]
    assert (await workspace.engine.files.path(files[0].file)).read_bytes() == b"remember"


async def test_a_file_that_is_too_large_is_refused_with_the_task(workspace: Room) -> None:
    await workspace.add_project()
    async with workspace.halyard(file_max_bytes=4):
        root = await workspace.start()
        await workspace.slack.say(
            workspace.ann, workspace.channel, "Read it", under=root, files={"n.txt": b"remember"}
        )
        line = await workspace.shown("for you alone", root)
        await workspace.slack.press(workspace.ann, line, "Show me")
        await workspace.whispered("larger", under=root)

    assert await texts(workspace) == ["Begin"]


async def test_a_user_group_gives_what_was_granted_to_it(workspace: Room) -> None:
    await workspace.add_project()
    group = workspace.slack.add_usergroup("workers", workspace.eve)
    async with workspace.halyard():
        await workspace.run(f"access grant <!subteam^{group.id}|@workers> operator")
        await workspace.whispered("operator")
        root = await workspace.start()
        message = await workspace.slack.say(workspace.eve, workspace.channel, "I may", under=root)
        await workspace.signed(message)

    assert await texts(workspace) == ["Begin", "I may"]


async def test_nobody_is_heard_before_their_groups_are_known(workspace: Room) -> None:
    await workspace.add_project()
    group = workspace.slack.add_usergroup("workers", workspace.eve)
    async with workspace.halyard():
        await workspace.run(f"access grant <!subteam^{group.id}|@workers> operator")
        await workspace.whispered("operator")
    workspace.slack.faults.next("usergroups.list", Slow(seconds=1.0))

    async with workspace.halyard():
        await workspace.run("session start project=demo task=Begin", workspace.eve)
        await workspace.until(lambda use: use.tasks.queued())

    assert await texts(workspace) == ["Begin"]
