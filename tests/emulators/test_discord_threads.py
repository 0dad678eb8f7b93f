"""Facts about threads, each held by the unmodified discord.py (chat.md, 3; design, 3 and 7)."""

import discord
import pytest

from tests.emulators.bot import Office, office
from tests.emulators.discord import Limits
from tests.emulators.discord.values import MessageType


async def opened(it: Office) -> discord.Thread:
    anchor = await it.web.send("anchor")
    return await anchor.create_thread(name="work")


async def test_a_thread_made_from_a_message_has_its_id() -> None:
    async with office() as it:
        anchor = await it.web.send("anchor")
        thread = await anchor.create_thread(name="work")

        assert thread.id == anchor.id
        assert [t.name for t in it.server.threads(it.channel)] == ["work"]
        assert (await it.web.fetch_message(anchor.id)).flags.has_thread


async def test_a_second_thread_of_a_message_is_refused_with_160004() -> None:
    async with office() as it:
        anchor = await it.web.send("anchor")
        await anchor.create_thread(name="work")
        with pytest.raises(discord.HTTPException) as error:
            await anchor.create_thread(name="again")

        assert error.value.code == 160004
        assert len(it.server.threads(it.channel)) == 1


@pytest.mark.parametrize(("name", "slow_s"), [("n" * 101, 0), ("n", 21601)])
async def test_a_thread_over_a_limit_is_refused_with_50035(name: str, slow_s: int) -> None:
    async with office(may_have_problems=True) as it:
        anchor = await it.web.send("anchor")
        with pytest.raises(discord.HTTPException) as error:
            await anchor.create_thread(name=name, slowmode_delay=slow_s)

        assert error.value.code == 50035


async def test_the_first_message_of_a_thread_is_the_one_it_starts_from() -> None:
    async with office() as it:
        thread = await opened(it)
        await thread.send("first")
        there = it.server.messages(it.server.threads(it.channel)[0])

        assert [m.type for m in there] == [MessageType.THREAD_STARTER, MessageType.DEFAULT]
        assert there[0].reply_to == thread.id


async def test_threads_are_heard_of_when_they_are_made_and_changed() -> None:
    async with office() as it:
        heard: list[str] = []

        @it.bot.event
        async def on_thread_create(thread: discord.Thread) -> None:
            heard.append(f"made {thread.name}")

        @it.bot.event
        async def on_thread_update(before: discord.Thread, after: discord.Thread) -> None:
            heard.append(f"archived {after.archived}")

        thread = await it.server.open_thread(it.ann, it.channel, "ours")
        await it.server.archive(thread)
        await it.server.until(lambda: len(heard) == 2)

        assert heard == ["made ours", "archived True"]


async def test_what_people_say_in_a_thread_is_heard_though_the_bot_did_not_join() -> None:
    async with office() as it:
        thread = await it.server.open_thread(it.ann, it.channel, "ours")
        await it.server.say(it.ann, thread, "hello")
        await it.server.until(lambda: [m for m in it.bot.heard if m.content == "hello"])

        assert isinstance(it.bot.heard[-1].channel, discord.Thread)


async def test_who_speaks_in_an_archived_thread_opens_it_again() -> None:
    async with office() as it:
        thread = await opened(it)
        await thread.edit(archived=True)
        here = it.server.threads(it.channel)[0]
        was_archived = here.archived
        await it.server.say(it.ann, here, "still there?")

        assert was_archived
        assert not here.archived


async def test_a_thread_that_is_locked_and_archived_takes_no_message_of_the_bot() -> None:
    async with office() as it:
        thread = await opened(it)
        await it.server.archive(it.server.threads(it.channel)[0], locked=True)
        with pytest.raises(discord.HTTPException) as error:
            await thread.send("x")

        assert error.value.code == 50083


async def test_people_are_put_into_a_thread_and_leave_it() -> None:
    async with office() as it:
        thread = await opened(it)
        user = discord.Object(it.ann.id)
        await thread.add_user(user)
        members = [member.id for member in await thread.fetch_members()]
        await thread.remove_user(user)

        assert members == [it.server.application_id, it.ann.id]
        assert it.ann.id not in it.server.threads(it.channel)[0].members


async def test_the_active_threads_of_a_guild_are_listed_and_the_archived_of_a_channel() -> None:
    async with office() as it:
        await it.server.open_thread(it.ann, it.channel, "open")
        await it.server.archive(await it.server.open_thread(it.ann, it.channel, "closed"))
        guild = it.bot.get_guild(it.guild.id)
        assert guild is not None
        active = [thread.name for thread in await guild.active_threads()]
        archived = [thread.name async for thread in it.web.archived_threads()]

        assert (active, archived) == (["open"], ["closed"])


async def test_a_command_in_a_thread_is_answered_in_the_thread() -> None:
    async with office() as it:

        @it.bot.tree.command(description="Where?")
        async def where(interaction: discord.Interaction) -> None:
            assert isinstance(interaction.channel, discord.Thread)
            await interaction.response.send_message(interaction.channel.name)

        await it.bot.tree.sync()
        thread = await it.server.open_thread(it.ann, it.channel, "here")
        asked = await it.server.run(it.ann, thread, "where")

        assert (await asked.answered()).content == "here"
        assert asked.answers[0] in it.server.messages(thread)


async def test_a_thread_that_was_deleted_is_10003() -> None:
    async with office(Limits().without_rates()) as it:
        thread = await opened(it)
        it.server.threads(it.channel)[0].remove()
        with pytest.raises(discord.NotFound) as error:
            await thread.send("x")

        assert error.value.code == 10003
        assert it.server.messages(it.channel)[0].content == "anchor"
