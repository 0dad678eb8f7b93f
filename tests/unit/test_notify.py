"""What a chat shows of what happens."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest

from bot.core.message import (
    Button,
    Buttons,
    Checklist,
    Code,
    Fields,
    File,
    Message,
    Person,
    Said,
    Text,
    When,
)
from bot.notify.notify import KINDS, SESSIONS, Notify
from engine.api import (
    Attached,
    Conversation,
    Delivery,
    Engine,
    FileId,
    JobKind,
    Json,
    Priority,
    ProjectName,
    Scope,
    StartRequest,
    UseCases,
    Verbosity,
)
from engine.app.alerts import close_alert, open_alert
from engine.app.changes import (
    close_approval,
    end_session,
    move_session,
    move_task,
    save_job,
    tell_approval,
    tell_gap,
)
from engine.app.desk import Desk
from engine.domain.alert import Severity
from engine.domain.approval import ApprovalTrigger
from engine.domain.delivery import DeliveryState
from engine.domain.event import EventKind, NewEvent
from engine.domain.host import HostState
from engine.domain.job import JobState, JobTrigger
from engine.domain.session import EndReason, Session, SessionTrigger
from engine.domain.task import Task, TaskTrigger
from engine.domain.values import ActorId
from tests.build import AT, a_host_status, a_project, an_approval
from tests.chat import CHANNEL, PLATFORM, PlainVoice, drafted
from tests.faces import engine_of, say_events
from tests.ground import ANN, LOCAL, Ground
from tests.stores import each_statement

CAT = ActorId(f"{PLATFORM}:7")
LOUNGE = Conversation(PLATFORM, "acme", "lounge", "")


@dataclass(frozen=True, slots=True)
class Room:
    """A channel with a session in it, and what is on its way there."""

    ground: Ground
    engine: Engine
    notify: Notify

    async def do(self, change: Callable[[Desk], object]) -> None:
        """Change something, and tell of it."""
        await self.ground.at_desk(change)
        await self.tell()

    async def tell(self) -> None:
        while await self.notify.step():
            pass

    async def session(self) -> Session:
        return await self.ground.do(lambda use: use.sessions.find("web-1"))

    async def task(self) -> Task:
        return await self.ground.do(lambda use: use.tasks.find("web-1.1"))

    async def deliveries(self) -> Sequence[Delivery]:
        """Return what is on its way, in the order in which it was put there."""
        every = frozenset(DeliveryState)
        return await self.ground.at_desk(
            lambda desk: list(desk.tx.deliveries.in_states(PLATFORM, every))
        )

    async def posts(self) -> list[Message]:
        return [drafted(d.draft) for d in await self.deliveries() if not d.card]

    async def card(self, name: str) -> tuple[Delivery, Message]:
        [found] = [d for d in await self.deliveries() if d.card == name]
        return found, drafted(found.draft)

    async def cards(self) -> set[str]:
        return {d.card for d in await self.deliveries() if d.card}

    async def live(self) -> Message:
        return (await self.card(f"card:{(await self.session()).id}"))[1]

    async def begin(self) -> None:
        """Send the session's task to its agent."""

        def run(desk: Desk) -> None:
            [session] = desk.tx.sessions.newest(project=None, limit=1)
            session = move_session(desk, replace(session, host=LOCAL), SessionTrigger.PLACE)
            for trigger in (
                SessionTrigger.PLACED,
                SessionTrigger.PREPARED,
                SessionTrigger.CONNECTED,
                SessionTrigger.PROMPTED,
            ):
                session = move_session(desk, replace(session, start_commit="c0ffee"), trigger)
            task = move_task(desk, desk.tx.tasks.of(session.id)[0], TaskTrigger.SEND)
            move_task(desk, task, TaskTrigger.HEARD)

        await self.do(run)

    async def hear(self, kind: EventKind, **data: Json) -> None:
        """Let the agent do something, without telling of it."""
        task = await self.task()
        event = NewEvent(kind=kind, at=AT, session=task.session, task=task.id, data=data)
        await self.ground.at_desk(lambda desk: desk.tx.events.append(event))

    async def end_turn(self) -> None:
        await self.hear(
            EventKind.TURN,
            number=1,
            stop_reason="end_turn",
            seconds=150.0,
            input_tokens=12_000,
            output_tokens=345,
        )

        def finish(desk: Desk) -> None:
            [task] = desk.tx.tasks.of(desk.tx.sessions.newest(project=None, limit=1)[0].id)
            move_task(desk, task, TaskTrigger.FINISH)

        await self.do(finish)

    async def listens(self, verbosity: Verbosity) -> None:
        await self.ground.do(lambda use: use.channels.set(CHANNEL, verbosity))


