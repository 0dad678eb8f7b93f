"""Commands are done if, and only if, Discord was told in time that they were heard."""

from dataclasses import replace

import pytest

from bot.commands import registry
from bot.discord import acknowledge
from bot.discord.face import running_discord_face
from engine.api import EVERYTHING
from tests.discord_room import Room, settings_of, text_of
from tests.emulators.discord import CutAfter, CutBefore, Limits, Message, Slow, SlowAnswer
from tests.emulators.discord.events import Intent

CALLBACK = "POST /interactions/{interaction_id}/{interaction_token}/callback"
VALUES = {"project": "demo", "task": "Say hello"}


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait less for what cannot arrive any more."""
    monkeypatch.setattr(acknowledge, "LATEST_S", 0.3)


def not_run(room: Room) -> Message | None:
    found = [m for m in room.discord.messages(room.channel) if "Not run" in text_of(m)]
    return found[0] if found else None


async def test_what_was_acknowledged_though_the_connection_broke_is_done(room: Room) -> None:
    await room.add_project()
    async with room.halyard():
        room.discord.faults.next(CALLBACK, CutAfter())
        asked = await room.discord.run(room.ann, room.channel, "session start", VALUES)
        await asked.answered()

    assert len(await room.tasks()) == 1


async def test_what_could_not_be_acknowledged_is_not_done_but_can_be_run(room: Room) -> None:
    await room.add_project()
    async with room.halyard():
        room.discord.faults.next(CALLBACK, CutBefore())
        await room.discord.run(room.ann, room.channel, "session start", VALUES)
        line = await room.discord.until(lambda: not_run(room))
        assert line is not None
        nothing = await room.read(lambda use: use.tasks.queued())
        pressed = await room.discord.press(room.ann, line, "Run it")
        await pressed.answered()

    assert nothing == []
    assert [task.text for task in await room.tasks()] == ["Say hello"]


async def test_what_was_acknowledged_too_late_is_not_done(room: Room) -> None:
    await room.add_project()
    room.discord.world.limits = Limits(answer_within_s=0.2)
    async with room.halyard():
        room.discord.faults.next(CALLBACK, Slow(seconds=0.4))
        asked = await room.discord.run(room.ann, room.channel, "session start", VALUES)
        await room.discord.until(lambda: not_run(room))

    assert not asked.acknowledged
    assert not await room.read(lambda use: use.tasks.queued())


async def test_what_was_acknowledged_before_a_crash_is_done_after_it(room: Room) -> None:
    await room.add_project()
    async with room.halyard():
        room.discord.faults.next(CALLBACK, SlowAnswer(seconds=20))
        asked = await room.discord.run(room.ann, room.channel, "session start", VALUES)
        await asked.settled()
        nothing = await room.read(lambda use: use.tasks.queued())

    async with room.halyard():
        answer = await asked.answered()

    assert nothing == []
    assert "demo-1" in text_of(answer)
    assert len(await room.tasks()) == 1


async def test_a_wrong_token_becomes_an_alert_that_says_what_to_do(room: Room) -> None:
    settings = replace(settings_of(room.discord, room.guild), token="another")
    async with running_discord_face(room.engine, registry, settings, room.ground.clock):
        (alert,) = await room.until(lambda use: use.views.overview(EVERYTHING).alerts)

    assert alert.fingerprint == "face:discord"
    assert "credential of `discord.token`" in alert.text


async def test_a_missing_intent_becomes_an_alert_that_says_what_to_do(room: Room) -> None:
    room.discord.gateway.allow_intents(Intent(0))
    settings = settings_of(room.discord, room.guild)
    async with running_discord_face(room.engine, registry, settings, room.ground.clock):
        (alert,) = await room.until(lambda use: use.views.overview(EVERYTHING).alerts)

    assert "Message Content Intent" in alert.text
