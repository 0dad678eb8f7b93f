"""What goes wrong when a test asks for it, as the unmodified slack-bolt meets it."""

import contextlib
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError

from tests.emulators.slack import (
    CutAfter,
    CutBefore,
    Doubled,
    Dropped,
    Failed,
    FailedAfter,
    Late,
    Limited,
    Limits,
    Lost,
    Refused,
    Slow,
    SlowAnswer,
    Swapped,
)
from tests.emulators.slack.faults import ApiFault, DeliveryFault, Faults
from tests.emulators.slack_bot import SOON_PING_S, Shop, shop

FREE = Limits().without_rates()
SOON = replace(FREE, answer_within_s=0.1, event_retries_s=(0.0, 0.1, 0.1))
POST = "chat.postMessage"
Json = dict[str, Any]


async def post(it: Shop, text: str = "x") -> None:
    await it.client.chat_postMessage(channel=it.channel.id, text=text)


@pytest.mark.parametrize(
    ("fault", "made", "status"),
    [
        pytest.param(CutBefore(), 0, None, id="cut-before"),
        pytest.param(CutAfter(), 1, None, id="cut-after"),
        pytest.param(Failed(status=503), 0, 503, id="failed"),
        pytest.param(Refused(error="internal_error"), 0, 200, id="refused"),
        pytest.param(FailedAfter(status=503), 1, 503, id="failed-after"),
    ],
)
async def test_a_request_may_be_lost_before_and_after_its_effect(
    fault: ApiFault, made: int, status: int | None
) -> None:
    async with shop() as it:
        it.client.retry_handlers.clear()
        it.slack.faults.next(POST, fault)
        with pytest.raises((aiohttp.ClientError, SlackApiError)):
            await post(it)

        assert len(it.slack.messages(it.channel)) == made
        assert [r.status for r in it.slack.calls(POST)] == [status]


async def test_slack_sdk_itself_asks_again_after_a_cut_and_posts_twice() -> None:
    async with shop() as it:
        it.slack.faults.next(POST, CutAfter())
        await post(it)

        assert len(it.slack.messages(it.channel)) == 2


@pytest.mark.parametrize("fault", [Slow(seconds=0.1), SlowAnswer(seconds=0.1)])
async def test_a_request_may_be_slow(fault: ApiFault) -> None:
    async with shop() as it:
        it.slack.faults.next(POST, fault)
        await post(it)

        assert len(it.slack.messages(it.channel)) == 1


async def test_a_storm_of_429s_hits_a_part_of_the_requests_until_all_is_well() -> None:
    async with shop() as it:
        it.slack.faults.share("chat.*", 0.5, Limited())
        for _ in range(40):
            with contextlib.suppress(SlackApiError):
                await post(it)
        hit = [r.status for r in it.slack.calls(POST)].count(429)
        it.slack.faults.clear()
        await post(it)

        assert 5 < hit < 35


def test_the_same_seed_makes_the_same_faults() -> None:
    def hits(seed: int) -> list[bool]:
        faults = Faults(seed)
        faults.share("chat.*", 0.5, Limited())
        return [faults.requests.pick(POST) is not None for _ in range(50)]

    assert hits(1) == hits(1)
    assert hits(1) != hits(2)


class Heard:
    """What an app was told, in order."""

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


async def test_the_same_event_twice_runs_the_handler_twice() -> None:
    heard = Heard()
    async with shop(teach=heard.teach) as it:
        it.slack.faults.next_delivery("message", Doubled())
        await it.slack.say(it.ann, it.channel, "x")
        await it.slack.until(lambda: it.slack.deliveries[0].acks == 2)

        assert heard.texts == ["x", "x"]


async def test_an_event_may_come_after_the_one_that_follows_it() -> None:
    heard = Heard()
    async with shop(teach=heard.teach) as it:
        it.slack.faults.next_delivery("message", Swapped())
        await it.slack.say(it.ann, it.channel, "first")
        await it.slack.say(it.ann, it.channel, "second")
        await it.slack.quiet()
        await it.slack.until(lambda: len(heard.texts) == 2)

        first, second = it.slack.deliveries
        assert first.attempts[0].at >= second.attempts[0].at


@pytest.mark.parametrize(
    ("fault", "attempts"),
    [
        pytest.param(Late(seconds=0.05), 1, id="late"),
        pytest.param(Lost(), 2, id="lost"),
        pytest.param(Dropped(), 2, id="dropped"),
    ],
)
async def test_an_event_that_is_late_lost_or_dropped_comes_in_the_end(
    fault: DeliveryFault, attempts: int
) -> None:
    heard = Heard()
    limits = replace(SOON, event_retries_s=(0.0, *[0.1] * 50))
    async with shop(limits, teach=heard.teach, sockets=2, ping_s=SOON_PING_S) as it:
        it.slack.faults.next_delivery("message", fault)
        await it.slack.say(it.ann, it.channel, "x")
        await it.slack.quiet()
        await it.slack.until(lambda: heard.texts)

        assert heard.texts[0] == "x"
        assert len(it.slack.deliveries[0].attempts) >= attempts


async def test_a_command_that_is_lost_never_comes() -> None:
    heard = Heard()
    async with shop(SOON, teach=heard.teach) as it:
        it.slack.faults.next_delivery("slash_commands", Lost())
        asked = await it.slack.run(it.ann, it.channel, "/hal x")
        await asked.settled()

        assert asked.has_failed
        assert heard.texts == []
