"""Durable state behind one writer."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeVar

from engine.domain.alert import Alert
from engine.domain.approval import Approval, Rule
from engine.domain.attempt import Attempt, Cursor
from engine.domain.event import Event, EventKind, NewEvent
from engine.domain.host import HostStatus
from engine.domain.job import Job, JobState
from engine.domain.project import Project
from engine.domain.session import Session, SessionState
from engine.domain.task import Task, TaskState
from engine.domain.values import (
    ApprovalId,
    Conversation,
    EventNumber,
    FileId,
    HostName,
    InstallationId,
    JobId,
    Json,
    ProjectName,
    RpcId,
    SessionId,
    TaskId,
)
from engine.ports.grants import Grants
from engine.ports.mirrors import Mirrors
from engine.ports.people import People
from engine.ports.talk import Bookmarks, Channels, Deliveries, Inbox
from engine.ports.volumes import Volumes

ResultT = TypeVar("ResultT")


class Sessions(Protocol):
    """All sessions."""

    def add(self, session: Session) -> None:
        """Add a new session."""
        ...

    def get(self, id_: SessionId) -> Session:
        """Return a session.

        Raises:
            NotFound: there is none with this id.
        """
        ...

    def find(self, project: ProjectName, number: int) -> Session | None:
        """Return the session of this name, if there is one."""
        ...

    def in_thread(self, conversation: Conversation) -> Session | None:
        """Return the session that talks in the thread of a conversation, if one does."""
        ...

    def save(self, session: Session) -> None:
        """Replace the stored session of the same id."""
        ...

    def next_number(self, project: ProjectName) -> int:
        """Return the number of the project's next session; one is never given twice."""
        ...

    def in_states(self, states: Collection[SessionState]) -> Sequence[Session]:
        """Return the sessions in any of `states`, oldest first."""
        ...

    def newest(
        self,
        *,
        project: ProjectName | None,
        limit: int,
        among: Collection[ProjectName] | None = None,
    ) -> Sequence[Session]:
        """Return sessions of one project, of some (`among`), or of all, newest first."""
        ...

    def used_slots(self) -> Mapping[HostName, int]:
        """Count the sessions that hold a slot, by host."""
        ...

    def with_volumes_due(self, now: datetime) -> Sequence[Session]:
        """Return ended sessions whose volumes are kept no longer."""
        ...


class Tasks(Protocol):
    """All tasks."""

    def add(self, task: Task) -> None:
        """Add a new task."""
        ...

    def get(self, id_: TaskId) -> Task:
        """Return a task.

        Raises:
            NotFound: there is none with this id.
        """
        ...

    def find(self, session: SessionId, number: int) -> Task | None:
        """Return a session's task of this number, if there is one."""
        ...

    def save(self, task: Task) -> None:
        """Replace the stored task of the same id."""
        ...

    def next_number(self, session: SessionId) -> int:
        """Return the number of the session's next task."""
        ...

    def of(self, session: SessionId) -> Sequence[Task]:
        """Return a session's tasks, oldest first."""
        ...

    def pressing_of(self, session: SessionId) -> Sequence[Task]:
        """Return those that the agent has, or that a person must decide, oldest first."""
        ...

    def count_queued(self, session: SessionId) -> int:
        """Return how many tasks of a session wait."""
        ...

    def active(self, session: SessionId) -> Task | None:
        """Return the task that is sent, running or cancelling; the store allows one at most."""
        ...

    def in_states(self, states: Collection[TaskState]) -> Sequence[Task]:
        """Return the tasks of all sessions in any of `states`, oldest first."""
        ...


class Approvals(Protocol):
    """All approvals, and what was allowed for a session."""

    def add(self, approval: Approval) -> None:
        """Add a new approval."""
        ...

    def get(self, id_: ApprovalId) -> Approval:
        """Return an approval.

        Raises:
            NotFound: there is none with this id.
        """
        ...

    def find(self, session: SessionId, number: int) -> Approval | None:
        """Return a session's approval of this number, if there is one."""
        ...

    def save(self, approval: Approval) -> None:
        """Replace the stored approval of the same id."""
        ...

    def next_number(self, session: SessionId) -> int:
        """Return the number of the session's next approval."""
        ...

    def open(self, session: SessionId | None = None) -> Sequence[Approval]:
        """Return what waits for a person, of one session or of all, oldest first."""
        ...

    def count_open(self, session: SessionId) -> int:
        """Return how many of a session's wait for a person."""
        ...

    def asked(self, session: SessionId, attempt: int, rpc_id: RpcId) -> Approval | None:
        """Return the approval that the agent's request of this id opened, if it opened one."""
        ...

    def unanswered(self, session: SessionId, attempt: int) -> Sequence[Approval]:
        """Return those that are closed and whose answer is not journalled yet, oldest first."""
        ...

    def of(self, session: SessionId) -> Sequence[Approval]:
        """Return a session's approvals, oldest first."""
        ...

    def add_rule(self, rule: Rule) -> None:
        """Remember an allowance; the same again changes nothing."""
        ...

    def rules(self, session: SessionId) -> Sequence[Rule]:
        """Return what was allowed for the rest of a session."""
        ...