def start_one(use: UseCases) -> None:
    use.sessions.start(
        StartRequest(
            actor=CAT, conversation=CHANNEL, project=ProjectName("web"), task="Fix the login."
        )
    )


@pytest.fixture
async def room(ground: Ground) -> Room:
    """A channel with a session that was just asked for there."""
    engine = engine_of(ground)

    def set_up(use: UseCases) -> None:
        use.desk.tx.projects.add(a_project(ref="main"))
        use.channels.bind(CHANNEL, ProjectName("web"))
        start_one(use)

    await ground.do(set_up)
    room = Room(ground, engine, Notify(engine, PlainVoice(), wake=lambda: None))
    await room.tell()
    return room


def facts(message: Message) -> dict[str, str]:
    return {n: v for block in message.blocks if isinstance(block, Fields) for n, v in block.rows}


def buttons(message: Message) -> list[Button]:
    return [b for block in message.blocks if isinstance(block, Buttons) for b in block.items]


def labels(message: Message) -> list[str]:
    return [button.label for button in buttons(message)]


def words(message: Message) -> str:
    spans = [s for block in message.blocks if isinstance(block, Text) for s in block.spans]
    return "".join(s if isinstance(s, str) else getattr(s, "text", "*") for s in spans)


def all_said(message: Message) -> list[str]:
    return [block.text for block in message.blocks if isinstance(block, Said)]


async def test_a_session_opens_its_thread_from_one_message_in_the_channel(room: Room) -> None:
    session = await room.session()

    delivery, message = await room.card(f"anchor:{session.id}")

    assert delivery.conversation == CHANNEL
    assert delivery.opens == session.id
    assert '"thread": "web-1: Fix the login."' in delivery.draft
    assert facts(message)["Repository"] == "https://git.example/acme/web.git"
    assert (facts(message)["From"], facts(message)["Branch"]) == ("main", "halyard/web-1")
    assert facts(message)["Host"] == "not chosen yet"
    assert any(Person(CAT) in b.spans for b in message.blocks if isinstance(b, Text))


async def test_that_message_tells_the_host_and_the_end_and_is_the_same_after_a_restart(
    room: Room,
) -> None:
    await room.begin()
    first, message = await room.card(f"anchor:{(await room.session()).id}")
    assert facts(message)["Host"] == "local"

    await room.do(end(EndReason.DONE))
    _, message = await room.card(f"anchor:{(await room.session()).id}")
    assert "It has ended: done." in words(message)

    await room.ground.do(lambda use: use.sessions.restart("web-1", "", by=CAT))
    await room.tell()
    again, message = await room.card(f"anchor:{(await room.session()).id}")
    assert again.id == first.id
    assert "ended" not in words(message)


def end(reason: EndReason, why: str = "") -> Callable[[Desk], object]:
    def end_it(desk: Desk) -> object:
        [session] = desk.tx.sessions.newest(project=None, limit=1)
        return end_session(desk, session, SessionTrigger.EVIDENCE, reason, why=why)

    return end_it


async def test_everything_else_hangs_on_it(room: Room) -> None:
    await room.begin()
    await room.hear(EventKind.TEXT, text="Done.", message="m")
    await room.end_turn()

    anchor, *others = await room.deliveries()
    assert others
    assert {d.anchor for d in others} == {anchor.id}
    assert {d.conversation for d in others} == {CHANNEL}


