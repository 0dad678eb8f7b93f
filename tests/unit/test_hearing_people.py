"""What people say has one effect and one answer, wherever a crash falls."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.commands import registry
from bot.core.call import Call
from bot.core.message import Message
from bot.dispatch import Heard, said_of
from bot.hearing.hearing import Hearing
from bot.hearing.origin import IS_PUBLIC, KIND, MESSAGE, origin_of
from engine.api import (
    ActorId,
    Asker,
    Conversation,
    Delivery,
    DeliveryState,
    GroupId,
    InboxKey,
    Priority,
    Received,
    Role,
    Session,
)
from tests.build import THERE, a_project
from tests.faces import engine_of
from tests.ground import ANN, Ground

START = Call("session start", {"project": "web", "task": "Fix the login."})
EVE = ActorId("chat:eve")


class PlainVoice:
    """`Voice` that puts a message as its title."""

    @property
    def platform(self) -> str:
        return "chat"

    def draft(self, message: Message) -> str:
        return message.title

    def posts(self, message: Message) -> Sequence[str]:
        return [message.title]

    def thread(self, message: Message, name: str) -> str:
        return f"{name}: {message.title}"


class Room:
    """Somebody who speaks, and what comes of it."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.woken = 0
        self.bell = asyncio.Event()
        self.hearing = self._new()

    def _new(self) -> Hearing:
        def wake() -> None:
            self.woken += 1
            self.bell.set()

        return Hearing(engine_of(self.ground), registry, PlainVoice(), self.ground.clock, wake)

    async def sessions(self) -> list[Session]:
        return list(
            await self.ground.at_desk(lambda at: at.tx.sessions.newest(project=None, limit=10))
        )

    async def told(self) -> list[Delivery]:
        """All that is on its way."""
        return list(
            await self.ground.at_desk(
                lambda at: at.tx.deliveries.in_states("chat", set(DeliveryState))
            )
        )

    async def resume(self, was_acknowledged: Callable[[Received], Awaitable[bool]]) -> None:
        """Settle what a crash has left half way."""
        await self.hearing.settle(await self.hearing.left(), was_acknowledged)

    async def crashed_before_doing(self, heard: Heard) -> None:
        await self.hearing.engine.receive(said_of(heard))


@pytest.fixture
async def room(ground: Ground) -> Room:
    await ground.at_desk(lambda at: at.tx.projects.add(a_project()))
    return Room(ground)


def a_heard(call: Call = START, *, place: Conversation = THERE, **changes: object) -> Heard:
    heard = Heard(
        key="i1",
        actor=ANN,
        conversation=place,
        is_local=False,
        call=call,
        origin=origin_of(place, **{KIND: "interaction", IS_PUBLIC: "yes", "token": "t"}),
    )
    return replace(heard, **changes)  # type: ignore[arg-type]


def said(heard: Heard) -> Heard:
    """The same as plain words."""
    return replace(heard, origin=origin_of(heard.conversation, **{KIND: MESSAGE}))


async def yes(_received: Received) -> bool:
    return True


async def no(_received: Received) -> bool:
    return False


def known(*, is_known: bool) -> Callable[[Received], Awaitable[bool]]:
    async def was_acknowledged(_received: Received) -> bool:
        return is_known

    return was_acknowledged


async def test_a_command_is_done_and_its_answer_is_on_its_way(room: Room) -> None:
    await room.hearing.hear(a_heard(), yes)

    assert [session.name for session in await room.sessions()] == ["web-1"]
    [told] = await room.told()
    assert told.draft == "Session web-1 is queued"
    assert told.answers == f"{ANN}/i1"
    assert told.priority is Priority.ANSWER
    assert told.conversation == THERE
    assert room.woken


async def test_a_command_is_kept_before_its_platform_is_told(room: Room) -> None:
    kept: list[Received] = []

    async def acknowledge(_received: Received) -> bool:
        unanswered = await room.ground.at_desk(lambda at: at.tx.inbox.unanswered("chat"))
        kept.extend(unanswered)
        return True

    await room.hearing.hear(a_heard(), acknowledge)

    assert [(received.path, received.answer) for received in kept] == [("session start", None)]