class Projects(Protocol):
    """All projects."""

    def add(self, project: Project) -> None:
        """Add a new project.

        Raises:
            Conflict: there is one of this name.
        """
        ...

    def get(self, name: ProjectName) -> Project:
        """Return a project.

        Raises:
            NotFound: there is none of this name.
        """
        ...

    def remove(self, name: ProjectName) -> None:
        """Remove it; its sessions stay, and their numbers are never given again."""
        ...

    def all(self) -> Sequence[Project]:
        """Return every project, by name."""
        ...


class Attempts(Protocol):
    """The containers of sessions, and how far their logs were read."""

    def add(self, attempt: Attempt) -> None:
        """Add a new attempt."""
        ...

    def find(self, session: SessionId, number: int) -> Attempt | None:
        """Return an attempt, if there is one."""
        ...

    def save(self, attempt: Attempt) -> None:
        """Replace the stored attempt of the same session and number."""
        ...

    def consumed(self, session: SessionId, number: int, *, cursor: Cursor, log_bytes: int) -> None:
        """Move the cursor; the lines before it are in the events of the same transaction."""
        ...


class MessageKind(StrEnum):
    """What a message to an agent is."""

    INITIALIZE = "initialize"
    NEW = "new"
    LOAD = "load"
    PROMPT = "prompt"
    CANCEL = "cancel"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message to an agent. It is journalled before it is written."""

    rpc_id: RpcId
    """Of the request that it makes or answers; a notification has an id of ours."""
    session: SessionId
    attempt: int
    kind: MessageKind
    payload: str
    """The line as written, without its newline."""
    task: TaskId | None
    written_at: datetime
    """When it was journalled."""
    confirmed: bool = False
    """Whether the Engine took it, or a later line of the agent proves that it arrived."""
    answer: Mapping[str, Json] | None = None
    """The agent's response, for a request."""


class Journal(Protocol):
    """Every message to an agent."""

    def add(self, message: Message) -> None:
        """Journal a message before it is written.

        Raises:
            Conflict: this kind with this id is journalled for the attempt already.
        """
        ...

    def confirm(self, messages: Iterable[Message]) -> None:
        """Note that these have arrived."""
        ...

    def answered(self, message: Message, answer: Mapping[str, Json]) -> None:
        """Note the agent's response to a request; it also confirms it."""
        ...

    def find(self, session: SessionId, attempt: int, rpc_id: RpcId) -> Message | None:
        """Return our request of this id (any kind but `ANSWER`), if there is one."""
        ...

    def has_answer(self, session: SessionId, attempt: int, rpc_id: RpcId) -> bool:
        """Whether an answer to the agent's request of this id is journalled."""
        ...

    def pending(self, session: SessionId, attempt: int) -> Sequence[Message]:
        """Return what is unconfirmed, or a request without a response, oldest first."""
        ...


class Events(Protocol):
    """The facts, in their order."""

    def append(self, *events: NewEvent) -> None:
        """Store facts, redacted, behind all that are there.

        Whoever has read up to a number never misses an event with that number or a lower one.
        """
        ...

    def after(
        self,
        number: EventNumber,
        *,
        limit: int,
        session: SessionId | None = None,
        kinds: Collection[EventKind] | None = None,
        among: Collection[ProjectName] | None = None,
    ) -> Sequence[Event]:
        """Return the next events behind `number`, in order.

        With `among`, only those of these projects' sessions, and those of no session.
        """
        ...

    def last(self, session: SessionId, *, limit: int) -> Sequence[Event]:
        """Return a session's newest events, in order."""
        ...

    def newest(
        self, session: SessionId, kind: EventKind, *, before: EventNumber | None = None
    ) -> Event | None:
        """Return the session's newest event of a kind, or the newest before another."""
        ...

    def between(
        self, session: SessionId, kind: EventKind, *, after: EventNumber, before: EventNumber
    ) -> Sequence[Event]:
        """Return a session's events of a kind between two others, in order."""
        ...

    def head(self) -> EventNumber:
        """Return the number of the newest event; 0 before the first."""
        ...

    def count(self, session: SessionId) -> int:
        """Return how many events a session has."""
        ...


class Feeds(Protocol):
    """Readers of the events that must miss none."""

    def cursor(self, name: str) -> EventNumber:
        """Return the last event that the feed has done; 0 for a new one."""
        ...

    def move(self, name: str, number: EventNumber) -> None:
        """Note that the feed has done all events up to `number`, together with what it did."""
        ...