async def test_the_card_shows_how_it_goes(room: Room) -> None:
    await room.begin()
    await room.hear(EventKind.TOOL, id="c1", title="Edit login.py", status="pending")
    await room.hear(EventKind.TOOL, id="c1", status="completed")
    await room.hear(EventKind.PLAN, entries=[{"content": "Read", "status": "completed"}])
    await room.hear(EventKind.USAGE, used=71, size=100, claimed_microusd=420_000)
    await room.ground.do(lambda use: use.sessions.say("web-1", "More.", now=False, by=CAT))
    await room.tell()

    message = await room.live()

    assert message.title == "web-1 is working"
    assert facts(message)["Step"] == "Edit login.py"
    assert facts(message)["Context"] == "71 of 100 tokens (71 %)"
    assert facts(message)["Spent"] == "claimed $0.42"
    assert facts(message)["Queued tasks"] == "1"
    assert facts(message)["Host"] == "local"
    assert Checklist((("completed", "Read"),)) in message.blocks
    assert labels(message) == ["Interrupt", "Stop", "Diff", "Log"]
    assert buttons(message)[0].call.path == "task cancel"
    assert any(isinstance(s, When) for b in message.blocks if isinstance(b, Text) for s in b.spans)


async def test_time_alone_changes_no_card(room: Room) -> None:
    await room.begin()
    before, _ = await room.card(f"card:{(await room.session()).id}")

    room.ground.clock.move(3600)
    await room.hear(EventKind.PLAN, entries=[])
    await room.tell()

    after, _ = await room.card(f"card:{(await room.session()).id}")
    assert after.version == before.version


async def test_a_card_that_waits_with_a_new_state_is_not_put_off_by_progress(room: Room) -> None:
    await room.begin()
    card = f"card:{(await room.session()).id}"
    before, _ = await room.card(card)

    await room.hear(EventKind.PLAN, entries=[{"content": "Read"}])
    await room.tell()
    after, _ = await room.card(card)
    await room.ground.do(lambda use: use.deliveries.claim([after.id]))
    await room.ground.do(lambda use: use.deliveries.taken(after.id, "r1"))
    await room.hear(EventKind.PLAN, entries=[{"content": "Write"}])
    await room.tell()
    later, _ = await room.card(card)

    assert after.version > before.version
    assert (after.priority, later.priority) == (Priority.REPORT, Priority.PROGRESS)


async def test_after_the_end_the_card_says_what_next(room: Room) -> None:
    await room.begin()
    await room.end_turn()
    before = await room.posts()
    await room.do(end(EndReason.DONE, "All tasks are done."))

    message = await room.live()

    assert message.title == "web-1 has ended: done"
    assert labels(message) == ["Push", "Diff", "Restart"]
    assert "Its work is kept until" in words(message)
    assert await room.posts() == before


async def test_an_end_that_nobody_wanted_is_told_to_the_owner(room: Room) -> None:
    await room.begin()
    await room.do(end(EndReason.OOM, "It ran out of memory."))

    told = [post for post in await room.posts() if "ended" in post.title]

    assert [post.title for post in told] == ["Session web-1 has ended: oom"]
    assert told[0].pings == (CAT,)


async def test_a_turn_ends_with_what_was_said_since_the_last_tool(room: Room) -> None:
    await room.begin()
    await room.hear(EventKind.TEXT, text="I look.", message="m1")
    await room.hear(EventKind.TOOL, id="c1", title="Read", status="completed")
    await room.hear(EventKind.TEXT, text="It was ", message="m2")
    await room.hear(EventKind.TEXT, text="the clock.", message="m2")
    await room.hear(EventKind.TEXT, text="Fixed.", message="m3")
    await room.hear(EventKind.USAGE, used=71, size=100, claimed_microusd=420_000)
    await room.end_turn()

    [post] = await room.posts()

    assert all_said(post) == ["It was the clock.\n\nFixed."]
    assert post.footer == ("web · halyard/web-1 · 2m30s · ctx 71 % · 12,345 tokens · claimed $0.42")


async def test_a_turn_that_ends_with_a_tool_tells_all_that_was_said(room: Room) -> None:
    await room.begin()
    await room.hear(EventKind.TEXT, text="I look.", message="m1")
    await room.hear(EventKind.TOOL, id="c1", title="Read", status="completed")
    await room.end_turn()

    [post] = await room.posts()

    assert all_said(post) == ["I look."]


