"""Facts about connecting, each held by the unmodified discord.py (chat.md, 1d and 3)."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import discord
import pytest
import yarl

from tests.emulators.bot import Bot, connected, office, point_at
from tests.emulators.discord import Discord, Limits, running_discord
from tests.emulators.discord.events import Intent


@asynccontextmanager
async def socket_of(server: Discord) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A connection to the gateway that says nothing by itself."""
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(server.gateway_url) as socket,
    ):
        yield socket


async def test_a_login_asks_for_the_user_and_the_application_and_never_for_the_gateway() -> None:
    async with office() as it:
        routes = [request.route for request in it.server.requests]

    assert routes == ["GET /users/@me", "GET /oauth2/applications/@me"]


async def test_what_a_guild_holds_comes_with_guild_create() -> None:
    async with running_discord() as server:
        guild = server.add_guild("Acme")
        role = guild.add_role("devs")
        channel = guild.add_channel("web")
        ann = guild.add_member("ann", roles=[role])
        async with connected(Bot(), server) as bot:
            seen = bot.get_guild(guild.id)
            assert seen is not None
            member = seen.get_member(ann.id)

    assert [each.name for each in seen.text_channels] == [channel.name]
    assert member is not None
    assert [each.name for each in member.roles] == ["@everyone", "devs"]


async def test_the_gateway_speaks_zlib_stream_as_discord_py_asks_for() -> None:
    async with office() as it:
        await it.server.say(it.ann, it.channel, "x" * 1000)
        await it.server.until(lambda: it.bot.heard)
        compressed = [connection.is_compressed for connection in it.server.gateway.connections]

    assert compressed == [True]
    assert it.bot.heard[0].content == "x" * 1000


async def test_text_frames_are_spoken_to_who_asks_for_no_compression() -> None:
    async with running_discord() as server, socket_of(server) as socket:
        hello = json.loads((await socket.receive()).data)

    assert hello["op"] == 10
    assert hello["d"]["heartbeat_interval"] == 41250


async def test_op_7_is_answered_with_a_resume_at_the_url_of_ready_and_ends_with_resumed() -> None:
    async with office() as it:
        resumed = asyncio.Event()

        @it.bot.event
        async def on_resumed() -> None:
            resumed.set()

        it.server.gateway.reconnect()
        await resumed.wait()

        assert (it.server.gateway.identifies, it.server.gateway.resumes) == (1, 1)
        assert [connection.path for connection in it.server.gateway.connections] == ["/resume"]


async def test_resume_replays_what_was_missed_in_its_order_and_nothing_else() -> None:
    async with office() as it:
        await it.server.say(it.ann, it.channel, "heard")
        await it.server.until(lambda: it.bot.heard)
        it.server.gateway.drop()
        for number in range(5):
            await it.server.say(it.ann, it.channel, str(number))
        await it.server.until(lambda: len(it.bot.heard) == 6)

        assert [message.content for message in it.bot.heard] == ["heard", *"01234"]
        assert it.server.gateway.resumes == 1


async def test_op_9_that_is_resumable_is_answered_with_a_resume() -> None:
    async with office() as it:
        it.server.gateway.invalidate(resumable=True)
        await it.server.until(lambda: it.server.gateway.resumes == 1)

        assert it.server.gateway.identifies == 1


async def test_op_9_that_is_not_resumable_is_answered_with_an_identify() -> None:
    async with office() as it:
        it.server.gateway.invalidate(resumable=False)
        await it.server.until(lambda: it.server.gateway.identifies == 2)

        assert it.server.gateway.resumes == 0


async def test_what_was_said_between_two_sessions_is_in_no_event() -> None:
    async with office() as it:
        it.server.gateway.invalidate(resumable=False)
        await it.server.say(it.ann, it.channel, "lost")
        await it.server.until(lambda: it.server.gateway.identifies == 2)
        await it.server.say(it.ann, it.channel, "heard")
        await it.server.until(lambda: it.bot.heard)

        assert [message.content for message in it.bot.heard] == ["heard"]


async def test_a_session_that_is_too_old_cannot_be_resumed() -> None:
    async with office(Limits(resume_within_s=0)) as it:
        it.server.gateway.drop()
        await it.server.until(lambda: it.server.gateway.identifies == 2)

        assert it.server.gateway.resumes == 0


async def test_a_session_that_missed_more_than_is_kept_cannot_be_resumed() -> None:
    async with office(Limits(resume_log=2)) as it:
        it.server.gateway.drop()
        for number in range(5):
            await it.server.say(it.ann, it.channel, str(number))
        await it.server.until(lambda: it.server.gateway.identifies == 2)

        assert it.server.gateway.resumes == 0


async def test_close_4004_is_final() -> None:
    async with running_discord() as server:
        point_at(server)
        bot = Bot()
        server.gateway.token = server.token[::-1]
        with pytest.raises(discord.ConnectionClosed) as error:
            await bot.start(server.token)
        await bot.close()

    assert error.value.code == 4004


async def test_a_token_that_is_wrong_is_refused_at_login() -> None:
    async with running_discord() as server:
        point_at(server)
        bot = Bot()
        with pytest.raises(discord.LoginFailure):
            await bot.start("wrong")
        await bot.close()


