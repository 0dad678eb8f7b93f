"""Facts about HTTP mode, each held by the unmodified slack-bolt (chat.md, 2c and 3)."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import aiohttp
from aiohttp import web
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_bolt.request.async_request import AsyncBoltRequest

from tests.emulators.clock import wall_clock
from tests.emulators.slack import Limits
from tests.emulators.slack_bot import listening, shop

FREE = Limits().without_rates()
SOON = replace(FREE, event_retries_s=(0.0, 0.05, 0.05))
Json = dict[str, Any]
Next = Callable[[], Awaitable[None]]


class Heard:
    """What an app was told, in order."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def teach(self, bolt: AsyncApp) -> None:
        @bolt.command("/hal")
        async def hal(ack: AsyncAck, respond: AsyncRespond, command: Json) -> None:
            await ack()
            await respond(f"You said {command['text']}.")

        @bolt.event("message")
        async def message(event: Json) -> None:
            self.texts.append(event["text"])

        @bolt.action("Go")
        async def go(ack: AsyncAck) -> None:
            await ack()
            self.texts.append("clicked")


@asynccontextmanager
async def answering(*answers: web.Response) -> AsyncIterator[tuple[str, list[web.Request]]]:
    """An address without a library, which answers so, and the last way ever after."""
    asked: list[web.Request] = []

    async def handle(request: web.Request) -> web.Response:
        asked.append(request)
        answer = answers[min(len(asked), len(answers)) - 1]
        return web.Response(status=answer.status, headers=answer.headers)

    app = web.Application()
    app.router.add_post("/", handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/", asked
    finally:
        await runner.cleanup()


async def test_commands_events_and_clicks_come_as_signed_requests() -> None:
    heard = Heard()
    async with shop() as it, listening(it.slack, heard.teach) as url:
        it.slack.use_http(url)
        asked = await it.slack.run(it.ann, it.channel, "/hal a=b & c")
        answer = await asked.answered()
        await it.slack.say(it.ann, it.channel, "hello")
        text = {"type": "plain_text", "text": "Go"}
        element = {"type": "button", "text": text, "action_id": "Go"}
        blocks = [{"type": "actions", "elements": [element]}]
        await it.client.chat_postMessage(channel=it.channel.id, text="x", blocks=blocks)
        await it.slack.press(it.ann, it.slack.messages(it.channel)[-1], "Go")
        await it.slack.quiet()

        assert answer.text == "You said a=b &amp; c."
        assert sorted(heard.texts) == ["clicked", "hello"]
        assert {attempt.status for d in it.slack.deliveries for attempt in d.attempts} == {200}


async def test_the_address_is_verified_by_a_challenge() -> None:
    async with shop() as it, listening(it.slack, Heard().teach) as url:
        assert await it.slack.use_http(url).verify()
        assert not await it.slack.use_http(f"{it.slack.base}/nowhere").verify()


async def test_a_signature_that_is_wrong_or_old_is_refused_and_a_replay_is_not() -> None:
    async with (
        shop() as it,
        listening(it.slack, Heard().teach) as url,
        aiohttp.ClientSession() as http,
    ):
        webhooks = it.slack.use_http(url)
        body = json.dumps({"type": "url_verification", "challenge": "x"}).encode()
        good = webhooks.headers(body, "application/json")
        wrong = {**good, "X-Slack-Signature": "v0=00"}
        it.slack.world.now = lambda: wall_clock() - timedelta(minutes=6)
        old = webhooks.headers(body, "application/json")
        found = []
        for headers in (good, good, wrong, old):
            async with http.post(url, data=body, headers=headers) as answer:
                found.append(answer.status)

        assert found == [200, 200, 401, 401]


async def test_an_event_is_sent_again_with_its_number_and_the_reason_in_headers() -> None:
    failing, fine = web.Response(status=500), web.Response(status=200)
    async with shop(SOON) as it, answering(failing, failing, fine) as (url, asked):
        it.slack.use_http(url)
        await it.slack.say(it.ann, it.channel, "x")
        await it.slack.quiet()
        told = [
            (r.headers.get("X-Slack-Retry-Num"), r.headers.get("X-Slack-Retry-Reason"))
            for r in asked
        ]

        assert told == [(None, None), ("1", "http_error"), ("2", "http_error")]
        assert it.slack.deliveries[0].acks == 1


async def test_an_event_without_an_answer_within_3_seconds_is_sent_again() -> None:
    released = asyncio.Event()
    reasons: list[str] = []

    def teach(bolt: AsyncApp) -> None:
        @bolt.middleware
        async def first_is_slow(req: AsyncBoltRequest, next: Next) -> None:  # noqa: A002
            reasons.extend(req.headers.get("x-slack-retry-reason", [""]))
            if len(reasons) == 1:
                await released.wait()
            await next()

        Heard().teach(bolt)

    async with shop(replace(SOON, answer_within_s=0.2)) as it, listening(it.slack, teach) as url:
        it.slack.use_http(url)
        await it.slack.say(it.ann, it.channel, "x")
        await it.slack.quiet()
        released.set()

        assert reasons[:2] == ["", "http_timeout"]


async def test_an_event_is_sent_at_most_four_times() -> None:
    async with shop(SOON) as it, answering(web.Response(status=500)) as (url, asked):
        it.slack.use_http(url)
        await it.slack.say(it.ann, it.channel, "x")
        await it.slack.quiet()

        assert len(asked) == 4
        assert it.slack.deliveries[0].has_failed


async def test_an_answer_may_ask_for_no_retry() -> None:
    refusing = web.Response(status=500, headers={"X-Slack-No-Retry": "1"})
    async with shop(SOON) as it, answering(refusing) as (url, asked):
        it.slack.use_http(url)
        await it.slack.say(it.ann, it.channel, "x")
        await it.slack.quiet()

        assert len(asked) == 1


async def test_an_address_where_nobody_is_counts_as_a_failed_connection() -> None:
    async with answering(web.Response()) as (url, _):
        pass
    async with shop(SOON) as it:
        it.slack.use_http(url)
        await it.slack.say(it.ann, it.channel, "x")
        await it.slack.quiet()
        reasons = [attempt.reason for attempt in it.slack.deliveries[0].attempts]

        assert reasons == ["", *["connection_failed"] * 3]


async def test_a_command_is_not_sent_again() -> None:
    async with shop(SOON) as it, answering(web.Response(status=500)) as (url, asked):
        it.slack.use_http(url)
        command = await it.slack.run(it.ann, it.channel, "/hal x")
        await command.settled()

        assert command.has_failed
        assert len(asked) == 1


async def test_a_command_that_the_app_does_not_know_is_a_404_of_bolts() -> None:
    async with shop() as it, listening(it.slack, lambda _: None) as url:
        it.slack.use_http(url)
        command = await it.slack.run(it.ann, it.channel, "/hal x")
        await it.slack.until(lambda: command.delivery.attempts[0].status)

        assert command.delivery.attempts[0].status == 404
        assert not command.acknowledged