async def test_what_the_next_turn_says_is_not_told_with_the_last(room: Room) -> None:
    await room.begin()
    await room.hear(EventKind.TEXT, text="First.", message="m1")
    await room.ground.do(lambda use: use.sessions.say("web-1", "More.", now=False, by=CAT))
    task = await room.task()
    await room.hear(EventKind.TURN, number=1, stop_reason="end_turn", seconds=1.0)
    later = say_events(1, text="Second", session=task.session)
    await room.do(lambda desk: desk.tx.events.append(*later))

    [post] = await room.posts()
    assert all_said(post) == ["First."]


async def test_a_silent_turn_is_told_as_such(room: Room) -> None:
    await room.begin()
    await room.end_turn()

    [post] = await room.posts()

    assert "nothing" in words(post)


@pytest.mark.parametrize("verbosity", list(Verbosity))
async def test_how_much_a_channel_hears(room: Room, verbosity: Verbosity) -> None:
    await room.listens(verbosity)
    session = await room.session()
    cards = [d.card for d in await room.deliveries()]
    assert f"card:{session.id}" in cards
    await room.begin()
    await room.hear(EventKind.TEXT, text="I look.", message="m1")
    await room.hear(EventKind.TOOL, id="c1", title="Read login.py", status="pending")
    await room.hear(EventKind.TOOL, id="c1", title="Read login.py", status="completed")
    await room.hear(EventKind.STDERR, text="noise")
    await room.hear(EventKind.THOUGHT, text="hm", message="m1")
    await room.hear(EventKind.COMPACTION, used_before=100, used=10)
    await room.hear(EventKind.TEXT, text="Fixed.", message="m2")
    await room.end_turn()

    posts = await room.posts()

    *before, last = posts
    assert all_said(last) == ["Fixed."]
    assert bool(last.footer) is (verbosity is not Verbosity.TEXT)
    compactions = [post for post in before if "compacted" in words(post)]
    assert bool(compactions) is (verbosity is not Verbosity.TEXT)
    progress = [post for post in before if post not in compactions]
    if verbosity is Verbosity.EVERYTHING:
        [post] = progress
        assert all_said(post) == ["I look."]
        assert words(post) == "Read login.py"
    else:
        assert progress == []


async def test_a_quiet_channel_has_no_card(ground: Ground) -> None:
    def set_up(use: UseCases) -> None:
        use.desk.tx.projects.add(a_project())
        use.channels.set(CHANNEL, Verbosity.TEXT)
        use.sessions.start(
            StartRequest(actor=CAT, conversation=CHANNEL, project=ProjectName("web"), task="Go.")
        )

    await ground.do(set_up)
    engine = engine_of(ground)
    room = Room(ground, engine, Notify(engine, PlainVoice(), wake=lambda: None))
    await room.tell()
    await room.begin()

    assert [d.card for d in await room.deliveries()] == [f"anchor:{(await room.session()).id}"]


async def ask(room: Room, number: int = 1) -> Any:
    task = await room.task()
    approval = replace(
        an_approval(number=number), session=task.session, task=task.id, created_at=AT
    )

    def open_it(desk: Desk) -> None:
        desk.tx.approvals.add(approval)
        tell_approval(desk, approval)

    await room.do(open_it)
    return approval


async def test_a_question_is_put_to_the_owner_with_all_of_it(room: Room) -> None:
    await room.begin()
    approval = await ask(room)

    delivery, message = await room.card(f"approval:{approval.id}")

    assert delivery.priority is Priority.APPROVAL
    assert delivery.approval == approval.id
    assert message.pings == (CAT,)
    code = [block.text for block in message.blocks if isinstance(block, Code)]
    assert code == ["make test"]
    assert labels(message) == ["Allow once", "Allow for the session", "Deny"]
    assert "In session web-1 on local" in words(message)
    assert any(isinstance(s, When) for b in message.blocks if isinstance(b, Text) for s in b.spans)


DECISIONS = [
    (ApprovalTrigger.ALLOW, ANN, "Decided by *."),
    (ApprovalTrigger.DENY, ANN, "Decided by *."),
    (ApprovalTrigger.EXPIRE, None, "Nobody answered in time, so it counts as denied."),
    (ApprovalTrigger.WITHDRAW, None, "The turn was cut before anybody answered."),
]


