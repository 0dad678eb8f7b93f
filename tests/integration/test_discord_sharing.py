"""One session in two channels of one server, and in two servers, as people see it on Discord."""

from bot.discord.places import conversation_at
from engine.api import Conversation, UseCases
from engine.app.changes import tell_approval
from engine.domain.approval import ApprovalState
from tests.build import an_approval
from tests.discord_room import DEMO, Room, text_of
from tests.emulators.discord import Channel, CutAfter, Guild, Message, Thread
from tests.integration.test_discord_messages import said, signed


async def shared(room: Room, guild: Guild, channel: Channel) -> Thread:
    """Share the session with a channel, and return the thread that opens there."""
    place = conversation_at(guild.id, channel.id)

    def share(use: UseCases) -> None:
        use.channels.bind(place, DEMO)
        use.shares.share("demo-1", place, by=room.actor)

    await room.do(share)
    return await opened(room, channel, place)


async def opened(room: Room, channel: Channel, place: Conversation) -> Thread:
    await room.discord.until(lambda: room.discord.threads(channel))
    thread = room.discord.threads(channel)[-1]
    there = conversation_at(int(place.space), channel.id, thread.id)
    await room.until(lambda use: use.sessions.in_thread(there))
    return thread


async def shows(room: Room, thread: Thread | Channel, words: str) -> Message:
    """Wait for a message of these words, and return it."""

    def look() -> Message | None:
        found = [m for m in room.discord.messages(thread) if words in text_of(m)]
        return found[-1] if found else None

    found = await room.discord.until(look)
    assert found is not None
    return found


async def asks(room: Room) -> None:
    def ask(use: UseCases) -> None:
        session = use.sessions.find("demo-1")
        approval = an_approval(session=session.id, task=use.tasks.of("demo-1")[0].id)
        use.desk.tx.approvals.add(approval)
        tell_approval(use.desk, approval)

    await room.do(ask)


async def labels(room: Room, thread: Thread, words: str) -> list[str]:
    message = await shows(room, thread, words)
    return [c["label"] for row in message.components for c in row["components"]]


async def test_words_in_both_channels_are_tasks_of_one_session_and_are_quoted_in_the_other(
    room: Room,
) -> None:
    await room.add_project()
    second = room.guild.add_channel("second")
    async with room.halyard():
        home = await room.start()
        mirror = await shared(room, room.guild, second)

        await said(room, mirror, "Paint it **red** <@1>")
        await said(room, home, "No, blue")
        await shows(room, home, "ann on Discord said: “Paint it")
        quoted = await shows(room, mirror, "ann on Discord said: “No, blue”")

    assert [t.text for t in await room.tasks()] == ["Begin", "Paint it **red** <@1>", "No, blue"]
    assert quoted.author.is_bot
    for thread, own in ((mirror, "“Paint"), (home, "“No, blue”")):
        assert not [m for m in room.discord.messages(thread) if own in text_of(m)]


async def test_the_first_decision_counts_in_both_servers(room: Room) -> None:
    await room.add_project()
    other = room.discord.add_guild("Branch")
    second = other.add_channel("general")
    async with room.halyard():
        home = await room.start()
        mirror = await shared(room, other, second)
        await asks(room)
        there = await shows(room, mirror, "asks (demo-1.1)")
        await shows(room, home, "asks (demo-1.1)")

        await room.discord.press(room.ann, there, "Allow once")

        for thread in (home, mirror):
            await shows(room, thread, "Approval demo-1.1 is allowed")
    approval = await room.read(lambda use: use.approvals.find("demo-1.1"))
    assert approval.state is ApprovalState.ALLOWED


async def test_who_may_not_prompt_is_refused_in_a_mirror_too(room: Room) -> None:
    await room.add_project()
    second = room.guild.add_channel("second")
    async with room.halyard():
        await room.start()
        mirror = await shared(room, room.guild, second)
        await room.discord.say(room.eve, mirror, "Delete everything")
        await shows(room, mirror, "Not done")

    assert [task.text for task in await room.tasks()] == ["Begin"]


async def test_sharing_ends_with_cards_that_say_so(room: Room) -> None:
    await room.add_project()
    second = room.guild.add_channel("second")
    async with room.halyard():
        home = await room.start()
        mirror = await shared(room, room.guild, second)
        await asks(room)
        assert "Deny" in await labels(room, mirror, "asks (demo-1.1)")
        pressed = await room.discord.run(room.ann, mirror, "session unshare", {"session": "demo-1"})
        await pressed.answered()

        assert await labels(room, mirror, "Approval demo-1.1 is decided elsewhere") == []
        assert await labels(room, mirror, "demo-1 is no longer followed here") == []
        assert "Deny" in await labels(room, home, "asks (demo-1.1)")
        await room.discord.say(room.ann, mirror, "Is anybody there?")
        await said(room, home, "Go on")

    assert [task.text for task in await room.tasks()] == ["Begin", "Go on"]


async def test_what_was_said_in_a_mirror_while_halyard_was_away_is_done_once(room: Room) -> None:
    await room.add_project()
    second = room.guild.add_channel("second")
    async with room.halyard():
        home = await room.start()
        mirror = await shared(room, room.guild, second)
        await said(room, mirror, "One")
    late = await room.discord.say(room.ann, mirror, "Two")
    async with room.halyard():
        await signed(room, late)
        await shows(room, home, "said: “Two”")
    async with room.halyard():
        await said(room, home, "Three")

    assert [task.text for task in await room.tasks()] == ["Begin", "One", "Two", "Three"]
    quotes = [m for m in room.discord.messages(home) if "said: “Two”" in text_of(m)]
    assert len(quotes) == 1


async def test_a_channel_that_is_gone_holds_up_its_own_mirror_only(room: Room) -> None:
    await room.add_project()
    second = room.guild.add_channel("second")
    async with room.halyard():
        home = await room.start()
        await shared(room, room.guild, second)
        second.remove()

        await said(room, home, "Go on")
        await room.until(lambda use: use.desk.tx.alerts.open())
        await asks(room)
        assert "Deny" in await labels(room, home, "asks (demo-1.1)")

    [alert] = await room.read(lambda use: use.desk.tx.alerts.open())
    assert alert.fingerprint.endswith(f"/{second.id}")


async def test_a_mirror_whose_thread_was_made_without_an_answer_has_one_thread(room: Room) -> None:
    await room.add_project()
    second = room.guild.add_channel("second")
    async with room.halyard():
        await room.start()
        route = "POST /channels/{channel_id}/messages/{message_id}/threads"
        room.discord.faults.next(route, CutAfter())
        mirror = await shared(room, room.guild, second)
        await said(room, mirror, "Go on")

    assert room.discord.threads(second) == [mirror]
    assert [task.text for task in await room.tasks()] == ["Begin", "Go on"]
