"""Facts about rate limits, each held by the unmodified slack_sdk (chat.md, 3)."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler

from tests.emulators.slack import Limited, Limits, Rate
from tests.emulators.slack.rates import Rates
from tests.emulators.slack_bot import Shop, shop
from tests.fakes.clock import FakeClock, RunningClock


async def limited(it: Shop, method: str, **args: str) -> int | None:
    """After how many seconds a request may pass; None if it passed."""
    try:
        await it.client.api_call(method, json=args)
    except SlackApiError as error:
        if error.response.status_code != 429 or error.response["error"] != "ratelimited":
            raise
        return int(error.response.headers["Retry-After"])
    return None


async def test_posts_are_about_one_a_second_per_channel_with_short_bursts() -> None:
    clock = RunningClock()
    async with shop(Limits(), clock=clock.now) as it:
        other = it.slack.add_channel("other", it.ann)

        async def post(channel: str) -> int | None:
            return await limited(it, "chat.postMessage", channel=channel, text="x")

        burst = [await post(it.channel.id) for _ in range(5)]
        wait_s = await post(it.channel.id)
        elsewhere = await post(other.id)
        clock.move(5)

        assert burst == [None] * 5
        assert wait_s is not None
        assert 1 <= wait_s <= 5
        assert elsewhere is None
        assert await post(it.channel.id) is None


async def test_edits_are_counted_for_the_whole_workspace() -> None:
    clock = RunningClock()
    limits = Limits(rates={"chat.update": (Rate(limit=50, per_s=60),)})
    async with shop(limits, clock=clock.now) as it:
        channels = [it.slack.add_channel(f"c{n}", it.ann) for n in range(51)]
        waits = []
        for channel in channels:
            sent = await it.client.chat_postMessage(channel=channel.id, text="x")
            edit = {"channel": channel.id, "ts": str(sent["ts"]), "text": "y"}
            waits.append(await limited(it, "chat.update", **edit))

        assert waits[:50] == [None] * 50
        assert waits[50] is not None


@pytest.mark.parametrize(
    ("method", "most"), [("conversations.list", 20), ("conversations.join", 50)]
)
async def test_a_method_has_the_tier_that_slack_documents(method: str, most: int) -> None:
    async with shop(Limits()) as it:
        waits = [await limited(it, method, channel=it.channel.id) for _ in range(most + 1)]

        assert waits[:most] == [None] * most
        assert waits[most]


async def test_a_request_that_is_limited_has_no_effect_and_is_recorded() -> None:
    async with shop(Limits(rates={"chat.postMessage": (Rate(limit=1, per_s=60),)})) as it:
        where = {"channel": it.channel.id, "text": "x"}
        await limited(it, "chat.postMessage", **where)
        await limited(it, "chat.postMessage", **where)

        assert len(it.slack.messages(it.channel)) == 1
        assert [(r.status, r.error) for r in it.slack.calls("chat.postMessage")] == [
            (200, None),
            (429, "ratelimited"),
        ]


async def test_slack_sdk_waits_and_tries_again_only_if_it_is_told_to() -> None:
    async with shop() as it:
        it.slack.faults.next("chat.postMessage", Limited(retry_after_s=1))
        assert await limited(it, "chat.postMessage", channel=it.channel.id, text="x") == 1
        it.client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=1))
        it.slack.faults.next("chat.postMessage", Limited(retry_after_s=1))
        await it.client.chat_postMessage(channel=it.channel.id, text="x")

        assert len(it.slack.messages(it.channel)) == 1


@given(gaps=st.lists(st.integers(0, 4), max_size=60))
def test_no_stretch_of_time_has_more_than_the_rate_and_the_wait_that_is_told_is_enough(
    gaps: list[int],
) -> None:
    clock, passed = FakeClock(), []
    rates = Rates(Limits(rates={"m": (Rate(limit=3, per_s=5),)}), clock.now)
    for gap in gaps:
        clock.move(gap)
        wait_s = rates.take("m", {})
        if wait_s:
            clock.move(wait_s)
            assert rates.take("m", {}) == 0
        passed.append(clock.now())

    for last in passed:
        since = last - timedelta(seconds=5)
        assert sum(since < at <= last for at in passed) <= 3