@pytest.mark.parametrize(("trigger", "by", "sentence"), DECISIONS)
async def test_the_same_card_says_what_became_of_it(
    room: Room, trigger: ApprovalTrigger, by: ActorId | None, sentence: str
) -> None:
    await room.begin()
    approval = await ask(room)

    await room.do(lambda desk: close_approval(desk, approval, trigger, by=by))

    _, message = await room.card(f"approval:{approval.id}")
    assert words(message) == sentence
    assert buttons(message) == []
    assert message.pings == ()


async def test_what_a_rule_decides_at_once_is_asked_of_nobody(room: Room) -> None:
    await room.begin()
    task = await room.task()
    approval = replace(an_approval(), session=task.session, task=task.id)

    def open_and_close(desk: Desk) -> None:
        desk.tx.approvals.add(approval)
        tell_approval(desk, approval)
        close_approval(desk, approval, ApprovalTrigger.ALLOW, by=None, scope=Scope.SESSION)

    await room.do(open_and_close)

    assert f"approval:{approval.id}" not in {d.card for d in await room.deliveries()}


async def test_a_task_that_may_have_been_done_is_put_to_the_owner(room: Room) -> None:
    await room.begin()
    task = await room.task()

    await room.do(lambda desk: move_task(desk, task, TaskTrigger.LOSE, why="It was cut off."))

    _, asked = await room.card(f"unknown:{task.id}")
    assert asked.pings == (CAT,)
    assert [button.call.path for button in buttons(asked)] == ["task done", "task retry"]


async def test_once_it_is_decided_the_same_card_says_so(room: Room) -> None:
    await room.begin()
    task = await room.task()
    await room.do(lambda desk: move_task(desk, task, TaskTrigger.LOSE, why="It was cut off."))
    unknown = await room.task()

    await room.do(lambda desk: move_task(desk, unknown, TaskTrigger.RESOLVE))

    _, shown = await room.card(f"unknown:{task.id}")
    assert shown.title == "Task web-1.1 is done"
    assert buttons(shown) == []


JOBS = [
    (
        JobKind.DIFF,
        {"file": "d" * 64, "name": "web-1.diff", "bytes": 2048, "files_changed": 3},
        "3 files changed, 2.0 KiB.",
    ),
    (JobKind.DIFF, {"file": "d" * 64, "name": "web-1.diff", "bytes": 0}, "Nothing has changed"),
    (JobKind.GET, {"file": "d" * 64, "name": "a.txt", "bytes": 5}, ""),
    (JobKind.PUSH, {"branch": "halyard/web-1", "commit": "c0ffee"}, "Branch halyard/web-1 is at"),
    (JobKind.PUT, {"path": "a.txt"}, "a.txt is in the work folder."),
]


async def over(room: Room, trigger: JobTrigger, kind: JobKind, by: ActorId, **result: Any) -> None:
    await room.begin()
    job = await room.ground.do(lambda use: use.sessions.ask("web-1", kind, {}, by=by))

    def end_it(desk: Desk) -> None:
        taken = job.moved(JobTrigger.TAKE, at=desk.now)
        save_job(desk, taken.moved(trigger, at=desk.now, **result))

    await room.do(end_it)


@pytest.mark.parametrize(("kind", "result", "sentence"), JOBS)
async def test_what_was_asked_for_here_comes_here(
    room: Room, kind: JobKind, result: dict[str, Json], sentence: str
) -> None:
    await over(room, JobTrigger.FINISH, kind, CAT, result=result)

    [post] = await room.posts()

    assert sentence in words(post)
    files = [block for block in post.blocks if isinstance(block, File)]
    assert bool(files) is bool(result.get("bytes"))


async def test_what_failed_says_why(room: Room) -> None:
    await over(room, JobTrigger.FAIL, JobKind.PUSH, CAT, why="The source does not answer.")

    [post] = await room.posts()

    assert words(post) == "The source does not answer."


async def test_what_was_asked_for_elsewhere_does_not_come_here(room: Room) -> None:
    await over(room, JobTrigger.FINISH, JobKind.PUSH, ANN, result={"branch": "b", "commit": "c"})

    assert await room.posts() == []


