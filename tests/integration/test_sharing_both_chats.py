"""One session on Discord and in Slack, and one person with an account on each."""

from collections.abc import AsyncIterator, Mapping

import pytest

from bot.core.answer import Outcome
from bot.hearing import companies
from engine.api import ApprovalState, GroupId, UseCases
from engine.app.changes import tell_approval
from tests.build import an_approval
from tests.conformance.floor import Floor, of_rows, opened_floor
from tests.conformance.on_discord import OnDiscord
from tests.conformance.on_slack import OnSlack
from tests.conformance.surface import ANN, EVE, Told
from tests.discord_room import text_of
from tests.emulators.discord import Failed, Slow
from tests.emulators.slack import Message
from tests.faces import short_folder
from tests.fakes.clock import RunningClock
from tests.ground import a_settings

SOURCE = "https://git.example.org/demo.git"
EDIT = "PATCH /channels/{channel_id}/messages/{message_id}"
MEMBER = "GET /guilds/{guild_id}/members/{user_id}"
EYES = "eyes"
ALLOWED = "Approval demo-1.1 is allowed"


@pytest.fixture
async def floor() -> AsyncIterator[Floor]:
    """A channel of each, about one project; no host, so that tasks wait."""
    clock = RunningClock()
    with short_folder() as folder:
        settings = a_settings(folder)
        async with opened_floor(settings, folder / "api.sock", of_rows(clock), clock) as floor:
            await floor.prepare(SOURCE)
            yield floor


@pytest.fixture
def discord(floor: Floor) -> OnDiscord:
    return OnDiscord(floor)


@pytest.fixture
def slack(floor: Floor) -> OnSlack:
    return OnSlack(floor)


async def shared(floor: Floor, discord: OnDiscord) -> Message:
    """Start a session on Discord and share it from there; return its root in Slack."""
    session = await discord.start(ANN, "Begin")
    values = {"session": session, "to": f"slack:{floor.slack_channel.id}"}
    told = await discord.run(ANN, "session share", values)
    assert told.answer.outcome is Outcome.DONE, told.answer
    return await root_in_slack(floor)


async def root_in_slack(floor: Floor) -> Message:
    def thread(use: UseCases) -> str:
        mirrors = use.shares.of(use.sessions.find("demo-1").id)
        return mirrors[0].conversation.thread if mirrors else ""

    return floor.slack_channel.messages[await floor.until(thread)]


async def shown_in_slack(floor: Floor, root: Message, words: str) -> Message:
    """Wait until all can read this in the thread; return the message."""

    def look() -> Message | None:
        there = floor.slack.messages(floor.slack_channel, under=root)
        return next((m for m in there if m.is_bot and words in m.shown), None)

    found = await floor.slack.until(look)
    assert found is not None
    return found


async def shown_on_discord(floor: Floor, words: str) -> None:
    """Wait until all can read this in the newest thread."""
    thread = floor.discord.threads(floor.channel)[-1]
    await floor.discord.until(
        lambda: [m for m in floor.discord.messages(thread) if words in text_of(m)]
    )


async def said_in_slack(floor: Floor, root: Message, text: str) -> None:
    """Let Ann say something in the thread, and wait until that was taken."""
    channel = floor.slack_channel
    message = await floor.slack.say(floor.people[ANN], channel, text, under=root)
    await floor.slack.until(lambda: EYES in channel.messages[message.ts].reactions)


async def tasks(floor: Floor) -> list[str]:
    found = await floor.engine.read(lambda use: use.tasks.of("demo-1"))
    return [task.text for task in found]


async def asks(floor: Floor) -> None:
    """Let the agent ask something."""

    def ask(use: UseCases) -> None:
        [task] = use.tasks.of("demo-1")
        approval = an_approval(session=task.session, task=task.id)
        use.desk.tx.approvals.add(approval)
        tell_approval(use.desk, approval)

    await floor.do(ask)


async def state_of(floor: Floor) -> ApprovalState:
    return await floor.engine.read(lambda use: use.approvals.find("demo-1.1").state)


async def test_words_of_both_chats_are_tasks_of_the_one_session(
    floor: Floor, discord: OnDiscord
) -> None:
    root = await shared(floor, discord)

    await said_in_slack(floor, root, "Paint it *red*")
    await discord.say(ANN, "demo-1", "No, blue")

    await shown_on_discord(floor, "on Slack said: “Paint it *red*”")
    await shown_in_slack(floor, root, "ann on Discord said: “No, blue”")
    assert await tasks(floor) == ["Begin", "Paint it *red*", "No, blue"]


