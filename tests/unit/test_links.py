"""One person with accounts on two platforms, from the code to what they may do."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.commands import registry
from bot.core.answer import Answer, Outcome
from bot.core.call import Call
from bot.core.message import Message, Person, Text
from bot.dispatch import Heard, answer
from bot.notify.notify import Notify
from engine.api import (
    ActorId,
    Asker,
    Conversation,
    Deciders,
    Delivery,
    Engine,
    EventKind,
    ProjectName,
    Role,
    StartRequest,
    UseCases,
)
from engine.app.changes import tell_approval
from engine.domain.access import Grant
from engine.domain.delivery import DeliveryState
from engine.domain.person import GUESSES_MAX
from engine.domain.values import Subject
from tests.build import a_project, an_approval
from tests.chat import PlainVoice, drafted
from tests.faces import engine_of
from tests.ground import ANN, Ground

HERE, THERE = ActorId("discord:7"), ActorId("slack:T1:U1")
PLACES = {
    HERE: Conversation("discord", "1", "2", ""),
    THERE: Conversation("slack", "T1", "C1", "9.9"),
}
WEB = ProjectName("web")


@dataclass(slots=True)
class Town:
    """One person on two platforms, and an admin."""

    ground: Ground
    engine: Engine
    key: str = "k"
    _said: list[str] = field(default_factory=list)

    async def says(self, who: ActorId, path: str, /, **values: str) -> Answer:
        self._said.append(path)
        place = PLACES.get(who) or Conversation("local", "", who, "")
        heard = Heard(
            key=f"{self.key}{len(self._said)}",
            actor=who,
            conversation=place,
            is_local=False,
            call=Call(path, values),
        )
        return await answer(self.engine, registry, heard)

    async def done(self, who: ActorId, path: str, /, **values: str) -> Message:
        answered = await self.says(who, path, **values)
        assert answered.outcome is Outcome.DONE, words(answered.message)
        return answered.message

    async def refused(self, who: ActorId, path: str, /, **values: str) -> str:
        answered = await self.says(who, path, **values)
        assert answered.outcome is Outcome.REFUSED
        return words(answered.message)

    async def code(self, who: ActorId = HERE) -> str:
        told = (await self.done(who, "access link")).data
        assert isinstance(told, Mapping)
        return str(told["code"])

    async def link(self) -> None:
        await self.done(THERE, "access link", code=await self.code())

    async def give(self, who: ActorId, role: Role, project: str = "web") -> Grant:
        return await self.ground.do(lambda use: use.grants.grant(who, role, project, by=Asker(ANN)))

    async def told_on(self, platform: str) -> list[Delivery]:
        """Return what is posted on a platform of what happened."""
        notify = Notify(self.engine, PlainVoice(platform), wake=lambda: None)
        while await notify.step():
            pass
        every = frozenset(DeliveryState)
        return await self.ground.at_desk(
            lambda desk: list(desk.tx.deliveries.in_states(platform, every))
        )

    async def starts(self, who: ActorId, place: Conversation) -> None:
        start = StartRequest(actor=who, conversation=place, project=WEB, task="Tidy.")
        await self.ground.do(lambda use: use.sessions.start(start))

    async def asks(self) -> None:
        def ask(use: UseCases) -> None:
            session = use.sessions.find("web-1")
            approval = an_approval(session=session.id, task=use.tasks.of("web-1")[0].id)
            use.desk.tx.approvals.add(approval)
            tell_approval(use.desk, approval)

        await self.ground.do(ask)


def words(message: Message) -> str:
    spans = [s for block in message.blocks if isinstance(block, Text) for s in block.spans]
    return message.title + "".join(s if isinstance(s, str) else str(s) for s in spans)


@pytest.fixture
async def town(ground: Ground) -> Town:
    await ground.do(lambda use: use.desk.tx.projects.add(a_project()))
    return Town(ground, engine_of(ground))


async def test_what_was_given_to_either_account_holds_for_both(town: Town) -> None:
    await town.give(HERE, Role.VIEWER)
    await town.give(THERE, Role.OPERATOR)
    assert "may not do this" in await town.refused(HERE, "session start", project="web", task="x")

    await town.link()

    await town.done(HERE, "session start", project="web", task="x")
    await town.done(THERE, "project show", project="web")
    listed = (await town.done(HERE, "access list", who=HERE)).data
    assert isinstance(listed, list)
    assert {grant["who"] for grant in listed} == {HERE, THERE}


async def test_who_has_no_role_yet_can_link_and_then_has_one(town: Town) -> None:
    await town.give(HERE, Role.OPERATOR)

    await town.done(HERE, "access link", code=await town.code(THERE))

    await town.done(THERE, "session start", project="web", task="x")


async def test_once_unlinked_each_has_again_what_is_its_own(town: Town) -> None:
    await town.give(HERE, Role.OPERATOR)
    await town.link()

    await town.done(THERE, "access unlink")

    assert "may not do this" in await town.refused(THERE, "session start", project="web", task="x")
    await town.done(HERE, "session start", project="web", task="x")


async def test_sessions_of_either_account_are_the_persons_own(town: Town) -> None:
    await town.give(HERE, Role.OPERATOR)
    await town.starts(HERE, PLACES[HERE])
    await town.starts(THERE, PLACES[THERE])
    await town.link()

    for who in (HERE, THERE):
        mine = await town.ground.do(lambda use, who=who: use.views.mine(Asker(who)))  # type: ignore[misc]
        assert [view.session.name for view in mine.sessions] == ["web-1", "web-2"]


async def test_the_owner_decides_with_either_account(town: Town) -> None:
    settings = replace(town.ground.settings, deciders=Deciders.OWNER)
    ground = Ground(store=town.ground.store, settings=settings, clock=town.ground.clock)
    strict = Town(ground, engine_of(ground), key="strict")
    await town.give(HERE, Role.OPERATOR)
    await town.give(THERE, Role.OPERATOR)
    await town.starts(HERE, PLACES[HERE])
    await town.asks()
    assert "only its owner" in await strict.refused(THERE, "approval allow", approval="web-1.1")
    await strict.done(THERE, "access link", code=await strict.code())

    await strict.done(THERE, "approval allow", approval="web-1.1")

    approval = await town.ground.do(lambda use: use.approvals.find("web-1.1"))
    assert approval.decided_by == THERE


async def test_the_record_has_the_account_and_the_person(town: Town) -> None:
    await town.link()
    await town.says(THERE, "status")

    [newest] = await town.ground.do(lambda use: use.said.newest(limit=1))

    assert (newest.actor, newest.person) == (THERE, HERE)


async def test_an_answer_is_shown_again_to_the_same_person(town: Town) -> None:
    await town.link()
    await town.says(HERE, "access check")
    [asked] = await town.ground.do(lambda use: use.said.newest(limit=1))

    answered = await town.says(THERE, "call show", call=str(asked.number))

    assert "You made no call" not in words(answered.message)


async def test_what_the_settings_give_stays_with_the_account_that_they_name(town: Town) -> None:
    code = await town.code(ANN)

    await town.done(HERE, "access link", code=code)

    assert "may not do this" in await town.refused(HERE, "project show", project="web")
    await town.done(ANN, "project show", project="web")


async def test_a_code_is_used_once(town: Town) -> None:
    code = await town.code()
    await town.done(THERE, "access link", code=code)

    assert "used already" in await town.refused(ActorId("local:5"), "access link", code=code)


async def test_a_code_dies_after_ten_minutes(town: Town) -> None:
    code = await town.code()
    town.ground.clock.move(timedelta(minutes=10).total_seconds())

    assert "older than 10 minutes" in await town.refused(THERE, "access link", code=code)


async def test_only_the_newest_code_of_an_account_links(town: Town) -> None:
    old, new = await town.code(), await town.code()

    assert "no such code" in await town.refused(THERE, "access link", code=old)
    await town.done(THERE, "access link", code=new)


async def test_the_code_itself_is_not_in_the_table(town: Town) -> None:
    code = await town.code()

    found = await town.ground.at_desk(lambda desk: desk.tx.people.code(code.replace("-", "")))

    assert found is None


async def test_after_a_few_wrong_codes_the_right_one_is_not_heard_either(town: Town) -> None:
    code = await town.code()
    for _ in range(GUESSES_MAX):
        assert "no such code" in await town.refused(THERE, "access link", code="AAAA-BBBB-CCCC")

    assert "wait 10 minutes" in await town.refused(THERE, "access link", code=code)

    town.ground.clock.move(timedelta(minutes=11).total_seconds())
    await town.done(THERE, "access link", code=await town.code())


async def test_the_guesses_of_one_are_not_counted_to_another(town: Town) -> None:
    for _ in range(GUESSES_MAX):
        await town.refused(ActorId("discord:666"), "access link", code="AAAA-BBBB-CCCC")

    await town.link()


async def test_nobody_is_linked_with_themselves(town: Town) -> None:
    code = await town.code()

    assert "on another platform" in await town.refused(HERE, "access link", code=code)


async def test_two_accounts_of_one_platform_are_two_people(town: Town) -> None:
    code = await town.code()

    assert "two people" in await town.refused(ActorId("discord:8"), "access link", code=code)


async def test_a_refusal_leaves_the_code_usable(town: Town) -> None:
    code = await town.code()
    await town.refused(ActorId("discord:8"), "access link", code=code)

    await town.done(THERE, "access link", code=code)


async def test_a_third_account_joins_and_leaving_leaves_the_others(town: Town) -> None:
    await town.link()
    third = ActorId("local:5")
    town.ground.clock.move(60)
    await town.done(HERE, "access link", code=await town.code(third))
    for who in (HERE, THERE, third):
        accounts = await town.ground.do(lambda use, who=who: use.links.accounts(who))  # type: ignore[misc]
        assert accounts == [HERE, THERE, third]

    await town.done(HERE, "access unlink")

    assert await town.ground.do(lambda use: use.links.accounts(HERE)) == [HERE]
    assert await town.ground.do(lambda use: use.links.accounts(third)) == [THERE, third]


async def test_who_is_linked_is_told_with_whom_and_gets_no_code(town: Town) -> None:
    await town.link()

    told = await town.done(THERE, "access link")

    assert told.data == {"accounts": [HERE, THERE]}


async def test_strangers_cannot_unlink_and_admins_can(town: Town) -> None:
    await town.link()

    assert "or an admin" in await town.refused(ActorId("local:5"), "access unlink", who=HERE)
    await town.done(ANN, "access unlink", who=HERE)

    assert await town.ground.do(lambda use: use.links.accounts(THERE)) == [THERE]
    assert "linked with no other" in await town.refused(THERE, "access unlink")


async def test_both_are_told_and_neither_in_public_who_the_other_is(town: Town) -> None:
    await town.link()

    [told] = await town.told_on("discord")
    message = drafted(told.draft)
    assert told.conversation == PLACES[HERE]
    assert message.pings == (HERE,)
    assert "the code that you asked for was said" in words(message)
    assert "slack" not in told.draft
    assert await town.told_on("slack") == []


async def test_an_end_is_told_where_the_other_account_was_linked(town: Town) -> None:
    await town.link()
    await town.done(HERE, "access unlink")

    [told] = await town.told_on("slack")

    assert told.conversation == PLACES[THERE]
    assert "your link has ended" in words(drafted(told.draft))


async def test_links_and_their_ends_are_events(town: Town) -> None:
    await town.link()
    await town.done(THERE, "access unlink")

    events = await town.ground.events(EventKind.LINK)

    told = [(e.data["actor"], e.data["others"], e.data["state"], e.data["by"]) for e in events]
    assert told == [
        (HERE, THERE, "linked", THERE),
        (THERE, HERE, "linked", THERE),
        (HERE, THERE, "unlinked", THERE),
        (THERE, HERE, "unlinked", THERE),
    ]


async def test_an_owner_is_called_by_the_account_that_they_have_there(town: Town) -> None:
    slack = replace(PLACES[THERE], thread="")
    await town.starts(HERE, slack)
    await town.link()
    await town.asks()

    told = await town.told_on("slack")

    [asked] = [drafted(d.draft) for d in told if d.card.startswith("approval:")]
    assert asked.pings == (THERE,)
    people = [s for b in asked.blocks if isinstance(b, Text) for s in b.spans]
    assert Person(THERE) in people


async def test_a_grant_to_an_account_shows_why_the_other_may(town: Town) -> None:
    await town.give(HERE, Role.OPERATOR)
    await town.link()

    told = await town.done(ANN, "access check", who=THERE, permission="prompt", project="web")

    assert "may prompt" in told.title
    assert Subject(HERE) in str(told.data)