async def test_a_file_that_came_with_a_task_is_only_told_of_when_it_fails(room: Room) -> None:
    await room.begin()
    image = Attached(FileId("a" * 64), "image.png")
    await room.ground.do(
        lambda use: use.sessions.say("web-1", "Look.", now=False, by=CAT, files=(image, image))
    )

    def end_both(desk: Desk) -> None:
        queued = desk.tx.jobs.in_states({JobState.QUEUED})
        jobs = [job.moved(JobTrigger.TAKE, at=desk.now) for job in queued]
        save_job(desk, jobs[0].moved(JobTrigger.FINISH, at=desk.now, result={"path": "x"}))
        save_job(desk, jobs[1].moved(JobTrigger.FAIL, at=desk.now, why="The folder is gone."))

    await room.do(end_both)

    assert [words(post) for post in await room.posts()] == ["The folder is gone."]


async def test_an_alert_of_the_session_comes_into_its_thread_and_says_when_it_is_over(
    room: Room,
) -> None:
    session = await room.session()
    await room.do(
        lambda desk: open_alert(
            desk,
            fingerprint="stall:1",
            severity=Severity.WARNING,
            text="It is silent.",
            session=session.id,
        )
    )
    delivery, message = await room.card("alert:stall:1")
    assert (delivery.priority, delivery.anchor is None) == (Priority.ALERT, False)
    assert (words(message), message.pings) == ("It is silent.", (CAT,))

    await room.do(lambda desk: close_alert(desk, "stall:1"))

    _, message = await room.card("alert:stall:1")
    assert (message.title, message.pings) == ("Alert is over", ())


def host_down(desk: Desk) -> None:
    open_alert(
        desk,
        fingerprint="host-down:local",
        severity=Severity.CRITICAL,
        text="Host local does not answer.",
    )


async def test_an_alert_of_a_host_comes_into_every_bound_channel_once_while_open(
    room: Room,
) -> None:
    await room.ground.do(lambda use: use.channels.bind(LOUNGE, ProjectName("web")))

    await room.do(host_down)
    await room.do(host_down)

    alerts = [d for d in await room.deliveries() if d.card.startswith("alert:")]
    assert {d.conversation for d in alerts} == {CHANNEL, LOUNGE}
    assert len(alerts) == 2

    await room.do(lambda desk: close_alert(desk, "host-down:local"))
    assert {drafted(d.draft).title for d in await room.deliveries() if "alert:" in d.card} == {
        "Alert is over"
    }


async def test_an_alert_that_comes_back_is_a_new_message(room: Room) -> None:
    await room.do(host_down)
    card = "alert:host-down:local:plain:acme/web"
    delivery, _ = await room.card(card)
    await room.ground.do(lambda use: use.deliveries.claim([delivery.id]))
    await room.ground.do(lambda use: use.deliveries.taken(delivery.id, "r1"))
    await room.do(lambda desk: close_alert(desk, "host-down:local"))
    await room.ground.do(lambda use: use.deliveries.claim([delivery.id]))
    await room.ground.do(lambda use: use.deliveries.taken(delivery.id, "r1"))

    await room.do(host_down)

    again, message = await room.card(card)
    assert (again.receipt, again.old_receipt) == ("", "r1")
    assert message.title == "Alert"


async def test_an_alert_of_a_channel_is_not_told_in_the_others(room: Room) -> None:
    await room.do(
        lambda desk: open_alert(
            desk, fingerprint="channel:plain:acme/x", severity=Severity.WARNING, text="Gone."
        )
    )

    assert not [d for d in await room.deliveries() if d.card.startswith("alert:")]


async def test_a_gap_is_told(room: Room) -> None:
    session = await room.session()
    await room.do(lambda desk: tell_gap(desk, session.id, "The disk was full.", since=AT))

    [post] = await room.posts()
    assert "The disk was full. It begins *." in words(post)


async def test_a_host_that_goes_away_shows_on_the_card(room: Room) -> None:
    await room.begin()

    def go_down(desk: Desk) -> None:
        desk.tx.hosts.save(a_host_status(state=HostState.DOWN))
        data: dict[str, Json] = {"host": LOCAL, "state": "down", "was": "up", "why": "silent"}
        desk.tx.events.append(NewEvent(kind=EventKind.HOST, at=desk.now, data=data))

    await room.do(go_down)

    assert (await room.live()).title == "web-1 is working, host unreachable"