async def test_the_first_decision_counts_and_both_chats_show_it(
    floor: Floor, discord: OnDiscord
) -> None:
    root = await shared(floor, discord)
    await asks(floor)
    question = await shown_in_slack(floor, root, "asks (demo-1.1)")
    await discord.question("demo-1")
    # Whoever presses there has not seen yet that it was decided.
    floor.discord.faults.share(EDIT, 1.0, Failed(status=503))

    await floor.slack.press(floor.people[ANN], question, "Allow once")
    await floor.until(lambda use: use.approvals.find("demo-1.1").state is ApprovalState.ALLOWED)
    late = await discord.press(ANN, "demo-1", "Deny")
    floor.discord.faults.clear()

    assert late.answer.outcome is Outcome.REFUSED
    await shown_on_discord(floor, ALLOWED)
    await shown_in_slack(floor, root, ALLOWED)
    assert await state_of(floor) is ApprovalState.ALLOWED


async def test_what_is_said_where_it_is_no_longer_shared_is_no_task(
    floor: Floor, discord: OnDiscord
) -> None:
    root = await shared(floor, discord)
    values = {"session": "demo-1", "from": f"slack:{floor.slack_channel.id}"}

    told = await discord.run(ANN, "session unshare", values)
    await shown_in_slack(floor, root, "is no longer followed here")
    await floor.slack.say(floor.people[ANN], floor.slack_channel, "Is anybody there?", under=root)
    # A thread is read in its order: what stands before this has been read.
    await floor.slack.say(floor.people[ANN], floor.slack_channel, "!status", under=root)
    await shown_in_slack(floor, root, "The answer to status is for you alone")
    await discord.say(ANN, "demo-1", "Go on")

    assert told.answer.outcome is Outcome.DONE
    assert await tasks(floor) == ["Begin", "Go on"]


async def test_a_channel_of_slack_is_mentioned_in_slack(floor: Floor, discord: OnDiscord) -> None:
    await discord.start(ANN, "Begin")
    channel = floor.slack_channel
    line = f"/hal session share demo-1 <#{channel.id}>"

    await floor.slack.run(floor.people[ANN], channel, line)

    await shown_in_slack(floor, await root_in_slack(floor), "demo-1 is queued")


async def test_a_channel_of_discord_is_mentioned_on_discord(
    floor: Floor, discord: OnDiscord, slack: OnSlack
) -> None:
    session = await slack.start(ANN, "Begin")
    values = {"session": session, "to": f"<#{floor.channel.id}>"}

    told = await discord.run(ANN, "session share", values)

    assert told.answer.outcome is Outcome.DONE, told.answer
    await floor.discord.until(lambda: floor.discord.threads(floor.channel))


async def linked_by_code(discord: OnDiscord, slack: OnSlack) -> tuple[str, Told]:
    """Let Eve ask for a code in Slack and say it on Discord; return it, and what she was told."""
    data = (await slack.run(EVE, "access link")).answer.message.data
    assert isinstance(data, Mapping)
    code = str(data["code"])
    return code, await discord.run(EVE, "access link", {"code": code})


async def test_a_code_made_in_slack_is_said_on_discord_and_roles_hold_there(
    floor: Floor, discord: OnDiscord, slack: OnSlack
) -> None:
    session = await discord.start(ANN, "Begin")
    granting = {"who": slack.actor(EVE), "role": "operator", "project": "demo"}
    await slack.run(ANN, "access grant", granting)

    code, linked = await linked_by_code(discord, slack)
    await discord.say(EVE, session, "Go on")

    seen_by_all = [m.shown for m in floor.slack.messages(floor.slack_channel)]
    assert not [text for text in seen_by_all if code in text]
    assert linked.answer.message.data == {"accounts": [slack.actor(EVE), discord.actor(EVE)]}
    [_, task] = await floor.engine.read(lambda use: use.tasks.of(session))
    assert (task.text, task.actor) == ("Go on", discord.actor(EVE))


async def test_what_was_granted_on_discord_is_done_in_slack(
    floor: Floor, discord: OnDiscord, slack: OnSlack
) -> None:
    session = await discord.start(ANN, "Begin")
    granting = {"who": discord.actor(EVE), "role": "operator", "project": "demo"}
    await discord.run(ANN, "access grant", granting)
    before = await slack.run(EVE, "session stop", {"session": session})

    await linked_by_code(discord, slack)
    after = await slack.run(EVE, "session stop", {"session": session})

    assert before.answer.outcome is Outcome.REFUSED
    assert after.answer.outcome is Outcome.DONE


@pytest.fixture
def crew(floor: Floor) -> GroupId:
    """A role of the server that Eve has."""
    role = floor.guild.add_role("Crew")
    floor.members[EVE].give(role)
    return GroupId(f"discord-role:{floor.guild.id}:{role.id}")


