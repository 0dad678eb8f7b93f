"""What goes wrong when a test asks for it, as the unmodified discord.py meets it."""

import asyncio

import aiohttp
import discord
import pytest

from tests.emulators.bot import Bot, Office, office
from tests.emulators.discord import (
    CutAfter,
    CutBefore,
    Doubled,
    Dropped,
    Failed,
    FailedAfter,
    Late,
    Limits,
    Slow,
    SlowAnswer,
    Swapped,
)
from tests.emulators.discord.faults import Faults

POST = "POST /channels/{channel_id}/messages"
FREE = Limits().without_rates()


async def test_a_connection_that_is_cut_before_the_effect_leaves_none() -> None:
    async with office() as it:
        it.server.faults.next(POST, CutBefore())
        with pytest.raises(aiohttp.ClientError):
            await it.web.send("x")

        assert it.server.messages(it.channel) == []
        assert it.server.requests[-1].status is None


async def test_a_post_that_is_lost_after_commit_is_there_and_found_again_by_its_nonce() -> None:
    async with office() as it:
        it.server.faults.next(POST, CutAfter())
        with pytest.raises(aiohttp.ClientError):
            await it.web.send("x", nonce="n1")
        there = it.server.messages(it.channel)
        again = await it.web.send("x", nonce="n1")

        assert [message.id for message in there] == [again.id]
        assert len(it.server.messages(it.channel)) == 1


async def test_an_error_of_the_server_is_tried_again_by_discord_py() -> None:
    async with office() as it:
        it.server.faults.next(POST, Failed(status=502))
        await it.web.send("x")

        assert [request.status for request in it.server.requests][-2:] == [502, 200]
        assert len(it.server.messages(it.channel)) == 1


async def test_what_is_tried_again_is_made_once_as_discord_py_always_sends_a_nonce() -> None:
    async with office() as it:
        it.server.faults.next(POST, FailedAfter(status=502))
        await it.web.send("x")

        assert [request.status for request in it.server.requests][-2:] == [502, 200]
        assert len(it.server.messages(it.channel)) == 1


async def test_a_request_may_be_slow_before_or_after_its_effect() -> None:
    async with office() as it:
        for fault, there_at_once in ((Slow(seconds=0.2), 0), (SlowAnswer(seconds=0.2), 2)):
            it.server.faults.next(POST, fault)
            sending = asyncio.ensure_future(it.web.send("x"))
            await asyncio.sleep(0.1)
            there = len(it.server.messages(it.channel))
            await sending

            assert there == there_at_once


async def texts(it: Office, number: int) -> list[str]:
    await it.server.until(lambda: len(it.bot.heard) >= number)
    return [message.content for message in it.bot.heard]


async def say(it: Office, *said: str) -> None:
    for text in said:
        await it.server.say(it.ann, it.channel, text)


async def test_an_event_may_come_twice() -> None:
    async with office() as it:
        it.server.faults.next_event("MESSAGE_CREATE", Doubled())
        await say(it, "a", "b")

        assert await texts(it, 3) == ["a", "a", "b"]


async def test_an_event_may_come_after_the_next_one() -> None:
    async with office() as it:
        it.server.faults.next_event("MESSAGE_CREATE", Swapped())
        await say(it, "a", "b", "c")

        assert await texts(it, 3) == ["b", "a", "c"]


async def test_an_event_that_is_swapped_and_has_none_after_it_comes_all_the_same() -> None:
    async with office() as it:
        it.server.faults.next_event("MESSAGE_CREATE", Swapped())
        await say(it, "a")

        assert await texts(it, 1) == ["a"]


async def test_an_event_may_come_late() -> None:
    async with office() as it:
        it.server.faults.next_event("MESSAGE_CREATE", Late(seconds=0.1))
        await say(it, "a", "b", "c")

        assert await texts(it, 3) == ["b", "c", "a"]


async def test_a_socket_that_is_dropped_in_place_of_an_event_brings_it_after_resume() -> None:
    async with office() as it:
        it.server.faults.next_event("MESSAGE_CREATE", Dropped())
        await say(it, "a", "b")

        assert await texts(it, 2) == ["a", "b"]
        assert it.server.gateway.resumes == 1


async def test_an_interaction_that_comes_twice_is_answered_once() -> None:
    codes: list[int] = []

    def teach(bot: Bot) -> None:
        @bot.tree.command(description="Say hello")
        async def hello(interaction: discord.Interaction) -> None:
            try:
                await interaction.response.send_message("hello")
            except discord.HTTPException as error:
                codes.append(error.code)

    async with office(teach=teach) as it:
        it.server.faults.next_event("INTERACTION_CREATE", Doubled())
        asked = await it.server.run(it.ann, it.channel, "hello")
        await it.server.until(lambda: codes)

        assert codes == [40060]
        assert len(asked.answers) == 1


def picked(seed: int) -> list[bool]:
    faults = Faults(seed)
    faults.share(POST, 0.3, Failed())
    return [faults.requests.pick(POST) is not None for _ in range(1000)]


def test_a_share_of_faults_is_the_same_for_the_same_seed() -> None:
    assert picked(7) == picked(7) != picked(8)
    assert 250 < sum(picked(7)) < 350


def test_a_pattern_says_which_requests_go_wrong() -> None:
    faults = Faults(0)
    faults.next("PATCH *", Failed())

    assert faults.requests.pick(POST) is None
    assert faults.requests.pick("PATCH /channels/{channel_id}") == Failed()
    assert faults.requests.pick("PATCH /channels/{channel_id}") is None


async def test_after_clear_all_goes_well() -> None:
    async with office(FREE) as it:
        it.server.faults.share("*", 1.0, Failed())
        it.server.faults.share_events("*", 1.0, Doubled())
        it.server.faults.clear()
        await it.web.send("x")

        assert it.server.requests[-1].status == 200
        assert await texts(it, 1) == ["x"]
