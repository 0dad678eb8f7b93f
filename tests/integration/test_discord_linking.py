"""One person on Discord and on the local API: a code made on one side and said on the other."""

import re
from collections.abc import Mapping

from bot.core.answer import Answer, Outcome
from engine.api import ActorId
from tests.discord_room import Room, text_of
from tests.emulators.discord import Member
from tests.faces import asked

CODE = re.compile(r"code=([A-Z0-9-]{14})")
LOCAL = ActorId("local:1000")


async def locally(room: Room, key: str, path: str, **values: str) -> Answer:
    return await asked(room.engine, path, key=key, actor=LOCAL, values=values)


async def code_of(room: Room, member: Member) -> str:
    """Return the code that a member is given, for their eyes only."""
    pressed = await room.discord.run(member, room.channel, "access link")
    shown = text_of(await pressed.answered())
    assert pressed.is_ephemeral
    found = CODE.search(shown)
    assert found is not None, shown
    return found[1]


async def test_a_code_made_on_discord_is_said_on_the_local_api(room: Room) -> None:
    await room.add_project()
    eve = ActorId(f"discord:{room.eve.id}")
    async with room.halyard():
        code = await code_of(room, room.eve)
        linked = await locally(room, "k1", "access link", code=code)
        await room.discord.until(lambda: room.discord.messages(room.channel))
        [told] = room.discord.messages(room.channel)
        pressed = await room.discord.press(room.eve, told, "Show me")
        shown = await pressed.answered()

    assert linked.outcome is Outcome.DONE
    assert linked.message.data == {"accounts": [eve, LOCAL]}
    assert told.pinged == {room.eve.id}
    assert LOCAL not in text_of(told)
    assert LOCAL in text_of(shown)
    assert pressed.is_ephemeral


async def test_a_code_made_on_the_local_api_is_said_on_discord_and_roles_hold_there(
    room: Room,
) -> None:
    await room.add_project()
    eve = ActorId(f"discord:{room.eve.id}")
    granting = {"who": LOCAL, "role": "operator", "project": "demo"}
    async with room.halyard():
        granted = await room.discord.run(room.ann, room.channel, "access grant", granting)
        await granted.answered()
        data = (await locally(room, "k1", "access link")).message.data
        assert isinstance(data, Mapping)
        code = {"code": str(data["code"])}
        said = await room.discord.run(room.eve, room.channel, "access link", code)
        assert LOCAL in text_of(await said.answered())
        thread = await room.start()
        await room.discord.say(room.eve, thread, "Go on")
        await room.until(lambda use: use.tasks.of("demo-1")[-1].text == "Go on")

    [*_, task] = await room.tasks()
    assert task.actor == eve
