"""Valid values, of which a test names only what it is about."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from engine.domain.access import Grant, Role
from engine.domain.alert import Alert, Severity
from engine.domain.approval import Approval, Choice
from engine.domain.attempt import Attempt
from engine.domain.delivery import Delivery, Priority
from engine.domain.event import EventKind, NewEvent
from engine.domain.host import HostState, HostStatus
from engine.domain.job import Job, JobKind
from engine.domain.mirror import Mirror
from engine.domain.person import Account, LinkCode
from engine.domain.project import Project, SourceKind
from engine.domain.session import Session
from engine.domain.task import Task
from engine.domain.values import (
    ActorId,
    AgentName,
    ApprovalId,
    Conversation,
    DeliveryId,
    EnvironmentName,
    EventNumber,
    HostName,
    InboxKey,
    JobId,
    MirrorId,
    Network,
    ProjectName,
    RpcId,
    SessionId,
    Subject,
    TaskId,
)
from engine.ports.store import Message, MessageKind
from engine.ports.talk import Received

AT = datetime(2030, 5, 4, 12, tzinfo=UTC)
ANN = ActorId("local:1000")
LOCAL = HostName("local")
S1 = SessionId("s1")
HERE = Conversation("local", "", "terminal", "")
THERE = Conversation("chat", "space", "channel", "")


def a_grant(**changes: Any) -> Grant:
    """The role operator on the project, for an actor who has no other."""
    grant = Grant(
        subject=Subject("local:1001"),
        role=Role.OPERATOR,
        project=ProjectName("web"),
        by=ANN,
        at=AT,
    )
    return replace(grant, **changes)


def a_project(**changes: Any) -> Project:
    """A project with a remote source."""
    project = Project(
        name=ProjectName("web"),
        source="https://git.example/acme/web.git",
        kind=SourceKind.REMOTE,
        ref="",
        credential="",
        agent=AgentName("demo"),
        environment=EnvironmentName("default"),
        host=None,
        created_at=AT,
    )
    return replace(project, **changes)


def a_session(**changes: Any) -> Session:
    """A queued session, the first of its project."""
    session = Session(
        id=S1,
        project=ProjectName("web"),
        number=1,
        owner=ANN,
        conversation=HERE,
        agent=AgentName("demo"),
        environment=EnvironmentName("default"),
        network=Network.NONE,
        once=False,
        host_wanted=None,
        created_at=AT,
        changed_at=AT,
    )
    return replace(session, **changes)


def an_account(**changes: Any) -> Account:
    """An account that stands for a person, until another one is named."""
    return replace(Account(actor=ANN, person=ANN, place=THERE, at=AT), **changes)


def a_code(**changes: Any) -> LinkCode:
    """A code that was just asked for."""
    return replace(LinkCode(digest="ab" * 32, actor=ANN, place=THERE, at=AT), **changes)


def a_mirror(**changes: Any) -> Mirror:
    """The session, shared with a channel where its thread is open."""
    mirror = Mirror(
        id=MirrorId("m1"),
        session=S1,
        conversation=replace(THERE, thread="t1"),
        since=EventNumber(0),
        by=ANN,
        at=AT,
        anchor=DeliveryId("d" * 20),
    )
    return replace(mirror, **changes)


def a_task(**changes: Any) -> Task:
    """A queued task, the first of its session."""
    task = Task(
        id=TaskId("t1"),
        session=S1,
        number=1,
        actor=ANN,
        text="Fix the login.",
        is_urgent=False,
        created_at=AT,
        changed_at=AT,
    )
    return replace(task, **changes)


def an_approval(**changes: Any) -> Approval:
    """An open approval of a command."""
    approval = Approval(
        id=ApprovalId("a1"),
        session=S1,
        attempt=1,
        rpc_id=RpcId("7"),
        task=TaskId("t1"),
        number=1,
        title="Run the tests",
        kind="execute",
        subject="make test",
        detail={"toolCallId": "call1", "rawInput": {"command": "make test"}},
        choices=(
            Choice("once", "allow_once", "Allow once"),
            Choice("always", "allow_always", "Always allow"),
            Choice("no", "reject_once", "Reject"),
        ),
        created_at=AT,
    )
    return replace(approval, **changes)


def a_job(**changes: Any) -> Job:
    """A queued push."""
    job = Job(
        id=JobId("j1"), session=S1, actor=ANN, kind=JobKind.PUSH, created_at=AT, changed_at=AT
    )
    return replace(job, **changes)


def an_attempt(**changes: Any) -> Attempt:
    """The first container of a session, of whose log nothing was read."""
    return replace(Attempt(session=S1, number=1, host=LOCAL, started_at=AT), **changes)


def a_message(**changes: Any) -> Message:
    """A prompt, journalled and not yet confirmed."""
    message = Message(
        rpc_id=RpcId('"p1"'),
        session=S1,
        attempt=1,
        kind=MessageKind.PROMPT,
        payload='{"jsonrpc":"2.0","id":"p1","method":"session/prompt"}',
        task=TaskId("t1"),
        written_at=AT,
    )
    return replace(message, **changes)


def an_event(**changes: Any) -> NewEvent:
    """A text that an agent said."""
    event = NewEvent(kind=EventKind.TEXT, at=AT, session=S1, data={"text": "Done.", "message": "m"})
    return replace(event, **changes)


def a_received(**changes: Any) -> Received:
    """A command that was heard and is not yet done."""
    received = Received(
        key=InboxKey("k1"),
        actor=ANN,
        surface="local",
        path="session say",
        values={"session": "web-1", "text": "Go on."},
        received_at=AT,
    )
    return replace(received, **changes)


def a_host_status(**changes: Any) -> HostStatus:
    """A host that is up."""
    status = HostStatus(name=LOCAL, state=HostState.UP, why="", seen_at=AT)
    return replace(status, **changes)


def a_delivery(**changes: Any) -> Delivery:
    """A post that waits to be sent."""
    delivery = Delivery(
        id=DeliveryId("d1"),
        conversation=THERE,
        lane="chat/space/channel/",
        priority=Priority.REPORT,
        draft='"Hello."',
        created_at=AT,
        changed_at=AT,
        due_at=AT,
    )
    return replace(delivery, **changes)


def an_alert(**changes: Any) -> Alert:
    """An open alert of a host."""
    alert = Alert(
        fingerprint="host-down:local",
        severity=Severity.CRITICAL,
        text="Host local does not answer.",
        session=None,
        opened_at=AT,
    )
    return replace(alert, **changes)
