"""Which groups somebody is in with their other accounts, and what no platform tells."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import repeat

import pytest
from structlog.testing import capture_logs

from bot.hearing import companies as companies_module
from bot.hearing.companies import Companies
from bot.hearing.utterance import Mark
from engine.adapters.store.store import SqlStore
from engine.api import ActorId, Asker, Conversation, GroupId, Role, Unavailable, UseCases
from tests.faces import engine_of
from tests.ground import ANN, Ground

HERE, THERE = ActorId("discord:7"), ActorId("slack:T1:U1")
LOCAL = ActorId("local:1002")
PLACES = {
    HERE: Conversation("discord", "1", "2", ""),
    THERE: Conversation("slack", "T1", "C1", "9.9"),
    LOCAL: Conversation("local", "", LOCAL, ""),
}
SOON_S = 10.0
ROLE, USERGROUP = GroupId("discord-role:1:7"), GroupId("slack-group:T1:S1")


@dataclass(slots=True)
class Crowd:
    """`Company` that remembers whom it was asked about."""

    platform: str
    there: Mapping[tuple[ActorId, str], frozenset[GroupId]] = field(default_factory=dict)
    fails: Exception | None = None
    is_silent: bool = False
    waits_s: Iterator[float] = field(default_factory=lambda: repeat(0.0))
    asked: list[tuple[ActorId, str]] = field(default_factory=list)
    was_asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def groups(self, actor: ActorId, space: str) -> frozenset[GroupId]:
        self.asked.append((actor, space))
        self.was_asked.set()
        await asyncio.sleep(next(self.waits_s))
        if self.is_silent:
            await asyncio.Event().wait()
        if self.fails is not None:
            raise self.fails
        return self.there.get((actor, space), frozenset())

    async def sign(self, mark: Mark) -> None:
        raise AssertionError("nobody said anything")


@pytest.fixture
def discord() -> Crowd:
    return Crowd("discord", {(HERE, "1"): frozenset({ROLE})})


@pytest.fixture
def slack() -> Crowd:
    return Crowd("slack", {(THERE, "T1"): frozenset({USERGROUP})})


@asynccontextmanager
async def opened(ground: Ground, *crowds: Crowd) -> AsyncIterator[Companies]:
    """Let these be there until the end of the block."""
    companies = Companies(engine_of(ground))
    async with asyncio.TaskGroup() as tasks:
        joined = [tasks.create_task(companies.join(crowd)) for crowd in crowds]
        await asyncio.sleep(0)
        yield companies
        for one in joined:
            one.cancel()


async def linked(ground: Ground, *others: ActorId) -> None:
    """Let one person have an account here, and these."""

    def link(use: UseCases) -> None:
        for other in others:
            code = use.links.new_code(Asker(other), PLACES[other])
            use.links.link(code, PLACES[HERE], by=Asker(HERE))

    await ground.do(link)


async def granted(ground: Ground, *groups: GroupId) -> None:
    def grant(use: UseCases) -> None:
        for group in groups:
            use.grants.grant(group, Role.OPERATOR, "", by=Asker(ANN))

    await ground.do(grant)


async def test_the_groups_of_a_persons_other_account_are_told(
    ground: Ground, discord: Crowd, slack: Crowd
) -> None:
    await linked(ground, THERE)
    await granted(ground, ROLE, USERGROUP)

    async with opened(ground, discord, slack) as companies:
        in_slack = await companies.elsewhere(THERE)
        on_discord = await companies.elsewhere(HERE)

    assert in_slack == {ROLE}
    assert on_discord == {USERGROUP}


async def test_who_speaks_elsewhere_has_the_groups_of_all_other_accounts(
    ground: Ground, discord: Crowd, slack: Crowd
) -> None:
    await linked(ground, THERE, LOCAL)
    await granted(ground, ROLE, USERGROUP)

    async with opened(ground, discord, slack) as companies:
        assert await companies.elsewhere(LOCAL) == {ROLE, USERGROUP}


async def test_each_server_that_gave_something_to_a_role_is_asked(
    ground: Ground, discord: Crowd, slack: Crowd
) -> None:
    await linked(ground, THERE)
    await granted(ground, ROLE, GroupId("discord-role:1:8"), GroupId("discord-role:2:9"))

    async with opened(ground, discord, slack) as companies:
        await companies.elsewhere(THERE)

    assert sorted(discord.asked) == [(HERE, "1"), (HERE, "2")]


async def test_nobody_is_asked_about_who_has_one_account(
    ground: Ground, discord: Crowd, slack: Crowd
) -> None:
    await granted(ground, ROLE, USERGROUP)

    async with opened(ground, discord, slack) as companies:
        found = await companies.elsewhere(THERE)

    assert (found, discord.asked, slack.asked) == (frozenset(), [], [])


async def test_nobody_is_asked_where_no_group_was_given_anything(
    ground: Ground, discord: Crowd, slack: Crowd
) -> None:
    await linked(ground, THERE)
    await granted(ground, USERGROUP)

    async with opened(ground, discord, slack) as companies:
        found = await companies.elsewhere(THERE)

    assert (found, discord.asked) == (frozenset(), [])


async def test_nobody_is_asked_after_they_were_unlinked(
    ground: Ground, discord: Crowd, slack: Crowd
) -> None:
    await linked(ground, THERE)
    await granted(ground, ROLE)
    await ground.do(lambda use: use.links.unlink(HERE, by=Asker(THERE)))

    async with opened(ground, discord, slack) as companies:
        found = await companies.elsewhere(THERE)

    assert (found, discord.asked) == (frozenset(), [])


async def test_a_platform_alone_has_nobody_to_ask(
    ground: Ground, slack: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    await linked(ground, THERE)
    await granted(ground, ROLE)

    async with opened(ground, slack) as companies:
        monkeypatch.setattr(type(companies.engine), "read", None)  # Not even what is stored.
        assert await companies.elsewhere(THERE) == frozenset()


async def test_who_is_there_no_more_is_not_asked(
    ground: Ground, discord: Crowd, slack: Crowd
) -> None:
    await linked(ground, THERE, LOCAL)
    await granted(ground, ROLE, USERGROUP)

    async with opened(ground, slack) as companies:
        async with asyncio.TaskGroup() as tasks:
            joined = tasks.create_task(companies.join(discord))
            await asyncio.sleep(0)
            joined.cancel()
        with capture_logs() as logs:
            found = await companies.elsewhere(LOCAL)

    assert (found, discord.asked) == (frozenset({USERGROUP}), [])
    assert [(one["event"], one["account"]) for one in logs] == [("groups_unknown", HERE)]


async def asked_beside_slack(
    ground: Ground, discord: Crowd, slack: Crowd
) -> tuple[frozenset[GroupId], list[tuple[object, object]]]:
    """Return what is told of who has an account everywhere, and what was logged of whom."""
    await linked(ground, THERE, LOCAL)
    await granted(ground, ROLE, USERGROUP)
    async with opened(ground, discord, slack) as companies:
        with capture_logs() as logs:
            found = await companies.elsewhere(LOCAL)
    return found, [(one["event"], one["account"]) for one in logs]


@pytest.mark.parametrize("error", [Unavailable("It did not tell."), RuntimeError("a bug")])
async def test_a_platform_that_fails_counts_as_none_and_the_others_still_count(
    ground: Ground, discord: Crowd, slack: Crowd, error: Exception
) -> None:
    discord.fails = error

    found, logged = await asked_beside_slack(ground, discord, slack)

    assert (found, logged) == (frozenset({USERGROUP}), [("groups_unknown", HERE)])


async def test_a_platform_that_is_silent_counts_as_none_after_a_while(
    ground: Ground, discord: Crowd, slack: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(companies_module, "LIMIT_S", 0.01)
    discord.is_silent = True

    found, logged = await asked_beside_slack(ground, discord, slack)

    assert (found, logged) == (frozenset({USERGROUP}), [("groups_unknown", HERE)])


async def test_a_store_that_cannot_be_read_is_told_as_it_is(
    ground: Ground, discord: Crowd, slack: Crowd
) -> None:
    async with opened(ground, discord, slack) as companies:
        assert isinstance(ground.store, SqlStore)
        await ground.store.close()

        with pytest.raises(Unavailable, match="closed"):
            await companies.elsewhere(LOCAL)


async def test_what_one_person_says_keeps_its_order(
    ground: Ground, discord: Crowd, slack: Crowd
) -> None:
    await linked(ground, THERE)
    await granted(ground, ROLE)
    discord.waits_s = iter((0.2, 0.0))
    done: list[str] = []

    async def say(word: str) -> None:
        await companies.elsewhere(THERE)
        done.append(word)

    async with opened(ground, discord, slack) as companies, asyncio.TaskGroup() as tasks:
        tasks.create_task(say("first"))
        async with asyncio.timeout(SOON_S):
            await discord.was_asked.wait()
        tasks.create_task(say("second"))

    assert done == ["first", "second"]


async def test_an_account_of_another_team_is_in_no_group_of_this_one(
    ground: Ground, discord: Crowd, slack: Crowd
) -> None:
    old = ActorId("slack:T0:U1")
    await granted(ground, USERGROUP)

    def link(use: UseCases) -> None:
        code = use.links.new_code(Asker(old), PLACES[THERE])
        use.links.link(code, PLACES[HERE], by=Asker(HERE))

    await ground.do(link)

    async with opened(ground, discord, slack) as companies:
        assert await companies.elsewhere(HERE) == frozenset()
    assert slack.asked == []
