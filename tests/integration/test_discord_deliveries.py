"""Posts, cards and answers on their way to Discord, and what can happen to them there."""

from collections.abc import Callable
from datetime import UTC, datetime

from bot.core.message import Message as Neutral
from bot.core.message import text
from bot.discord.places import conversation_at
from bot.discord.voice import Voice
from engine.api import EVERYTHING, Conversation, NewDelivery, Priority, UseCases
from tests.discord_room import Room, text_of
from tests.emulators.discord import CutAfter, Failed, Limited, Limits, Message, Place

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
POST = "POST /channels/{channel_id}/messages"
ANSWER = "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original"


def told(what: str) -> Neutral:
    return Neutral(title=what, blocks=(text("That is all."),))


def adding(
    room: Room, what: str, *, card: str = "", there: Conversation | None = None
) -> Callable[[UseCases], str]:
    """Return what puts a message on its way to the channel, or to somewhere else."""
    new = NewDelivery(
        conversation=there or room.here,
        draft=Voice().draft(told(what)),
        priority=Priority.REPORT,
        card=card,
    )
    return lambda use: use.deliveries.add(new)


def shown(room: Room, what: str, place: Place | None = None) -> list[Message]:
    return [m for m in room.discord.messages(place or room.channel) if what in text_of(m)]


async def test_a_post_whose_answer_was_lost_is_there_once(room: Room) -> None:
    async with room.halyard():
        room.discord.faults.next(POST, CutAfter())
        await room.do(adding(room, "First"))
        await room.do(adding(room, "Second"))
        await room.discord.until(lambda: shown(room, "Second"))

    assert len(shown(room, "First")) == 1


async def test_a_post_in_doubt_is_looked_for_when_discord_has_forgotten_its_name(
    room: Room,
) -> None:
    async with room.halyard():
        room.discord.faults.share(POST, 1, CutAfter())
        await room.do(adding(room, "First"))
        await room.discord.until(lambda: shown(room, "First"))
    room.discord.faults.clear()
    room.discord.world.nonces.clear()
    room.ground.clock.move(10 * 60)

    async with room.halyard():
        await room.do(adding(room, "Second"))
        await room.discord.until(lambda: shown(room, "Second"))

    assert len(shown(room, "First")) == 1


async def test_a_card_is_edited_in_place(room: Room) -> None:
    async with room.halyard():
        await room.do(adding(room, "At work", card="c"))
        await room.discord.until(lambda: shown(room, "At work"))
        await room.do(adding(room, "Done now", card="c"))
        await room.discord.until(lambda: shown(room, "Done now"))

    assert len(room.discord.messages(room.channel)) == 1


async def test_a_card_that_somebody_deleted_is_posted_anew(room: Room) -> None:
    async with room.halyard():
        await room.do(adding(room, "At work", card="c"))
        (message,) = await room.discord.until(lambda: shown(room, "At work"))
        await room.until(lambda use: use.deliveries.receipts(room.here, LONG_AGO))
        await room.discord.delete(message)
        await room.do(adding(room, "Done now", card="c"))
        await room.discord.until(lambda: shown(room, "Done now"))

    assert len(room.discord.messages(room.channel)) == 1


async def test_a_thread_whose_answer_was_lost_is_there_once(room: Room) -> None:
    await room.add_project()
    async with room.halyard():
        route = "POST /channels/{channel_id}/messages/{message_id}/threads"
        room.discord.faults.next(route, CutAfter())
        thread = await room.start()

    assert room.discord.threads(room.channel) == [thread]
    assert "demo-1" in thread.name


async def test_a_channel_that_is_forbidden_becomes_an_alert_until_it_is_allowed(
    room: Room,
) -> None:
    room.channel.deny("send_messages")
    async with room.halyard():
        await room.do(adding(room, "First"))
        (alert,) = await room.until(lambda use: use.views.overview(EVERYTHING).alerts)
        room.channel.allow("send_messages")
        room.ground.clock.move(120)
        await room.discord.until(lambda: shown(room, "First"))
        await room.until(lambda use: not use.views.overview(EVERYTHING).alerts)

    assert f"channel {room.channel.id} (#general)" in alert.text
    assert "halyard doctor" in alert.text


async def test_a_thread_that_is_locked_becomes_an_alert_until_it_is_unlocked(room: Room) -> None:
    await room.add_project()
    async with room.halyard():
        thread = await room.start()
        there = conversation_at(room.guild.id, room.channel.id, thread.id)
        await room.discord.archive(thread, locked=True)
        await room.do(adding(room, "All is done", there=there))
        (alert,) = await room.until(lambda use: use.views.overview(EVERYTHING).alerts)
        thread.locked = False
        room.ground.clock.move(120)
        await room.discord.until(lambda: shown(room, "All is done", thread))
        await room.until(lambda use: not use.views.overview(EVERYTHING).alerts)

    assert f"thread {thread.id}" in alert.text
    assert "Unlock the thread" in alert.text


async def test_an_answer_that_comes_too_late_is_a_line_without_content(
    tmp_path: object, room: Room
) -> None:
    async with room.halyard():
        room.discord.faults.next(ANSWER, Limited(retry_after_s=0.6))
        asked = await room.discord.run(room.ann, room.channel, "status")
        await asked.settled()
        room.discord.world.by_token[asked.interaction.token].limits = Limits(token_lives_s=0.1)
        (line,) = await room.discord.until(lambda: shown(room, "for you alone"))
        pressed = await room.discord.press(room.ann, line, "Show me")
        answer = await pressed.answered()

    assert "Nothing waits" not in text_of(line)
    assert "Nothing waits" in text_of(answer)


async def test_an_answer_is_given_once_whatever_fails(room: Room) -> None:
    async with room.halyard():
        room.discord.faults.next(ANSWER, CutAfter())
        room.discord.faults.next(ANSWER, Failed(status=503))
        asked = await room.discord.run(room.ann, room.channel, "status")
        await asked.answered()
        await room.until(lambda use: not use.deliveries.doubtful("discord"))

    assert len(asked.answers) == 1


async def test_posts_keep_their_order(room: Room) -> None:
    names = [f"Number {n}." for n in range(8)]
    async with room.halyard():
        for name in names:
            await room.do(adding(room, name))
        await room.discord.until(lambda: shown(room, names[-1]), timeout_s=30)

    posted = [text_of(message) for message in room.discord.messages(room.channel)]
    assert [name for text in posted for name in names if name in text] == names


async def test_a_private_answer_is_seen_by_who_asked_alone(room: Room) -> None:
    async with room.halyard():
        asked = await room.discord.run(room.ann, room.channel, "status")
        await asked.answered()

    assert not room.discord.messages(room.channel, seen_by=room.eve)
