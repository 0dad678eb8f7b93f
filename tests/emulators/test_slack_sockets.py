"""Facts about Socket Mode, each held by the unmodified slack-bolt (chat.md, 2c and 3)."""

import asyncio
import json
from collections import Counter
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp

from tests.emulators.slack import App, Limits, Slack
from tests.emulators.slack.app import EVENTS
from tests.emulators.slack_bot import SOON_PING_S, client_of, shop
from tests.fakes.clock import RunningClock

FREE = Limits().without_rates()
SOON = replace(FREE, answer_within_s=0.1, event_retries_s=(0.0, 0.1, 0.1))
Json = dict[str, Any]


class Counted:
    """How often each thing was heard, and whether it is acknowledged."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def teach(self, bolt: AsyncApp) -> None:
        @bolt.event("message")
        async def message(event: Json) -> None:
            self.texts.append(event["text"])

        @bolt.command("/hal")
        async def hal(ack: AsyncAck, command: Json) -> None:
            await ack()
            self.texts.append(command["text"])


async def open_socket(slack: Slack, http: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
    """A socket without a library, which acknowledges nothing by itself."""
    told = await client_of(slack).apps_connections_open(app_token=slack.app_token)
    return await http.ws_connect(str(told["url"]))


async def test_a_socket_begins_with_hello_and_says_how_many_there_are() -> None:
    async with shop() as it, aiohttp.ClientSession() as http:
        sockets = [await open_socket(it.slack, http) for _ in range(2)]
        first, second = [await socket.receive_json() for socket in sockets]

        assert (first["type"], first["num_connections"]) == ("hello", 1)
        assert first["connection_info"]["app_id"] == it.slack.world.app_id
        assert second["num_connections"] == 2


async def test_the_address_of_a_socket_works_once_and_for_a_while() -> None:
    clock = RunningClock()
    async with shop(clock=clock.now) as it, aiohttp.ClientSession() as http:
        client = client_of(it.slack)
        used = await client.apps_connections_open(app_token=it.slack.app_token)
        old = await client.apps_connections_open(app_token=it.slack.app_token)
        await http.ws_connect(str(used["url"]))
        clock.move(31)
        for url in (used["url"], old["url"]):
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await http.ws_connect(str(url))


async def test_the_eleventh_socket_is_one_too_many() -> None:
    async with shop() as it, aiohttp.ClientSession() as http:
        sockets = [await open_socket(it.slack, http) for _ in range(11)]
        told = await sockets[-1].receive_json()

        assert (told["type"], told["reason"]) == ("disconnect", "too_many_websockets")
        assert len(it.slack.sockets.open) == 10


async def test_each_envelope_goes_to_one_of_two_sockets() -> None:
    counted = Counted()
    async with shop(teach=counted.teach, sockets=2) as it:
        for number in range(10):
            await it.slack.run(it.ann, it.channel, f"/hal {number}")
        await it.slack.quiet()
        ways = Counter(delivery.attempts[0].way for delivery in it.slack.deliveries)

        assert sorted(counted.texts) == [str(number) for number in range(10)]
        assert list(ways.values()) == [5, 5]
        assert {delivery.acks for delivery in it.slack.deliveries} == {1}


async def test_an_event_without_an_acknowledgement_is_sent_three_times_more() -> None:
    async with shop(SOON) as it, aiohttp.ClientSession() as http:
        sockets = [await open_socket(it.slack, http) for _ in range(2)]
        await asyncio.gather(*(socket.receive_json() for socket in sockets))
        await it.slack.say(it.ann, it.channel, "x")
        await it.slack.quiet()
        delivery = it.slack.deliveries[0]
        frame = await sockets[1].receive_json()
        second = await sockets[0].receive_json()

        assert [a.number for a in delivery.attempts] == [0, 1, 2, 3]
        assert len({a.way for a in delivery.attempts}) == 2
        assert delivery.has_failed
        assert (frame["retry_attempt"], frame["retry_reason"]) == (0, "")
        assert (second["retry_attempt"], second["retry_reason"]) == (1, "timeout")
        assert second["envelope_id"] == frame["envelope_id"]


async def test_a_command_without_an_acknowledgement_is_not_sent_again() -> None:
    async with shop(SOON) as it, aiohttp.ClientSession() as http:
        await open_socket(it.slack, http)
        asked = await it.slack.run(it.ann, it.channel, "/hal x")
        await asked.settled()

        assert asked.has_failed
        assert len(asked.delivery.attempts) == 1


async def test_an_event_that_finds_no_socket_comes_once_there_is_one() -> None:
    counted = Counted()
    async with shop(
        replace(SOON, event_retries_s=(0.1,) * 50), teach=counted.teach, ping_s=SOON_PING_S
    ) as it:
        it.slack.sockets.drop()
        await it.slack.until(lambda: not it.slack.sockets.open)
        await it.slack.say(it.ann, it.channel, "x")
        await it.slack.quiet()

        assert set(counted.texts) == {"x"}
        assert it.slack.deliveries[0].attempts[0].way == ""


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "link_disabled"])
async def test_a_client_that_is_told_to_go_opens_a_new_socket(reason: str) -> None:
    counted = Counted()
    async with shop(teach=counted.teach) as it:
        it.slack.sockets.disconnect(reason)
        await it.slack.until(lambda: it.slack.sockets.opened == 2)
        await it.slack.until(lambda: len(it.slack.sockets.open) == 1)
        await (await it.slack.run(it.ann, it.channel, "/hal x")).settled()

        assert counted.texts == ["x"]


async def test_a_client_whose_socket_is_cut_opens_a_new_one() -> None:
    counted = Counted()
    async with shop(teach=counted.teach, ping_s=SOON_PING_S) as it:
        it.slack.sockets.drop()
        await it.slack.until(lambda: it.slack.sockets.opened == 2)
        await (await it.slack.run(it.ann, it.channel, "/hal x")).settled()

        assert counted.texts == ["x"]


async def test_a_client_leaves_a_socket_that_is_a_black_hole() -> None:
    counted = Counted()
    async with shop(teach=counted.teach, ping_s=SOON_PING_S) as it:
        it.slack.faults.is_silent = True
        await it.slack.until(lambda: not it.slack.sockets.open)
        it.slack.faults.clear()
        await it.slack.until(lambda: it.slack.sockets.opened > 1)


async def test_an_acknowledgement_may_come_on_another_socket() -> None:
    async with shop() as it, aiohttp.ClientSession() as http:
        first = await open_socket(it.slack, http)
        await first.receive_json()
        asked = await it.slack.run(it.ann, it.channel, "/hal x")
        envelope = await first.receive_json()
        await first.close()
        second = await open_socket(it.slack, http)
        await second.send_str(json.dumps({"envelope_id": envelope["envelope_id"]}))
        await asked.settled()

        assert asked.acknowledged


async def test_an_acknowledgement_of_nothing_is_a_problem() -> None:
    async with shop(may_have_problems=True) as it, aiohttp.ClientSession() as http:
        socket = await open_socket(it.slack, http)
        await socket.send_str(json.dumps({"envelope_id": "never"}))
        await it.slack.until(it.slack.problems)

        assert it.slack.problems() == ["acknowledged, but never sent: never"]


async def test_over_the_events_of_an_hour_the_app_is_told_so_once_a_minute() -> None:
    clock = RunningClock()
    async with shop(replace(FREE, events_per_hour=2), clock=clock.now) as it:
        for _ in range(4):
            await it.slack.say(it.ann, it.channel, "x")
        names = [delivery.name for delivery in it.slack.deliveries]
        left_out = it.slack.outgoing.left_out
        clock.move(3600)
        await it.slack.say(it.ann, it.channel, "x")

        assert names == ["message", "message", "app_rate_limited"]
        assert left_out == 2
        assert it.slack.deliveries[-1].name == "message"


async def test_a_manifest_says_what_the_app_hears_and_has() -> None:
    manifest = {
        "features": {
            "slash_commands": [{"command": "/other"}],
            "shortcuts": [
                {"type": "message", "callback_id": "send", "name": "Send"},
                {"type": "global", "callback_id": "new", "name": "New"},
            ],
        },
        "oauth_config": {"scopes": {"bot": ["commands"]}},
        "settings": {"event_subscriptions": {"bot_events": ["message.im"]}},
    }
    app = App.of(manifest)
    async with shop(app=app) as it:
        await it.slack.say(it.ann, it.channel, "unheard")
        await it.slack.say(it.ann, it.slack.direct(it.ann), "heard")

        assert (app.commands, app.shortcuts) == (["/other"], {"send": "Send"})
        assert [delivery.event["text"] for delivery in it.slack.deliveries] == ["heard"]
        assert "message.channels" in EVENTS


async def test_an_acknowledgement_may_carry_something_unless_it_is_of_an_event() -> None:
    async with shop() as it, aiohttp.ClientSession() as http:
        socket = await open_socket(it.slack, http)
        await socket.receive_json()
        await it.slack.run(it.ann, it.channel, "/hal x")
        await it.slack.say(it.ann, it.channel, "x")
        command, event = [await socket.receive_json() for _ in range(2)]

        assert (command["type"], command["accepts_response_payload"]) == ("slash_commands", True)
        assert (event["type"], event["accepts_response_payload"]) == ("events_api", False)
        assert "retry_attempt" not in command
