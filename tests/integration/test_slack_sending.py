"""Messages of Slack that are sent to a session from their menu."""

from bot.core.message import Message, text
from bot.hearing.forms import FILES_STAY
from tests.slack_room import Room


async def test_a_message_can_be_sent_to_a_session_from_its_menu(workspace: Room) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        await workspace.start()
        message = await workspace.slack.say(workspace.eve, workspace.channel, "The door squeaks")
        chosen = await workspace.slack.shortcut(workspace.ann, message, "Send to session")
        form = await chosen.opened()
        await workspace.slack.submit(workspace.ann, form, {"session": "demo-1"})
        await workspace.until(lambda use: len(use.tasks.of("demo-1")) == 2)

    assert [task.text for task in await workspace.tasks()] == ["Begin", "The door squeaks"]


async def test_all_of_a_message_of_ours_can_be_sent_to_a_session(workspace: Room) -> None:
    await workspace.add_project()
    output = "\n".join(f"{number} doors <squeak> & creak" for number in range(80))
    report = Message(title="Doors & windows", blocks=(text(output),), footer="Read by demo")
    async with workspace.halyard():
        await workspace.start()
        await workspace.post(report)
        message = await workspace.shown("Doors & windows")
        chosen = await workspace.slack.shortcut(workspace.ann, message, "Send to session")
        form = await chosen.opened()
        await workspace.slack.submit(workspace.ann, form, {"session": "demo-1"})
        await workspace.until(lambda use: len(use.tasks.of("demo-1")) == 2)

    (_, task) = await workspace.tasks()
    assert task.text == f"Doors & windows\n\n{output}\n\nRead by demo"


async def test_a_form_says_that_the_files_of_a_message_do_not_come_along(workspace: Room) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        message = await workspace.slack.say(
            workspace.eve, workspace.channel, "See this", files={"notes.txt": b"remember"}
        )
        chosen = await workspace.slack.shortcut(workspace.ann, message, "Send to session")
        form = await chosen.opened()

    assert FILES_STAY in form.shown


async def test_a_message_that_is_too_long_for_a_form_is_not_cut(workspace: Room) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        await workspace.start()
        message = await workspace.slack.say(workspace.ann, workspace.channel, "x" * 3001)
        await workspace.slack.shortcut(workspace.ann, message, "Send to session")
        await workspace.whispered("Copy it into the thread")
