"""Start, steer and end sessions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from engine.app.attached import Attached, attach
from engine.app.changes import (
    move_session,
    move_task,
    tell_job,
    tell_session,
    tell_task,
    withdraw_approvals,
)
from engine.app.desk import Desk, checked_text
from engine.app.stopping import request_stop
from engine.domain.access import Sight
from engine.domain.agent import Agent, Environment
from engine.domain.errors import Conflict, NotFound
from engine.domain.event import Event
from engine.domain.job import Job, JobKind
from engine.domain.project import Project
from engine.domain.session import (
    EndReason,
    Session,
    SessionState,
    SessionTrigger,
    Wanted,
    no_session,
    parse_session_name,
)
from engine.domain.task import OPEN, Task, TaskState, TaskTrigger
from engine.domain.values import (
    ActorId,
    AgentName,
    Conversation,
    EnvironmentName,
    HostName,
    JobId,
    Network,
    ProjectName,
    SessionId,
    TaskId,
    Whence,
)

NameT = TypeVar("NameT", bound=str)
ValueT = TypeVar("ValueT")


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRequest:
    """What a person asks for; what is none comes from the project."""

    actor: ActorId
    conversation: Conversation
    project: ProjectName
    task: str
    agent: AgentName | None = None
    environment: EnvironmentName | None = None
    host: HostName | None = None
    network: Network | None = None
    once: bool = False
    files: Sequence[Attached] = ()
    """What came along with the task."""


class Sessions:
    """Everything a person can ask of sessions."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def start(self, request: StartRequest) -> Session:
        """Queue a session with its first task; placement puts it on a host soon after.

        Raises:
            NotFound: the project, agent, environment or host is not there.
            InvalidInput: the task cannot be sent.
        """
        project = self._desk.tx.projects.get(request.project)
        text = self._checked_prompt(request.task)
        session = self._queued(request, project)
        self._desk.tx.sessions.add(session)
        tell_session(self._desk, session)
        task = self._queue_task(session, text, by=request.actor)
        attach(self._desk, task, request.files)
        return session

    def find(self, name: str) -> Session:
        """Return the session that people call `name`.

        Raises:
            NotFound: there is none.
        """
        parsed = parse_session_name(name)
        session = self._desk.tx.sessions.find(*parsed) if parsed else None
        if session is None:
            raise no_session(name)
        return session

    def in_thread(self, conversation: Conversation) -> Session | None:
        """Return the session that talks in the thread of a conversation, if one does."""
        found = self._desk.tx.sessions.in_thread(conversation)
        if found is not None:
            return found
        mirror = self._desk.tx.mirrors.in_thread(conversation)
        return self._desk.tx.sessions.get(mirror.session) if mirror else None

    def newest(self, sight: Sight, *, project: ProjectName | None, limit: int) -> Sequence[Session]:
        """Return sessions of one project, or of all that may be seen, newest first.

        Raises:
            NotFound: there is no such project.
        """
        if project is not None:
            self._desk.tx.projects.get(project)
        return self._desk.tx.sessions.newest(project=project, limit=limit, among=sight.projects)

    def talked_in(self, platform: str) -> Sequence[Conversation]:
        """Return the threads of a platform in which somebody may speak to a session.

        Those of sessions that have not ended, or that can be brought back.
        """
        alive = self._desk.tx.sessions.in_states(frozenset(SessionState) - {SessionState.ENDED})
        kept = self._desk.tx.sessions.with_volumes_due(
            self._desk.now + self._desk.settings.durations.volumes_kept
        )
        spoken = {session.id: session.conversation for session in (*alive, *kept)}
        mirrors = self._desk.tx.mirrors.on(platform)
        mirrored = (mirror.conversation for mirror in mirrors if mirror.session in spoken)
        places = (*spoken.values(), *mirrored)
        return [place for place in places if place.platform == platform and place.thread]

    def log(self, name: str, *, limit: int) -> Sequence[Event]:
        """Return the newest events of a session, in order."""
        return self._desk.tx.events.last(self.find(name).id, limit=limit)

    def say(
        self,
        name: str,
        text: str,
        *,
        now: bool,
        by: ActorId,
        files: Sequence[Attached] = (),
        whence: Whence | None = None,
    ) -> Task:
        """Queue a task; with `now` it comes next, and what the agent is doing is cut.

        `whence` lets the session's other conversations see what was said.

        Raises:
            Conflict: the session has ended, or is about to.
        """
        session = self.find(name)
        if session.is_over or session.wanted is not Wanted.RUN:
            raise Conflict(f"Session {name} is {session.state}; `session restart` brings it back.")
        active = self._desk.tx.tasks.active(session.id)
        if now and active is not None and active.state is not TaskState.CANCELLING:
            move_task(self._desk, active, TaskTrigger.CANCEL, why="Interrupted by a new message.")
            withdraw_approvals(self._desk, session)
        checked = self._checked_prompt(text)
        task = self._queue_task(session, checked, by=by, is_urgent=now, whence=whence)
        attach(self._desk, task, files)
        return task

    def stop(self, name: str) -> Session:
        """Let a session end in order: its turn is cut, its containers stop within the grace.

        Raises:
            Conflict: it has ended.
        """
        session = self._open(name)
        if session.wanted is not Wanted.RUN:
            return session
        is_idle = all(t.state not in OPEN for t in self._desk.tx.tasks.of(session.id))
        reason = EndReason.DONE if is_idle else EndReason.STOPPED
        return request_stop(self._desk, session, Wanted.STOP, reason)

    def kill(self, name: str) -> Session:
        """End a session's container at once, whatever it does.

        Raises:
            Conflict: it has ended.
        """
        return request_stop(self._desk, self._open(name), Wanted.KILL, EndReason.KILLED)

    def restart(
        self, name: str, text: str, *, by: ActorId, whence: Whence | None = None
    ) -> Session:
        """Bring an ended session back on its own volumes, with a new task if `text` has one.

        Raises:
            Conflict: it has not ended, or its volumes are gone.
        """
        session = self.find(name)
        if session.attempt and session.is_over and session.volumes_until is None:
            raise Conflict(f"The volumes of {name} are gone; start a new session.")
        fresh = replace(
            session, wanted=Wanted.RUN, reason=None, deaths=0, once=False, volumes_until=None
        )
        moved = move_session(self._desk, fresh, SessionTrigger.RESTART)
        if text:
            self._queue_task(moved, self._checked_prompt(text), by=by, whence=whence)
        return moved

    def ask(self, name: str, kind: JobKind, args: Mapping[str, str], *, by: ActorId) -> Job:
        """Store a job on the session's work volume; a loop does it.

        Raises:
            Conflict: the session has no work volume, or none any more.
        """
        session = self.find(name)
        if not session.start_commit:
            raise Conflict(f"Session {name} has no work yet; it is {session.state}.")
        if session.is_over and session.volumes_until is None:
            raise Conflict(f"The volumes of {name} are gone.")
        now = self._desk.now
        job = Job(
            id=JobId(self._desk.world.new_id()),
            session=session.id,
            actor=by,
            kind=kind,
            created_at=now,
            changed_at=now,
            args=args,
        )
        self._desk.tx.jobs.add(job)
        tell_job(self._desk, job)
        return job

    def _open(self, name: str) -> Session:
        session = self.find(name)
        if session.is_over:
            raise Conflict(f"Session {name} has already ended: {session.reason}.")
        return session

    def _queued(self, request: StartRequest, project: Project) -> Session:
        settings = self._desk.settings
        agent: Agent = _named(settings.agents, request.agent or project.agent, "agent")
        environment: Environment = _named(
            settings.environments, request.environment or project.environment, "environment"
        )
        host = request.host or project.host
        if host is not None and settings.host(host) is None:
            raise NotFound(f"There is no host {host}; `host list` shows those there are.")
        now = self._desk.now
        return Session(
            id=SessionId(self._desk.world.new_id()),
            project=project.name,
            number=self._desk.tx.sessions.next_number(project.name),
            owner=request.actor,
            conversation=request.conversation,
            agent=agent.name,
            environment=environment.name,
            network=request.network or environment.network,
            once=request.once,
            host_wanted=host,
            created_at=now,
            changed_at=now,
        )

    def _queue_task(
        self,
        session: Session,
        text: str,
        *,
        by: ActorId,
        is_urgent: bool = False,
        whence: Whence | None = None,
    ) -> Task:
        now = self._desk.now
        task = Task(
            id=TaskId(self._desk.world.new_id()),
            session=session.id,
            number=self._desk.tx.tasks.next_number(session.id),
            actor=by,
            text=text,
            is_urgent=is_urgent,
            created_at=now,
            changed_at=now,
        )
        self._desk.tx.tasks.add(task)
        tell_task(self._desk, task, whence=whence)
        return task

    def _checked_prompt(self, text: str) -> str:
        max_chars = self._desk.settings.sizes.prompt_chars
        return checked_text(text, name="task", max_chars=max_chars)


def _named(things: Mapping[NameT, ValueT], name: NameT, noun: str) -> ValueT:
    if name not in things:
        known = ", ".join(sorted(things)) or "none"
        raise NotFound(f"There is no {noun} {name}; halyard.yaml has: {known}.")
    return things[name]