class Jobs(Protocol):
    """Work outside the database."""

    def add(self, job: Job) -> None:
        """Add a new job."""
        ...

    def get(self, id_: JobId) -> Job:
        """Return a job.

        Raises:
            NotFound: there is none with this id.
        """
        ...

    def save(self, job: Job) -> None:
        """Replace the stored job of the same id."""
        ...

    def of(self, session: SessionId) -> Sequence[Job]:
        """Return a session's jobs, oldest first."""
        ...

    def in_states(self, states: Collection[JobState]) -> Sequence[Job]:
        """Return the jobs in any of `states`, oldest first."""
        ...

    def with_file(self, file: FileId) -> Sequence[Job]:
        """Return the jobs that took this file or made it, oldest first."""
        ...


class Hosts(Protocol):
    """What was last seen of each host."""

    def all(self) -> Mapping[HostName, HostStatus]:
        """Return every status there is."""
        ...

    def save(self, status: HostStatus) -> None:
        """Replace the host's status."""
        ...


class Alerts(Protocol):
    """Open alerts."""

    def open(self) -> Sequence[Alert]:
        """Return them, oldest first."""
        ...

    def find(self, fingerprint: str) -> Alert | None:
        """Return the open alert with this fingerprint, if there is one."""
        ...

    def add(self, alert: Alert) -> None:
        """Open it."""
        ...

    def close(self, fingerprint: str) -> None:
        """Close it; one that is not open is no error."""
        ...


class Transaction(Protocol):
    """What one unit of work can reach. Sync: no outside call can stand inside."""

    @property
    def installation(self) -> InstallationId:
        """Whose database this is."""
        ...

    @property
    def sessions(self) -> Sessions:
        """All sessions."""
        ...

    @property
    def tasks(self) -> Tasks:
        """All tasks."""
        ...

    @property
    def approvals(self) -> Approvals:
        """All approvals."""
        ...

    @property
    def projects(self) -> Projects:
        """All projects."""
        ...

    @property
    def attempts(self) -> Attempts:
        """All containers of sessions."""
        ...

    @property
    def journal(self) -> Journal:
        """Every message to an agent."""
        ...

    @property
    def events(self) -> Events:
        """All that happened."""
        ...

    @property
    def feeds(self) -> Feeds:
        """Readers of the events."""
        ...

    @property
    def inbox(self) -> Inbox:
        """All that was said to us."""
        ...

    @property
    def jobs(self) -> Jobs:
        """Work outside the database."""
        ...

    @property
    def hosts(self) -> Hosts:
        """What was last seen of the hosts."""
        ...

    @property
    def alerts(self) -> Alerts:
        """What needs eyes."""
        ...

    @property
    def deliveries(self) -> Deliveries:
        """Posts and cards on their way."""
        ...

    @property
    def channels(self) -> Channels:
        """Channels that something was said of."""
        ...

    @property
    def mirrors(self) -> Mirrors:
        """Where sessions are followed besides their own conversation."""
        ...

    @property
    def bookmarks(self) -> Bookmarks:
        """What faces remember."""
        ...

    @property
    def grants(self) -> Grants:
        """Who was given which role where."""
        ...

    @property
    def people(self) -> People:
        """Which accounts are one person's."""
        ...

    @property
    def volumes(self) -> Volumes:
        """What volumes hold."""
        ...

    def undo_on_error(self) -> AbstractContextManager[None]:
        """Take back what was done inside the block, and only that, if it raises."""
        ...


class Watch(Protocol):
    """Tells one reader that there may be something new."""

    async def wait(self) -> None:
        """Return once an event of interest was committed since the last return.

        The first call returns at once, so that a reader never misses what was there before.
        """
        ...


class Store(Protocol):
    """Every write goes through one writer; it commits what is queued together."""

    @property
    def went_back(self) -> bool:
        """Whether, when it was opened, it was older than it had been before: put back, or lost."""
        ...

    async def keep_mark(self) -> None:
        """Note beside the store how far it has come, so that a later start sees it go back."""
        ...

    async def write(
        self, fn: Callable[[Transaction], ResultT], *, is_first: bool = False
    ) -> ResultT:
        """Run `fn` on the writer's thread; return its result once it is durable.

        Each `fn` stands alone: if it raises, only its own changes are undone, and the caller gets
        the exception. It runs once. A caller that is cancelled may find its change made. They run
        in the order in which they were asked for; `is_first` goes before all that wait, other than
        those of its kind, and is committed at once: for what a platform gives us seconds to keep.
        """
        ...

    async def read(self, fn: Callable[[Transaction], ResultT]) -> ResultT:
        """Run `fn` on a read-only snapshot of what is committed; a write in it is a bug."""
        ...

    def watch(
        self, *, session: SessionId | None = None, kinds: Collection[EventKind] | None = None
    ) -> AbstractContextManager[Watch]:
        """Watch for events of one session, or of some kinds, or all."""
        ...
