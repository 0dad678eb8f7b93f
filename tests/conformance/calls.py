"""Every command once, in an order in which each can be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.core.answer import Answer, Outcome
from bot.core.message import Message
from engine.api import (
    ActorId,
    Approval,
    ApprovalId,
    Conversation,
    HostName,
    InboxKey,
    ProjectName,
    Session,
    SessionId,
    SessionState,
    Task,
    TaskId,
    TaskState,
    UseCases,
)
from engine.app.changes import tell_session
from engine.domain.session import EndReason, Wanted
from engine.domain.values import RpcId
from tests.build import a_received, a_session, a_task, an_account, an_approval

HERE = Conversation("local", "", "terminal", "")
"""Where the sessions talk that are there before: nobody is told of them."""

ENDED = 4
"""Number of the session that has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """A command with values; those that a face fills in are in braces."""

    path: str
    values: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)


def _try(path: str, /, **values: str) -> Try:
    return Try(path=path, values=values)


TRIES: Sequence[Try] = (
    _try("help", command="session start"),
    _try("status", mine="yes"),
    _try("host list"),
    _try("host show", host="local"),
    _try("host check", host="local"),
    _try("agent list"),
    _try("agent show", agent="demo"),
    _try("project add", name="shop", source="https://git.example.org/shop.git"),
    _try("project list"),
    _try("project show", project="shop"),
    _try("project unbind", channel="{channel}"),
    _try("project bind", project="demo", channel="{channel}"),
    _try("channel set", verbosity="essential", channel="{channel}"),
    _try("channel list"),
    _try("channel show", channel="{channel}"),
    _try("project remove", project="shop"),
    _try("access grant", who="{eve}", role="viewer", project="demo"),
    _try("access list", project="demo"),
    _try("access check", who="{eve}", permission="prompt", project="demo"),
    _try("access revoke", who="{eve}", role="viewer", project="demo"),
    _try("access link"),
    _try("access unlink"),
    _try("session start", project="demo", task="Begin"),
    _try("session list", project="demo"),
    _try("session say", session="demo-1", text="Go on"),
    _try("session show", session="demo-1"),
    _try("session log", session="demo-1", limit="5"),
    _try("session diff", session="demo-1"),
    _try("session push", session="demo-1"),
    _try("session get", session="demo-1", path="notes.txt"),
    Try(
        path="session put",
        values={"session": "demo-1", "path": "plan.txt"},
        files={"file": ("plan.txt", b"first\n")},
    ),
    _try("task list", session="demo-1"),
    _try("task edit", task="demo-1.2", text="Something else"),
    _try("task drop", task="demo-1.2"),
    _try("task retry", task="demo-2.1"),
    _try("task done", task="demo-3.1"),
    _try("approval list", session="demo-1"),
    _try("approval show", approval="demo-1.1"),
    _try("approval allow", approval="demo-1.1", scope="session"),
    _try("approval deny", approval="demo-1.2"),
    _try("task cancel", task="demo-1.1"),
    _try("session share", session="demo-1", to="{channel}"),
    _try("session unshare", session="demo-1", **{"from": "{channel}"}),
    _try("session stop", session="demo-2"),
    _try("session kill", session="demo-3"),
    _try("session restart", session="demo-4", text="Once more"),
    _try("call show", call="{call}"),
    _try("call run", call="{left}"),
)


def prepare(use: UseCases, ann: ActorId) -> None:
    """Have four sessions: at work and asking, two of unknown tasks, and one that has ended."""
    for number in range(1, ENDED + 1):
        _add_session(use, _session(use, ann, number))
    _add_task(use, ann, 1, number=1, state=TaskState.RUNNING, rpc_id=RpcId('"p1"'))
    _add_task(use, ann, 1, number=2)
    for session in (2, 3):
        _add_task(use, ann, session, number=1, state=TaskState.UNKNOWN, why="Nobody knows.")
    for number in (1, 2):
        use.desk.tx.approvals.add(_approval(use, number))
    _add_left(use, ann)
    for actor in (ann, ActorId("slack:T1:U1")):
        use.desk.tx.people.save(an_account(actor=actor, person=ann, place=HERE))


def left(use: UseCases, ann: ActorId) -> int:
    """Return the number of the call that was left undone."""
    received = use.said.find(_left_key(ann))
    assert received is not None
    return received.number


def _session(use: UseCases, ann: ActorId, number: int) -> Session:
    now = use.desk.now
    session = a_session(
        id=SessionId(f"s{number}"),
        project=ProjectName("demo"),
        number=number,
        owner=ann,
        conversation=HERE,
        host=HostName("local"),
        state=SessionState.WORKING if number == 1 else SessionState.READY,
        start_commit="c0ffee" * 6 + "c0ff",
        created_at=now,
        changed_at=now,
    )
    if number < ENDED:
        return session
    return replace(
        session,
        state=SessionState.ENDED,
        wanted=Wanted.STOP,
        reason=EndReason.STOPPED,
        volumes_until=now + timedelta(days=7),
    )


def _add_session(use: UseCases, session: Session) -> None:
    use.desk.tx.sessions.add(session)
    tell_session(use.desk, session)


def _add_task(use: UseCases, ann: ActorId, session: int, **changes: object) -> None:
    number, now = changes["number"], use.desk.now
    task: Task = a_task(
        id=TaskId(f"t{session}.{number}"),
        session=SessionId(f"s{session}"),
        actor=ann,
        created_at=now,
        changed_at=now,
        **changes,
    )
    use.desk.tx.tasks.add(task)


def _approval(use: UseCases, number: int) -> Approval:
    approval: Approval = an_approval(
        id=ApprovalId(f"a{number}"),
        session=SessionId("s1"),
        task=TaskId("t1.1"),
        rpc_id=RpcId(str(number)),
        number=number,
        created_at=use.desk.now,
    )
    return approval


def _left_key(ann: ActorId) -> InboxKey:
    return InboxKey(f"{ann}/left")


def _add_left(use: UseCases, ann: ActorId) -> None:
    answer = Answer(Message(title="Not run"), Outcome.LEFT, use.views.head())
    use.said.add(
        a_received(
            key=_left_key(ann),
            actor=ann,
            path="project list",
            values={},
            answer=answer.encode(),
            outcome=Outcome.LEFT,
        )
    )