async def test_close_4014_names_an_intent_that_is_not_allowed() -> None:
    async with running_discord() as server:
        point_at(server)
        server.gateway.allow_intents(Intent.MEMBERS | Intent.PRESENCES)
        bot = Bot()
        with pytest.raises(discord.PrivilegedIntentsRequired):
            await bot.start(server.token)
        await bot.close()


async def test_without_the_content_intent_only_what_speaks_to_the_bot_has_a_text() -> None:
    intents = discord.Intents.all()
    intents.message_content = False
    async with office(bot=Bot(intents)) as it:
        await it.server.say(it.ann, it.channel, "secret")
        await it.server.say(it.ann, it.channel, "hello", mention_bot=True)
        await it.server.until(lambda: len(it.bot.heard) == 2)

        assert it.bot.heard[0].content == ""
        assert it.bot.heard[1].content.endswith("hello")


async def test_a_client_close_of_1000_ends_the_session() -> None:
    async with running_discord() as server:
        async with connected(Bot(), server):
            pass
        async with connected(Bot(), server):
            assert (server.gateway.identifies, server.gateway.resumes) == (2, 0)


async def test_heartbeats_that_are_not_answered_let_the_client_connect_again() -> None:
    async with office(Limits(heartbeat_s=0.1), bot=Bot(heartbeat_timeout=0.3)) as it:
        it.server.faults.swallow_heartbeats = True
        await it.server.until(lambda: it.server.gateway.resumes >= 1)
        it.server.faults.clear()


async def test_a_client_that_sends_no_heartbeat_is_closed_with_4009() -> None:
    limits = Limits(heartbeat_s=0.05)
    async with running_discord(limits=limits) as server, socket_of(server) as socket:
        await socket.receive()
        await socket.receive()
        code = socket.close_code

    assert code == 4009


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        pytest.param("{", 4002, id="no-json"),
        pytest.param(json.dumps({"op": 1, "d": "x" * 4096}), 4002, id="too-long"),
        pytest.param(json.dumps({"op": 8, "d": {}}), 4003, id="before-identify"),
    ],
)
async def test_a_frame_that_is_wrong_closes_the_connection(frame: str, code: int) -> None:
    async with running_discord() as server, socket_of(server) as socket:
        await socket.receive()
        await socket.send_str(frame)
        await socket.receive()
        got = socket.close_code

    assert got == code


async def test_more_than_120_sends_a_minute_close_the_connection_with_4008() -> None:
    async with running_discord() as server, socket_of(server) as socket:
        for _ in range(121):
            await socket.send_json({"op": 1, "d": None})
        while not socket.closed:
            await socket.receive()
        code = socket.close_code

    assert code == 4008


async def test_1000_identifies_a_day_reset_the_token() -> None:
    async with running_discord(limits=Limits(identifies_per_day=1)) as server:
        async with connected(Bot(), server):
            pass
        point_at(server)
        bot = Bot()
        with pytest.raises(discord.ConnectionClosed) as error:
            await bot.start(server.token)
        await bot.close()

    assert error.value.code == 4004


async def test_an_identify_that_comes_too_soon_is_an_invalid_session() -> None:
    async with office(Limits(identify_every_s=0.5)) as it:
        it.server.gateway.invalidate(resumable=False)
        began = asyncio.get_running_loop().time()
        await it.server.until(lambda: it.server.gateway.identifies == 2)

        assert asyncio.get_running_loop().time() - began > 0.2


async def test_more_guilds_than_a_shard_takes_close_the_connection_with_4011() -> None:
    async with running_discord(limits=Limits(guilds_per_shard=1)) as server:
        server.add_guild("One")
        server.add_guild("Two")
        point_at(server)
        bot = Bot()
        with pytest.raises(discord.ConnectionClosed) as error:
            await bot.start(server.token)
        await bot.close()

    assert error.value.code == 4011


async def test_members_are_told_in_chunks_to_who_may_hear_of_them() -> None:
    async with office() as it:
        guild = it.bot.get_guild(it.guild.id)
        assert guild is not None
        found = await guild.query_members("an")

    assert [member.name for member in found] == ["ann"]


async def test_auto_sharded_clients_ask_for_the_gateway() -> None:
    async with running_discord() as server:
        point_at(server)
        ready = asyncio.Event()
        bot = discord.AutoShardedClient(intents=discord.Intents.all(), guild_ready_timeout=0.02)

        @bot.event
        async def on_ready() -> None:
            ready.set()

        running = asyncio.ensure_future(bot.start(server.token))
        await ready.wait()
        await bot.close()
        await asyncio.wait([running])
        routes = [request.route for request in server.requests]

    assert "GET /gateway/bot" in routes


async def test_the_application_tells_which_intents_it_may_have() -> None:
    async with office() as it:
        it.server.gateway.allow_intents(Intent.MEMBERS)
        flags = (await it.bot.application_info()).flags

    assert flags.gateway_guild_members_limited
    assert not flags.gateway_message_content_limited


async def test_hundreds_can_connect_before_the_first_is_served() -> None:
    async with running_discord() as server, contextlib.AsyncExitStack() as stack:
        address = yarl.URL(server.base)
        assert address.host is not None
        assert address.port is not None
        # Nothing is awaited here, so nothing is served: all wait in the backlog.
        for _ in range(600):
            stack.enter_context(socket.create_connection((address.host, address.port), timeout=0.5))
