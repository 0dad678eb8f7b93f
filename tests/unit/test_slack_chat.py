"""How often Slack is written to."""

from collections.abc import Sequence
from typing import Any

from bot.delivery.budget import Budget
from bot.slack.chat import SlackChat
from bot.slack.places import conversation_at
from engine.api import Delivery, DeliveryId, Errand, Priority
from tests.build import a_delivery

NOTHING: Any = None
CHAT = SlackChat(web=NOTHING, whispers=NOTHING, uploads=NOTHING, past=NOTHING, cards=NOTHING)
TAKEN_IN_A_MINUTE = 50
"""Edits that Slack takes of one app in one workspace."""


def fits(deliveries: Sequence[Delivery], budget: Budget, now_s: float) -> int:
    """Return how many may go at this moment."""
    went = 0
    for delivery in deliveries:
        costs = CHAT.costs(Errand(delivery=delivery, thread="", said=None))
        if budget.wait_s(costs, delivery.priority, now_s) <= 0:
            budget.spend(costs, now_s)
            went += 1
    return went


def posts(count: int, **changes: object) -> list[Delivery]:
    """Return posts to as many channels."""
    return [
        a_delivery(
            id=DeliveryId(f"d{number}"), conversation=conversation_at("T1", f"C{number}"), **changes
        )
        for number in range(count)
    ]


def edits(count: int, **changes: object) -> list[Delivery]:
    """Return edits of what stands in as many channels."""
    return posts(count, receipt="1700000000.000100", **changes)


def test_edits_in_all_channels_together_stay_within_what_slack_takes_in_a_minute() -> None:
    budget = Budget()

    went = sum(fits(edits(20), budget, now_s) for now_s in range(60))

    assert 0 < went <= TAKEN_IN_A_MINUTE


def test_urgent_edits_count_as_well() -> None:
    assert fits(edits(100, priority=Priority.APPROVAL), Budget(), 0) <= TAKEN_IN_A_MINUTE


def test_edits_keep_no_post_waiting() -> None:
    budget = Budget()
    fits(edits(100), budget, 0)

    assert fits(posts(20), budget, 0) == 20


def test_one_channel_takes_one_post_a_second() -> None:
    budget, same = Budget(), posts(1) * 5

    assert [fits(same, budget, now_s) for now_s in (0, 0.5, 1)] == [1, 0, 1]


def test_posts_in_all_channels_together_are_not_more_than_several_hundred_a_minute() -> None:
    assert fits(posts(1000), Budget(), 0) <= 300