async def test_what_other_platforms_talk_of_is_left_to_them(room: Room) -> None:
    before = len(await room.deliveries())
    local = Conversation("local", "", ANN, "")
    await room.ground.do(
        lambda use: use.sessions.start(
            StartRequest(actor=ANN, conversation=local, project=ProjectName("web"), task="Go.")
        )
    )
    await room.tell()

    assert len(await room.deliveries()) == before


async def test_a_crash_between_two_batches_tells_nothing_twice(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    await room.begin()
    await room.hear(EventKind.TEXT, text="Done.", message="m")
    before = await room.deliveries()

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("engine.adapters.store.feeds.SqlFeeds.move", crash)
        with pytest.raises(KeyboardInterrupt):
            await room.end_turn()
    assert await room.deliveries() == before

    again = Notify(room.engine, PlainVoice(), wake=lambda: None)
    while await again.step():
        pass
    while await again.step():
        pass
    assert len(await room.posts()) == 1


async def test_many_tools_of_one_session_make_one_post(room: Room) -> None:
    await room.listens(Verbosity.EVERYTHING)
    await room.begin()
    for number in range(40):
        await room.hear(EventKind.TOOL, id=str(number), title=f"Step {number}")

    await room.tell()

    assert len(await room.posts()) == 1


async def test_a_step_tells_of_few_sessions_and_the_next_of_the_others(room: Room) -> None:
    names = [f"web-{number}" for number in range(2, SESSIONS + 4)]
    for _ in names:
        await room.ground.do(start_one)

    steps = [await room.notify.step() for _ in range(2)]

    assert steps == [True, False]
    assert len([d for d in await room.deliveries() if d.opens]) == len(names) + 1


async def test_what_cannot_be_told_keeps_nothing_else_back(room: Room) -> None:
    await room.begin()
    await room.hear(EventKind.GAP, why="x", since="no time")
    await room.hear(EventKind.TEXT, text="Done.", message="m")
    await room.end_turn()

    assert [all_said(post) for post in await room.posts()] == [["Done."]]


def append(events: Sequence[NewEvent], desk: Desk) -> None:
    desk.tx.events.append(*events)


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the statements that are sent to any database inside the block."""
    statements: list[str] = []

    with each_statement(lambda _cursor, statement, _parameters: statements.append(statement)):
        yield statements


@dataclass(frozen=True, slots=True)
class Parts(PlainVoice):
    """Puts every paragraph of what was said in a post of its own."""

    def posts(self, message: Message) -> Sequence[str]:
        [said] = [block for block in message.blocks if isinstance(block, Said)]
        parts = said.text.split("\n\n")
        return [self.draft(replace(message, blocks=(Said(part),))) for part in parts]


async def test_what_is_too_long_for_one_message_comes_in_order(room: Room) -> None:
    room = replace(room, notify=replace(room.notify, voice=Parts()))
    await room.begin()
    await room.hear(EventKind.TEXT, text="\n\n".join("abcdefgh"), message="m")
    await room.end_turn()

    assert [all_said(post) for post in await room.posts()] == [[part] for part in "abcdefgh"]
    assert len({d.lane for d in await room.deliveries() if not d.card}) == 1


async def test_it_tells_as_it_happens_and_wakes_the_pump(room: Room) -> None:
    woken = asyncio.Event()
    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(replace(room.notify, wake=woken.set).run())
        await woken.wait()
        await room.ground.at_desk(host_down)
        while "alert:host-down:local:plain:acme/web" not in await room.cards():
            woken.clear()
            await woken.wait()
        running.cancel()


async def test_what_agents_say_as_they_say_it_costs_a_step_nothing(room: Room) -> None:
    await room.begin()
    session = await room.session()
    costs = []
    for count in (1, 100_000):
        texts = say_events(count, session=session.id)
        await room.ground.at_desk(partial(append, texts))
        await room.hear(EventKind.PLAN, entries=[{"content": f"After {count}"}])
        with counted() as statements:
            await room.tell()
        costs.append(len(statements))

    assert EventKind.TEXT not in KINDS
    assert costs[0] == costs[1] > 0
    assert Checklist((("pending", "After 100000"),)) in (await room.live()).blocks