async def test_nothing_is_done_while_another_command_waits_to_be_acknowledged(room: Room) -> None:
    pressing = asyncio.Event()

    async def late(_received: Received) -> bool:
        await pressing.wait()
        return True

    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(room.hearing.hear(a_heard(key="i2"), late))
        await asyncio.sleep(0)
        other = tasks.create_task(room.hearing.hear(a_heard(), yes))
        await asyncio.sleep(0.2)
        done_meanwhile = await room.sessions()
        pressing.set()
        await asyncio.gather(waiting, other)

    assert done_meanwhile == []
    assert len(await room.sessions()) == 2


async def test_a_command_that_is_heard_twice_is_done_and_answered_once(room: Room) -> None:
    for _ in range(2):
        await room.hearing.hear(a_heard(), yes)

    assert len(await room.sessions()) == 1
    assert len(await room.told()) == 1


async def test_what_could_not_be_acknowledged_is_not_done_and_can_be_run(room: Room) -> None:
    await room.hearing.hear(a_heard(), no)
    await room.hearing.hear(a_heard(), yes)

    assert await room.sessions() == []
    assert [(told.draft, told.answers) for told in await room.told()] == [("Not run", None)]


@pytest.mark.parametrize("age_s", [0, 60])
async def test_after_a_crash_what_was_acknowledged_is_done_once(room: Room, age_s: int) -> None:
    await room.crashed_before_doing(a_heard())
    room.ground.clock.move(age_s)

    for _ in range(2):
        await room.resume(known(is_known=True))

    assert len(await room.sessions()) == 1
    assert [told.draft for told in await room.told()] == ["Session web-1 is queued"]


async def test_after_a_crash_what_was_not_acknowledged_is_not_done(room: Room) -> None:
    await room.crashed_before_doing(a_heard())

    await room.resume(known(is_known=False))

    assert await room.sessions() == []
    assert [told.draft for told in await room.told()] == ["Not run"]


async def test_after_a_crash_an_old_command_is_not_run_unasked(room: Room) -> None:
    await room.crashed_before_doing(a_heard())
    room.ground.clock.move(121)

    await room.resume(known(is_known=True))

    assert await room.sessions() == []
    assert [(told.draft, told.answers) for told in await room.told()] == [("Not run", f"{ANN}/i1")]


async def test_after_a_crash_nobody_waits_until_the_others_were_looked_up(room: Room) -> None:
    await room.crashed_before_doing(a_heard())
    await room.crashed_before_doing(a_heard(key="i2"))
    both = asyncio.Barrier(2)

    async def was_acknowledged(_received: Received) -> bool:
        await both.wait()
        return True

    async with asyncio.timeout(5):
        await room.resume(was_acknowledged)

    told = [told.draft for told in await room.told()]
    assert told == ["Session web-1 is queued", "Session web-2 is queued"]


async def test_a_command_that_ends_the_process_twice_is_given_up(room: Room) -> None:
    await room.crashed_before_doing(a_heard())
    key = InboxKey(f"{ANN}/i1")
    await room.ground.at_desk(lambda at: at.tx.inbox.tried(key))

    await room.resume(known(is_known=True))

    assert await room.sessions() == []
    assert [told.draft for told in await room.told()] == ["Something broke"]


async def test_a_refusal_is_shown_in_private_where_all_see_the_answer(room: Room) -> None:
    await room.hearing.hear(a_heard(actor=EVE), yes)

    assert [told.draft for told in await room.told()] == ["Not done"]


async def test_a_refusal_is_told_whole_where_one_person_sees_it(room: Room) -> None:
    wrong = Call("session start", {"project": "nothing", "task": "x"})
    alone = origin_of(THERE, **{KIND: "interaction", IS_PUBLIC: "no"})

    await room.hearing.hear(a_heard(wrong, origin=alone), yes)

    kept = await room.ground.at_desk(lambda at: at.tx.inbox.find(InboxKey(f"{ANN}/i1")))
    assert kept is not None
    assert kept.outcome == "refused"
    assert len(await room.told()) == 1


