"""What is handed over arrives once and in order, whatever the platform does."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.delivery.budget import Budget, Cost
from bot.delivery.pump import Pump
from engine.api import (
    Conversation,
    Delivery,
    DeliveryId,
    DeliveryState,
    Engine,
    Errand,
    NewDelivery,
    Priority,
    SessionId,
)
from tests.build import THERE, a_project, a_received, a_session, an_approval
from tests.faces import engine_of
from tests.fakes.chat import FakeChat, at_random
from tests.ground import Ground

ROUNDS = 400
"""More looks than anything takes here."""


class Desk:
    """A pump on an engine, and the platform that it sends to."""

    def __init__(self, ground: Ground, **chat: object) -> None:
        self.ground = ground
        self.engine: Engine = engine_of(ground)
        self.chat = FakeChat(ground.clock, **chat)  # type: ignore[arg-type]
        self.pump = Pump(self.engine, self.chat, ground.clock)

    async def put(self, draft: str, **fields: object) -> DeliveryId:
        values = {"conversation": THERE, "priority": Priority.REPORT, **fields}
        new = NewDelivery(draft=draft, **values)  # type: ignore[arg-type]
        return await self.engine.change(lambda use: use.deliveries.add(new))

    async def step(self, *, after_s: float = 1.0) -> None:
        self.ground.clock.move(after_s)
        async with asyncio.TaskGroup() as tasks:
            await self.pump.step(tasks)

    async def empty(self) -> None:
        """Go on until nothing is open, or for very long."""
        for _ in range(ROUNDS):
            await self.step(after_s=10.0)
            if not await self.open():
                return
        raise AssertionError(await self.open())

    async def open(self) -> list[Delivery]:
        states = {DeliveryState.QUEUED, DeliveryState.CLAIMED, DeliveryState.DOUBT}
        return list(
            await self.engine.read(lambda use: use.desk.tx.deliveries.in_states("chat", states))
        )

    async def restarted(self) -> None:
        """Begin anew, as after a crash."""
        self.pump = Pump(self.engine, self.chat, self.ground.clock)
        await self.engine.change(lambda use: use.deliveries.recover("chat"))

    async def get(self, id_: DeliveryId) -> Delivery:
        return await self.engine.read(lambda use: use.desk.tx.deliveries.get(id_))

    @property
    def drafts(self) -> list[str]:
        return [message.draft for message in self.chat.shown]


async def test_posts_of_a_conversation_arrive_in_order(ground: Ground) -> None:
    desk = Desk(ground)
    for n in range(5):
        await desk.put(f'"{n}"')

    await desk.empty()

    assert desk.drafts == [f'"{n}"' for n in range(5)]


@pytest.mark.parametrize("seed", range(12))
async def test_whatever_fails_each_post_arrives_once_and_in_order(
    ground: Ground, seed: int
) -> None:
    desk = Desk(ground, faults=at_random(seed, 0.6), named_s=(0.0, 30.0, 100.0)[seed % 3])
    for n in range(8):
        await desk.put(f'"{n}"')

    await desk.empty()

    assert desk.drafts == [f'"{n}"' for n in range(8)]


@pytest.mark.parametrize("seed", range(8))
async def test_a_crash_between_any_two_steps_loses_and_doubles_nothing(
    ground: Ground, seed: int
) -> None:
    desk = Desk(ground, named_s=(0.0, 100.0)[seed % 2])
    for n in range(4):
        await desk.put(f'"{n}"')

    for arrived in (True, False, seed % 4 < 2):
        for errand in await claimed(desk):
            if arrived:
                await desk.chat.send(errand)
        await desk.restarted()
        await desk.step(after_s=200.0)
        await desk.step(after_s=200.0)
    await desk.empty()

    assert desk.drafts == [f'"{n}"' for n in range(4)]


async def claimed(desk: Desk) -> Sequence[Errand]:
    due = await desk.engine.read(lambda use: use.deliveries.due("chat", limit=100, each=100))
    ids = [errand.delivery.id for errand in due]
    return await desk.engine.change(lambda use: use.deliveries.claim(ids))


async def test_two_posts_of_the_same_words_are_two_messages(ground: Ground) -> None:
    desk = Desk(ground, faults=at_random(3, 0.7), named_s=0.0)
    for _ in range(3):
        await desk.put('"Done."')

    await desk.empty()

    assert desk.drafts == ['"Done."'] * 3


async def test_a_card_is_edited_in_place_to_its_latest_version(ground: Ground) -> None:
    desk = Desk(ground)
    await desk.put('"1"', card="c")
    await desk.empty()
    await desk.put('"2"', card="c")
    await desk.put('"3"', card="c")

    await desk.empty()

    assert desk.drafts == ['"3"']
    assert desk.chat.shown[0].edits == 1


async def test_the_same_version_again_is_no_edit(ground: Ground) -> None:
    desk = Desk(ground)
    await desk.put('"1"', card="c")
    await desk.empty()

    await desk.put('"1"', card="c")
    await desk.step(after_s=10.0)

    assert desk.chat.shown[0].edits == 0


async def test_progress_is_not_edited_faster_than_the_platform_likes(ground: Ground) -> None:
    desk = Desk(ground)
    for n in range(20):
        await desk.put(f'"{n}"', card="c", priority=Priority.PROGRESS)
        await desk.step(after_s=0.5)

    assert desk.chat.shown[0].edits <= 4
    await desk.empty()
    assert desk.drafts == ['"19"']


async def test_a_card_past_its_hour_is_posted_anew_and_its_old_message_goes(
    ground: Ground,
) -> None:
    desk = Desk(ground, repost_s=3000.0)
    await desk.put('"1"', card="c")
    await desk.empty()
    ground.clock.move(3600.0)

    await desk.put('"2"', card="c")
    await desk.empty()
    await desk.step()

    assert desk.drafts == ['"2"']
    assert desk.chat.shown[0].edits == 0
    assert len(desk.chat.deleted) == 1


async def test_a_card_whose_message_was_deleted_is_posted_anew(ground: Ground) -> None:
    desk = Desk(ground)
    await desk.put('"1"', card="c")
    await desk.empty()
    desk.chat.shown.clear()

    await desk.put('"2"', card="c")
    await desk.empty()

    assert desk.drafts == ['"2"']


async def test_an_anchor_whose_message_was_deleted_is_not_posted_again(ground: Ground) -> None:
    await ground.at_desk(lambda at: at.tx.sessions.add(a_session(conversation=THERE)))
    desk = Desk(ground)
    await desk.put('"web-1"', card="anchor:s1", opens=SessionId("s1"))
    await desk.empty()
    desk.chat.shown.clear()

    await desk.put('"web-1 has ended"', card="anchor:s1", opens=SessionId("s1"))
    await desk.empty()

    assert desk.drafts == []
    session = await ground.at_desk(lambda at: at.tx.sessions.get(SessionId("s1")))
    assert session.conversation.thread == "1000"


async def test_an_anchor_opens_the_thread_of_its_session(ground: Ground) -> None:
    await ground.at_desk(lambda at: at.tx.sessions.add(a_session(conversation=THERE)))
    desk = Desk(ground)
    anchor = await desk.put('"web-1"', card="anchor:s1", opens=SessionId("s1"))
    await desk.put('"in it"', anchor=anchor)

    await desk.empty()

    assert [message.thread for message in desk.chat.shown] == ["", "1000"]
    session = await ground.at_desk(lambda at: at.tx.sessions.get(SessionId("s1")))
    assert session.conversation == replace(THERE, thread="1000")


async def test_the_time_of_a_question_counts_from_the_receipt_of_its_card(ground: Ground) -> None:
    await ground.at_desk(lambda at: at.tx.projects.add(a_project()))
    await ground.at_desk(lambda at: at.tx.sessions.add(a_session()))
    await ground.at_desk(lambda at: at.tx.approvals.add(an_approval()))
    desk = Desk(ground, faults=at_random(1, 0.5))
    await desk.put('"May I?"', card="approval:a1", approval=an_approval().id)
    began_at = ground.clock.now()

    await desk.empty()

    approval = await ground.at_desk(lambda at: at.tx.approvals.get(an_approval().id))
    assert approval.shown_at is not None
    assert approval.shown_at >= began_at
    assert approval.shown_at <= ground.clock.now()


async def test_an_answer_that_comes_too_late_is_posted_otherwise(ground: Ground) -> None:
    received = a_received(surface="chat", origin={"token": "t"})
    await ground.at_desk(lambda at: at.tx.inbox.add(received))
    desk = Desk(ground, expired=True)
    await desk.put('"42"', answers=received.key)
    await desk.step()
    desk.chat.expired = False

    await desk.empty()

    assert desk.drafts == ['late: "42"']


async def test_an_answer_in_doubt_that_cannot_be_looked_for_is_posted_otherwise(
    ground: Ground,
) -> None:
    received = a_received(surface="chat", origin={"token": "t"})
    await ground.at_desk(lambda at: at.tx.inbox.add(received))
    faults = iter(["after"])
    desk = Desk(ground, faults=lambda: next(faults, ""), named_s=0.0)
    await desk.put('"42"', answers=received.key)
    await desk.step()
    desk.chat.expired = True
    await desk.step(after_s=200.0)
    desk.chat.expired = False

    await desk.empty()

    assert desk.drafts == ['"42"', 'late: "42"']


async def test_what_was_needed_to_answer_is_forgotten_once_it_is_answered(ground: Ground) -> None:
    received = a_received(surface="chat", origin={"token": "t"})
    await ground.at_desk(lambda at: at.tx.inbox.add(received))
    desk = Desk(ground)
    await desk.put('"42"', answers=received.key)

    await desk.empty()

    kept = await ground.at_desk(lambda at: at.tx.inbox.find(received.key))
    assert kept is not None
    assert kept.origin == {}


async def test_a_question_is_never_behind_progress(ground: Ground) -> None:
    desk = Desk(ground, limit=5)
    for n in range(30):
        await desk.put(f'"{n}"', card=f"c{n}", priority=Priority.PROGRESS)
    await desk.step()

    await desk.put('"May I?"', card="approval:a1", priority=Priority.APPROVAL)
    await desk.step()

    assert desk.drafts[-1] == '"May I?"'
    assert len(desk.drafts) == 5


def test_a_budget_never_lets_more_through_than_the_platform_takes() -> None:
    budget, cost, went = Budget(), Cost("b", 5, 5.0), []
    for tick in range(400):
        now_s = tick / 10
        priority = Priority.APPROVAL if tick % 7 == 0 else Priority.PROGRESS
        if budget.wait_s([cost], priority, now_s) <= 0:
            budget.spend([cost], now_s)
            went.append(now_s)

    assert all(sum(at < other <= at + 4.99 for other in went) < 5 for at in went)
    assert len(went) >= 4 * 40 / 5


def test_a_budget_remembers_no_bucket_that_is_long_unused() -> None:
    budget = Budget()
    for number in range(1000):
        budget.spend([Cost(f"thread {number}", 5, 5.0)], number * 10.0)

    assert len(budget._uses) <= 12


def test_a_budget_says_exactly_how_long_to_wait() -> None:
    budget, cost = Budget(), Cost("b", 2, 10.0)
    for now_s in (0.0, 3.0):
        budget.spend([cost], now_s)

    assert budget.wait_s([cost], Priority.APPROVAL, 4.0) == pytest.approx(6.0)
    assert budget.wait_s([cost], Priority.APPROVAL, 10.0) == 0.0
    assert budget.wait_s([cost], Priority.PROGRESS, 10.0) == pytest.approx(3.0)


async def test_conversations_do_not_wait_for_each_other(ground: Ground) -> None:
    desk = Desk(ground)
    blocked = await desk.put('"1"')
    await desk.engine.change(lambda use: use.deliveries.claim([blocked]))

    await desk.put('"2"', conversation=Conversation("chat", "space", "other", ""))
    await desk.step()

    assert desk.drafts == ['"2"']


async def test_pauses_grow_and_end_at_a_minute(ground: Ground) -> None:
    desk = Desk(ground, faults=lambda: "busy")
    id_ = await desk.put('"1"')
    pauses = []
    for _ in range(12):
        await desk.step(after_s=100.0)
        delivery = await desk.get(id_)
        pauses.append(delivery.due_at - delivery.changed_at)

    assert pauses == sorted(pauses)
    assert pauses[-1] <= timedelta(minutes=1)


async def test_a_card_revised_while_its_old_message_is_deleted_is_brought_up_to_date(
    ground: Ground,
) -> None:
    desk = Desk(ground, repost_s=3000.0)
    await desk.put('"1"', card="c")
    await desk.empty()
    ground.clock.move(3600.0)
    await desk.put('"2"', card="c")
    await desk.step()
    await desk.step()

    await desk.put('"3"', card="c")
    await desk.empty()

    assert desk.drafts == ['"3"']
    assert len(desk.chat.deleted) == 1


@pytest.mark.parametrize("named_s", [0.0, 100.0])
async def test_a_card_revised_while_it_is_in_doubt_is_one_message_with_the_latest_version(
    ground: Ground, named_s: float
) -> None:
    faults = iter(["after"])
    desk = Desk(ground, named_s=named_s, faults=lambda: next(faults, ""))
    await desk.put('"asks"', card="c")
    await desk.step()

    await desk.put('"decided"', card="c")
    await desk.empty()

    assert desk.drafts == ['"decided"']


async def test_an_anchor_without_its_thread_is_posted_once_and_its_thread_waits(
    ground: Ground,
) -> None:
    await ground.at_desk(lambda at: at.tx.sessions.add(a_session(conversation=THERE)))
    desk = Desk(ground, without_threads=True, named_s=0.0)
    anchor = await desk.put('"web-1"', card="anchor:s1", opens=SessionId("s1"))
    await desk.put('"in it"', anchor=anchor)
    for _ in range(5):
        await desk.step(after_s=100.0)
    assert desk.drafts == ['"web-1"']
    alerts = await ground.at_desk(lambda at: [alert.text for alert in at.tx.alerts.open()])
    assert alerts == ["Threads are forbidden here."]

    desk.chat.without_threads = False
    await desk.empty()

    assert desk.drafts == ['"web-1"', '"in it"']
    session = await ground.at_desk(lambda at: at.tx.sessions.get(SessionId("s1")))
    assert session.conversation.thread == "1000"
    assert await ground.at_desk(lambda at: list(at.tx.alerts.open())) == []


async def test_a_message_that_meets_a_bug_again_and_again_holds_up_no_other(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.pump.IDLE_S", 0.0)
    desk = Desk(ground, faults=lambda: "bug")
    bad = await desk.put('"bad"')
    await desk.put('"good"')
    while (await desk.get(bad)).state is not DeliveryState.FAILED:
        await desk.step(after_s=200.0)

    desk.chat.faults = lambda: ""
    await desk.empty()

    assert desk.drafts == ['"good"']


async def test_a_deletion_that_ends_late_forgets_no_other_message(ground: Ground) -> None:
    desk = Desk(ground)
    id_ = await desk.put('"1"', card="c")
    await desk.empty()
    await desk.engine.change(lambda use: use.deliveries.repost("c"))
    await desk.engine.change(lambda use: use.deliveries.repost("c"))

    await desk.engine.change(lambda use: use.deliveries.deleted(id_, "another"))

    assert (await desk.get(id_)).old_receipt == "1000"
    assert (await desk.get(id_)).posting == 2
