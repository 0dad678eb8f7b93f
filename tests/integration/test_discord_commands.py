"""Commands, buttons and forms, as people use them on Discord."""

from typing import TypeAlias

from bot.core.call import Call
from bot.core.message import Button, Buttons, Message, text
from bot.discord.voice import Voice
from bot.hearing.forms import FILES_STAY
from engine.api import FileId, JobState, NewDelivery, Priority
from tests.discord_room import Room, text_of
from tests.emulators.discord import Doubled
from tests.emulators.discord import Message as Posted
from tests.emulators.discord.typed import Value

Values: TypeAlias = dict[str, Value]


async def test_a_command_is_answered_in_private_where_it_was_asked(room: Room) -> None:
    async with room.halyard():
        asked = await room.discord.run(room.ann, room.channel, "status")
        answer = await asked.answered()

    assert asked.is_ephemeral
    assert "Nothing waits for you" in text_of(answer)


async def test_what_is_for_all_is_answered_to_all(room: Room) -> None:
    await room.add_project()

    async with room.halyard():
        await room.start()
        asked = await room.discord.run(
            room.ann, room.channel, "session stop", {"session": "demo-1"}
        )
        answer = await asked.answered()

    assert not asked.is_ephemeral
    assert "demo-1" in text_of(answer)


async def test_a_refusal_of_what_is_for_all_is_private(room: Room) -> None:
    await room.add_project()

    async with room.halyard():
        await room.start()
        asked = await room.discord.run(
            room.eve, room.channel, "session stop", {"session": "demo-1"}
        )
        answer = await asked.answered()

    assert asked.is_ephemeral
    assert f"discord:{room.eve.id} may not do this" in text_of(answer)


async def test_values_have_the_types_that_were_declared(room: Room) -> None:
    await room.add_project()

    async with room.halyard():
        values: Values = {"project": "demo", "task": "Go", "once": True, "network": "jail"}
        asked = await room.discord.run(room.ann, room.channel, "session start", values)
        await asked.answered()
        listed = await room.discord.run(room.ann, room.channel, "session list", {"limit": 1})
        await listed.answered()

    session = await room.read(lambda use: use.sessions.find("demo-1"))
    assert (session.once, session.network) == (True, "jail")


async def test_a_file_of_a_command_is_stored_before_it_is_done(room: Room) -> None:
    await room.add_project()

    async with room.halyard():
        await room.start()
        values: Values = {
            "session": "demo-1",
            "text": "Look at it",
            "files": ("notes.txt", b"remember"),
        }
        asked = await room.discord.run(room.ann, room.channel, "session say", values)
        await asked.answered()

    (job,) = await room.ground.at_desk(lambda desk: desk.tx.jobs.in_states({JobState.QUEUED}))
    content = await room.engine.files.path(FileId(str(job.args["file"])))
    assert content.read_bytes() == b"remember"


async def test_names_are_offered_to_who_may_see_them(room: Room) -> None:
    await room.add_project()

    async with room.halyard():
        values = {"project": "de", "task": ""}
        seen = await room.discord.complete(
            room.ann, room.channel, "session start", values, focused="project"
        )
        hidden = await room.discord.complete(
            room.eve, room.channel, "session start", values, focused="project"
        )

    assert [choice.name for choice in seen] == ["demo"]
    assert not hidden


async def test_a_button_acts_after_halyard_was_restarted(room: Room) -> None:
    await room.add_project()
    async with room.halyard():
        await room.start()
        shown = await room.discord.run(
            room.ann, room.channel, "session show", {"session": "demo-1"}
        )
        answer = await shown.answered()

    async with room.halyard():
        pressed = await room.discord.press(room.ann, answer, "Stop")
        reply = await pressed.answered()

    assert pressed.is_ephemeral
    assert "demo-1" in text_of(reply)
    assert (await room.read(lambda use: use.sessions.find("demo-1"))).is_over


