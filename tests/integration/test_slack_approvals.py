"""Questions of agents in Slack: who may answer, and what the card shows."""

from engine.api import ApprovalState
from engine.app.changes import tell_approval
from engine.app.desk import Desk
from tests.build import an_approval
from tests.emulators.slack import Doubled, Message
from tests.slack_room import Room


async def asked(room: Room, root: Message) -> Message:
    """Let an agent ask something, and return the question as people see it."""

    def ask(desk: Desk) -> None:
        [session] = desk.tx.sessions.newest(project=None, limit=1)
        approval = an_approval(session=session.id, task=None, created_at=room.ground.clock.now())
        desk.tx.approvals.add(approval)
        tell_approval(desk, approval)

    await room.ground.at_desk(ask)
    return await room.shown("make test", root)


async def test_the_first_decision_counts_and_the_card_shows_it(workspace: Room) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        root = await workspace.start()
        question = await asked(workspace, root)
        workspace.slack.faults.next_delivery("block_actions", Doubled())
        await workspace.slack.press(workspace.ann, question, "Deny")
        await workspace.slack.until(lambda: "Deny" not in workspace.now(question).labels)
        approval = await workspace.read(lambda use: use.approvals.find("demo-1.1"))

    assert approval.state is ApprovalState.DENIED
    assert approval.shown_at is not None
    assert workspace.actor.rpartition(":")[2] in workspace.now(question).shown


async def test_who_may_not_decide_is_told_in_private(workspace: Room) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        root = await workspace.start()
        question = await asked(workspace, root)
        await workspace.slack.press(workspace.eve, question, "Allow once")
        await workspace.whispered("may not", workspace.eve, root)
        approval = await workspace.read(lambda use: use.approvals.find("demo-1.1"))

    assert approval.state is ApprovalState.OPEN


async def test_a_question_is_answered_after_a_restart(workspace: Room) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        root = await workspace.start()
        question = await asked(workspace, root)

    async with workspace.halyard():
        await workspace.slack.press(workspace.ann, question, "Allow once")
        await workspace.until(
            lambda use: use.approvals.find("demo-1.1").state is ApprovalState.ALLOWED
        )


async def test_a_question_shows_in_the_home_of_who_may_decide(workspace: Room) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        root = await workspace.start()
        await asked(workspace, root)
        await workspace.slack.open_home(workspace.ann)
        home = await workspace.slack.until(lambda: workspace.slack.home(workspace.ann))

    assert home is not None
    assert "demo-1.1" in home.shown


async def test_a_question_is_answered_in_the_home(workspace: Room) -> None:
    await workspace.add_project()
    async with workspace.halyard():
        root = await workspace.start()
        question = await asked(workspace, root)
        await workspace.slack.open_home(workspace.ann)
        home = await workspace.slack.until(lambda: workspace.slack.home(workspace.ann))
        assert home is not None
        await workspace.slack.press(workspace.ann, home, "Allow once")
        await workspace.slack.until(lambda: "Allow once" not in workspace.now(question).labels)
        approval = await workspace.read(lambda use: use.approvals.find("demo-1.1"))

    assert approval.state is ApprovalState.ALLOWED
