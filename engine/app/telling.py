"""What there is to tell of an event, besides what is in it."""

from collections.abc import Sequence
from itertools import groupby

from engine.app.desk import Desk
from engine.domain.approval import Approval
from engine.domain.event import Event, EventKind
from engine.domain.job import Job
from engine.domain.session import Session, SessionState
from engine.domain.task import Task
from engine.domain.values import (
    ApprovalId,
    EventNumber,
    HostName,
    JobId,
    ProjectName,
    SessionId,
    TaskId,
)

STEPS_LOOKED_AT = 20
"""Events of tools among which the newest title is looked for: an update often has none."""


class Telling:
    """What faces ask when they tell people of events."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def session(self, id_: SessionId) -> Session:
        """Return the session of an event."""
        return self._desk.tx.sessions.get(id_)

    def task(self, id_: TaskId) -> Task:
        """Return the task of an event."""
        return self._desk.tx.tasks.get(id_)

    def approval(self, id_: ApprovalId) -> Approval:
        """Return the approval of an event."""
        return self._desk.tx.approvals.get(id_)

    def job(self, id_: JobId) -> Job:
        """Return the job of an event."""
        return self._desk.tx.jobs.get(id_)

    def on_host(self, host: HostName) -> Sequence[Session]:
        """Return the sessions on a host that have not ended."""
        alive = self._desk.tx.sessions.in_states(frozenset(SessionState) - {SessionState.ENDED})
        return [session for session in alive if session.host == host]

    def source(self, project: ProjectName) -> tuple[str, str]:
        """Return source and ref of a project; its name stands for one that was removed."""
        found = [one for one in self._desk.tx.projects.all() if one.name == project]
        return (found[0].source, found[0].ref) if found else (project, "")

    def first_task(self, session: Session) -> Task | None:
        """Return what a session was started for."""
        return self._desk.tx.tasks.find(session.id, 1)

    def said_last(self, turn: Event) -> str:
        """Return what the agent said in a turn since its last tool call."""
        return self._said(turn, after=self._before(turn, EventKind.TOOL, EventKind.TURN))

    def said_in(self, turn: Event) -> str:
        """Return all that the agent said in a turn."""
        return self._said(turn, after=self._before(turn, EventKind.TURN))

    def tools_before(self, tool: Event) -> frozenset[str]:
        """Return the ids of the turn's tool calls that were told of before this event."""
        tools = self._between(tool, self._before(tool, EventKind.TURN), EventKind.TOOL)
        return frozenset(str(told.data.get("id")) for told in tools)

    def step(self, task: Task) -> str:
        """Return what the agent does in a task: the title of its newest tool call, if any."""
        events, before = self._desk.tx.events, None
        for _ in range(STEPS_LOOKED_AT):
            tool = events.newest(task.session, EventKind.TOOL, before=before)
            if tool is None or tool.task != task.id:
                break
            if tool.data.get("title"):
                return str(tool.data["title"])
            before = tool.number
        return ""

    def _before(self, event: Event, *kinds: EventKind) -> EventNumber:
        """Return the number of the session's newest event of these kinds before `event`."""
        if event.session is None:
            return EventNumber(0)
        events = self._desk.tx.events
        found = [events.newest(event.session, kind, before=event.number) for kind in kinds]
        return max((one.number for one in found if one), default=EventNumber(0))

    def _said(self, event: Event, *, after: EventNumber) -> str:
        texts = self._between(event, after, EventKind.TEXT)
        messages = groupby(texts, key=lambda told: told.data.get("message"))
        return "\n\n".join(
            "".join(str(told.data.get("text", "")) for told in pieces) for _, pieces in messages
        )

    def _between(self, event: Event, after: EventNumber, kind: EventKind) -> Sequence[Event]:
        if event.session is None:
            return []
        found = self._desk.tx.events.between(event.session, kind, after=after, before=event.number)
        return [told for told in found if told.task == event.task]