@pytest.fixture
async def team(floor: Floor) -> GroupId:
    """A user group of the workspace that Eve is in, as Halyard read when it came up."""
    await floor.down()
    group = floor.slack.add_usergroup("crew", floor.people[EVE])
    await floor.up()
    return GroupId(f"slack-group:{floor.slack.world.team_id}:{group.id}")


async def let_work(discord: OnDiscord, group: GroupId) -> None:
    granting = {"who": group, "role": "operator", "project": "demo"}
    told = await discord.run(ANN, "access grant", granting)
    assert told.answer.outcome is Outcome.DONE


async def outcome(on: OnDiscord | OnSlack, path: str, **values: str) -> Outcome:
    """Let Eve ask for something; return what came of it."""
    return (await on.run(EVE, path, values)).answer.outcome


async def test_what_a_role_of_discord_was_given_is_done_in_slack(
    floor: Floor, discord: OnDiscord, slack: OnSlack, crew: GroupId
) -> None:
    session = await slack.start(ANN, "Begin")
    await let_work(discord, crew)
    await slack.say(EVE, session, "I may not yet")

    await linked_by_code(discord, slack)
    await slack.say(EVE, session, "Now I may")
    asked = await slack.run(EVE, "access check", {"permission": "prompt", "project": "demo"})
    stopped = await outcome(slack, "session stop", session=session)

    assert await tasks(floor) == ["Begin", "Now I may"]
    assert f"Yes: {crew} is operator" in asked.answer.encode()
    assert stopped is Outcome.DONE


async def test_what_a_user_group_of_slack_was_given_is_done_on_discord(
    floor: Floor, discord: OnDiscord, slack: OnSlack, team: GroupId
) -> None:
    session = await discord.start(ANN, "Begin")
    await let_work(discord, team)
    await discord.say(EVE, session, "I may not yet")

    await linked_by_code(discord, slack)
    await discord.say(EVE, session, "Now I may")
    stopped = await outcome(discord, "session stop", session=session)

    assert await tasks(floor) == ["Begin", "Now I may"]
    assert stopped is Outcome.DONE


async def test_the_home_shows_what_a_role_of_discord_was_given_to_see(
    floor: Floor, discord: OnDiscord, slack: OnSlack, crew: GroupId
) -> None:
    await slack.start(ANN, "Begin")
    await asks(floor)
    granting = {"who": crew, "role": "approver", "project": "demo"}
    await discord.run(ANN, "access grant", granting)
    await linked_by_code(discord, slack)

    await floor.slack.open_home(floor.people[EVE])
    home = await floor.slack.until(lambda: floor.slack.home(floor.people[EVE]))

    assert home is not None
    assert "demo-1.1" in home.shown


async def test_who_is_no_longer_linked_has_nothing_of_the_groups_of_the_other_account(
    floor: Floor, discord: OnDiscord, slack: OnSlack, crew: GroupId
) -> None:
    session = await slack.start(ANN, "Begin")
    await let_work(discord, crew)
    await linked_by_code(discord, slack)
    await slack.say(EVE, session, "I may")

    await discord.run(EVE, "access unlink")
    await slack.say(EVE, session, "Not any more")
    stopped = await outcome(slack, "session stop", session=session)

    assert await tasks(floor) == ["Begin", "I may"]
    assert stopped is Outcome.REFUSED


async def test_who_lost_the_role_on_discord_has_nothing_of_it_in_slack(
    floor: Floor, discord: OnDiscord, slack: OnSlack, crew: GroupId
) -> None:
    session = await slack.start(ANN, "Begin")
    await let_work(discord, crew)
    await linked_by_code(discord, slack)
    before = await outcome(slack, "session show", session=session)

    eve = floor.members[EVE]
    eve.take(eve.roles[-1])
    after = await outcome(slack, "session show", session=session)

    assert (before, after) == (Outcome.DONE, Outcome.REFUSED)


@pytest.mark.parametrize("fault", [Slow(seconds=30.0), Failed(status=503)])
async def test_who_is_in_groups_that_discord_does_not_tell_is_refused_in_slack(
    floor: Floor,
    discord: OnDiscord,
    slack: OnSlack,
    crew: GroupId,
    fault: Slow | Failed,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(companies, "LIMIT_S", 0.2)
    session = await slack.start(ANN, "Begin")
    await let_work(discord, crew)
    await linked_by_code(discord, slack)
    floor.discord.faults.share(MEMBER, 1.0, fault)

    await slack.say(EVE, session, "I may not")
    stopped = await outcome(slack, "session stop", session=session)
    floor.discord.faults.clear()

    assert await tasks(floor) == ["Begin"]
    assert stopped is Outcome.REFUSED