async def test_a_button_that_leaves_something_open_asks_for_it_in_a_form(room: Room) -> None:
    await room.add_project()
    async with room.halyard():
        await room.start()
        button = Button("Edit", Call("task edit", {"task": "demo-1.1"}))
        await post(room, Message(title="A task", blocks=(Buttons((button,)),)))
        message = await room.discord.until(lambda: last_with_buttons(room))
        assert message is not None
        pressed = await room.discord.press(room.ann, message, "Edit")
        form = await pressed.opened()

    async with room.halyard():
        submitted = await room.discord.submit(room.ann, form, {"text": "Something else"})
        await submitted.answered()

    assert [task.text for task in await room.tasks()] == ["Something else"]


async def test_a_message_can_be_sent_to_a_session_from_its_menu(room: Room) -> None:
    await room.add_project()
    async with room.halyard():
        await room.start()
        message = await room.discord.say(room.eve, room.channel, "The door squeaks")
        chosen = await room.discord.run_on_message(room.ann, message, "Send to session")
        form = await chosen.opened()
        submitted = await room.discord.submit(room.ann, form, {"session": "demo-1"})
        await submitted.answered()

    assert [task.text for task in await room.tasks()] == ["Begin", "The door squeaks"]


async def test_all_of_a_message_of_ours_can_be_sent_to_a_session(room: Room) -> None:
    await room.add_project()
    report = Message(title="Doors_and_windows", blocks=(text("They *squeak*."),))
    async with room.halyard():
        await room.start()
        await post(room, report)
        message = await room.discord.until(lambda: titled(room, "windows"))
        assert message is not None
        chosen = await room.discord.run_on_message(room.ann, message, "Send to session")
        form = await chosen.opened()
        submitted = await room.discord.submit(room.ann, form, {"session": "demo-1"})
        await submitted.answered()

    (_, task) = await room.tasks()
    assert task.text == "Doors_and_windows\n\nThey *squeak*."


async def test_a_message_that_is_too_long_for_a_form_is_not_cut(room: Room) -> None:
    await room.add_project()
    report = Message(
        title="Long", blocks=tuple(text("x" * 900) for _ in range(4)), footer="y" * 400
    )
    async with room.halyard():
        await room.start()
        await post(room, report)
        message = await room.discord.until(lambda: titled(room, "Long"))
        assert message is not None
        chosen = await room.discord.run_on_message(room.ann, message, "Send to session")
        answer = await chosen.answered()

    assert "more characters than a form of Discord takes" in text_of(answer)


async def test_a_form_says_that_the_files_of_a_message_do_not_come_along(room: Room) -> None:
    await room.add_project()
    async with room.halyard():
        await room.start()
        message = await room.discord.say(
            room.eve, room.channel, "See this", files={"notes.txt": b"remember"}
        )
        chosen = await room.discord.run_on_message(room.ann, message, "Send to session")
        form = await chosen.opened()

    assert FILES_STAY in str(form.components)


async def test_the_same_interaction_told_twice_is_done_once(room: Room) -> None:
    await room.add_project()
    async with room.halyard():
        room.discord.faults.next_event("INTERACTION_CREATE", Doubled())
        values = {"project": "demo", "task": "Once"}
        asked = await room.discord.run(room.ann, room.channel, "session start", values)
        await asked.answered()
        later = await room.discord.run(room.ann, room.channel, "session list")
        await later.answered()

    assert len(await room.read(lambda use: use.tasks.queued())) == 1


async def post(room: Room, message: Message) -> None:
    """Let Halyard post a message to the channel."""
    new = NewDelivery(
        conversation=room.here, draft=Voice().draft(message), priority=Priority.REPORT
    )
    await room.do(lambda use: use.deliveries.add(new))


def last_with_buttons(room: Room) -> Posted | None:
    found = [m for m in room.discord.messages(room.channel) if m.buttons]
    return found[-1] if found and found[-1].buttons[0]["label"] == "Edit" else None


def titled(room: Room, title: str) -> Posted | None:
    """Return what was posted with an embed of such a title."""
    posted = room.discord.messages(room.channel)
    return next((m for m in posted if title in text_of(m)), None)
