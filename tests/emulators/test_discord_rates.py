"""Facts about rate limits, each held by the unmodified discord.py (chat.md, 1d and 3)."""

import asyncio
import time

import aiohttp
import discord
import pytest

from tests.emulators.bot import Bot, office
from tests.emulators.discord import Bucket, Discord, Limited, Limits

POST = "POST /channels/{channel_id}/messages"


def limits(limit: int, per_s: float) -> Limits:
    return Limits(buckets={POST: Bucket(limit=limit, per_s=per_s)})


def statuses_of(server: Discord) -> list[int | None]:
    return [request.status for request in server.requests]


async def test_discord_py_waits_as_the_headers_of_a_bucket_say() -> None:
    async with office(limits(2, 0.3)) as it:
        began = time.monotonic()
        for number in range(5):
            await it.web.send(str(number))
        took_s = time.monotonic() - began

        assert 429 not in statuses_of(it.server)
        assert took_s > 0.5


async def test_a_bucket_is_kept_per_channel() -> None:
    async with office(limits(1, 30)) as it:
        other = it.guild.add_channel("other")
        await it.server.until(lambda: it.bot.get_channel(other.id))
        there = it.bot.get_channel(other.id)
        assert isinstance(there, discord.TextChannel)
        async with asyncio.timeout(5):
            posts = [asyncio.ensure_future(place.send("x")) for place in (it.web, there)]
            await it.server.until(lambda: len(it.server.requests) == 4)
        for post in posts:
            post.cancel()

        assert statuses_of(it.server)[-2:] == [200, 200]


async def test_a_429_is_waited_out_and_tried_again() -> None:
    async with office() as it:
        it.server.faults.next(POST, Limited(retry_after_s=0.05), times=2)
        await it.web.send("x")

        assert statuses_of(it.server)[-3:] == [429, 429, 200]
        assert len(it.server.messages(it.channel)) == 1


async def test_more_than_the_bucket_in_another_process_is_refused_with_its_scope() -> None:
    async with office(limits(1, 30)) as it, aiohttp.ClientSession() as http:
        url = f"{it.server.api_base}/channels/{it.channel.id}/messages"
        headers = {"Authorization": f"Bot {it.server.token}"}
        (await http.post(url, json={"content": "x"}, headers=headers)).close()
        answer = await http.post(url, json={"content": "x"}, headers=headers)
        body = await answer.json()

    assert answer.status == 429
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Via"]
    assert answer.headers["X-RateLimit-Scope"] == "user"
    assert answer.headers["X-RateLimit-Remaining"] == "0"
    assert 0 < body["retry_after"] <= 30
    assert body["global"] is False


async def test_the_bot_has_so_many_requests_a_second_in_all() -> None:
    async with office(Limits(buckets={}, global_per_s=5)) as it:
        fetches = [it.bot.fetch_channel(it.channel.id) for _ in range(12)]
        await asyncio.gather(*fetches)
        limited = [r for r in it.server.requests if r.status == 429]

        assert limited
        assert all(request.answer["global"] for request in limited)


async def test_answers_to_interactions_are_not_counted_globally() -> None:
    def teach(bot: Bot) -> None:
        @bot.tree.command(description="Say hello")
        async def hello(interaction: discord.Interaction) -> None:
            await interaction.response.defer()
            await interaction.followup.send("hello")

    async with office(Limits(buckets={}, global_per_s=3), teach=teach) as it:
        asked = [await it.server.run(it.ann, it.channel, "hello") for _ in range(20)]
        for each in asked:
            await each.answered()

        assert 429 not in statuses_of(it.server)


async def test_a_429_without_via_is_taken_for_a_ban() -> None:
    async with office(Limits(buckets={}, invalid_requests=1)) as it:
        it.channel.deny("send_messages")
        with pytest.raises(discord.Forbidden):
            await it.web.send("x")
        with pytest.raises(discord.HTTPException) as error:
            await it.web.send("x")

        assert error.value.status == 429


async def test_a_429_of_shared_scope_is_nobodys_fault() -> None:
    async with office(Limits(buckets={}, invalid_requests=1)) as it:
        it.server.faults.next(POST, Limited(retry_after_s=0.01, scope="shared"))
        await it.web.send("x")

        assert statuses_of(it.server)[-2:] == [429, 200]