async def test_what_fails_keeps_nothing_else_from_being_settled(room: Room) -> None:
    await room.crashed_before_doing(a_heard(key="bad"))
    await room.crashed_before_doing(a_heard(key="good"))

    async def was_acknowledged(received: Received) -> bool:
        if received.key.endswith("bad"):
            raise RuntimeError("a bug")
        return True

    await room.resume(was_acknowledged)

    assert len(await room.sessions()) == 1
    left = await room.hearing.left()
    assert [received.key for received in left] == [f"{ANN}/bad"]


async def test_what_was_kept_and_then_failed_is_done_by_the_same_process(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.hearing.hearing.SWEEP_S", 0.01)
    await room.crashed_before_doing(a_heard())
    room.ground.clock.move(31)

    async with asyncio.TaskGroup() as tasks:
        sweep = tasks.create_task(room.hearing.sweep(known(is_known=True)))
        async with asyncio.timeout(20):
            await room.bell.wait()
        sweep.cancel()

    assert len(await room.sessions()) == 1


@pytest.mark.parametrize(("age_s", "count"), [(60, 1), (121, 0)])
async def test_a_task_that_begins_something_is_not_begun_long_after(
    room: Room, age_s: int, count: int
) -> None:
    said_at = room.ground.clock.now() - timedelta(seconds=age_s)

    for _ in range(2):
        await room.hearing.listen(said(a_heard()), said_at)

    assert len(await room.sessions()) == count
    assert [told.draft for told in await room.told()] == ["Not run"] * (1 - count)


async def test_what_is_said_to_a_session_has_no_age(room: Room) -> None:
    await room.hearing.listen(said(a_heard()))
    more = Call("session say", {"session": "web-1", "text": "Now add a test."})
    said_at = room.ground.clock.now() - timedelta(days=1)

    await room.hearing.listen(said(a_heard(more, key="i2")), said_at)

    tasks = await room.ground.do(lambda use: use.tasks.of("web-1"))
    assert [task.text for task in tasks] == ["Fix the login.", "Now add a test."]


async def test_plain_words_that_were_done_need_no_answer(room: Room) -> None:
    await room.hearing.listen(said(a_heard()))

    assert len(await room.sessions()) == 1
    assert await room.told() == []


async def test_plain_words_that_were_refused_are_answered_without_the_reason(room: Room) -> None:
    await room.hearing.listen(said(a_heard(actor=EVE)))

    [told] = await room.told()
    assert told.draft == "Not done"
    assert str(EVE) not in told.draft


async def test_plain_words_that_are_heard_again_do_nothing(room: Room) -> None:
    for _ in range(3):
        await room.hearing.listen(said(a_heard()))

    assert len(await room.sessions()) == 1


async def test_other_platforms_are_asked_only_once_a_command_is_acknowledged(
    room: Room,
) -> None:
    steps: list[str] = []

    async def acknowledge(_received: Received) -> bool:
        steps.append("acknowledged")
        return True

    async def elsewhere(_actor: ActorId) -> frozenset[GroupId]:
        steps.append("asked")
        return frozenset()

    hearing = replace(room.hearing, elsewhere=elsewhere)

    await hearing.hear(a_heard(), acknowledge)

    assert steps == ["acknowledged", "asked"]


async def test_what_a_group_of_another_account_was_given_holds_and_is_not_kept(
    room: Room,
) -> None:
    group = GroupId("discord-role:1:7")
    by = Asker(ANN)
    await room.ground.do(lambda use: use.grants.grant(group, Role.OPERATOR, "web", by=by))

    async def elsewhere(_actor: ActorId) -> frozenset[GroupId]:
        return frozenset({group})

    hearing = replace(room.hearing, elsewhere=elsewhere)
    heard = a_heard(actor=EVE)

    await hearing.hear(heard, yes)

    assert [session.owner for session in await room.sessions()] == [EVE]
    kept = await room.ground.at_desk(lambda at: at.tx.inbox.find(said_of(heard).key))
    assert kept is not None
    assert kept.groups == frozenset()
