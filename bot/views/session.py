"""Sessions as messages."""

from collections.abc import Sequence

from bot.core.call import Call
from bot.core.message import (
    Block,
    Button,
    Buttons,
    Checklist,
    Fields,
    Message,
    Mono,
    Table,
    Text,
    Tone,
    text,
)
from bot.views.event import line_of
from bot.views.task import resolving
from bot.views.words import claimed, context_of, moment, shortened, size
from engine.api import Event, Job, Json, Session, SessionView, Task, VolumeSizes, channel_at


def queued(session: Session) -> Message:
    """A session that waits for a host."""
    return Message(
        title=f"Session {session.name} is queued",
        blocks=(
            text(
                Mono(session.agent),
                " will work on ",
                Mono(session.project),
                " as ",
                Mono(session.name),
                ". A host is chosen now.",
            ),
            _buttons(session, "show", "stop"),
        ),
        tone=Tone.GOOD,
        data=plain(session),
        session=session.name,
    )


def listed(sessions: Sequence[Session]) -> Message:
    """Sessions, one a row."""
    if not sessions:
        return Message(
            title="There is no session yet",
            blocks=(text("Start one: ", Mono('session start PROJECT "what is to be done"')),),
            data=[],
        )
    rows = tuple(
        (s.name, _state(s), s.agent, s.host or "-", moment(s.created_at), shortened(s.why))
        for s in sessions
    )
    return Message(
        title="Sessions",
        blocks=(Table(("name", "state", "agent", "host", "created", "why"), rows),),
        data=[plain(session) for session in sessions],
    )


def shown(view: SessionView) -> Message:
    """Everything about one session."""
    session = view.session
    return Message(
        title=f"Session {session.name}",
        blocks=(Fields(_facts(view)), *checklist(view), *_pressing(view), _next(session)),
        data=plain_view(view),
        session=session.name,
    )


def told(session: str, task: Task, *, now: bool) -> Message:
    """A task that was queued behind what the session does, or before it."""
    name = f"{session}.{task.number}"
    order = "It comes next; what the agent was doing is cut." if now else "It waits for its turn."
    return Message(
        title=f"Task {name} is queued",
        blocks=(
            text(order),
            Buttons((Button("Drop it", Call("task drop", {"task": name})),)),
        ),
        tone=Tone.GOOD,
        data={"task": name, "state": task.state, "session": session},
        session=session,
    )


def stopping(session: Session) -> Message:
    """A session that a person wants to end, or that has just ended."""
    if session.is_over:
        return _over(session)
    return Message(
        title=f"Session {session.name} is stopping",
        blocks=(text("Its work is kept for a while after the end."), _buttons(session, "show")),
        data=plain(session),
        session=session.name,
    )


def restarted(session: Session) -> Message:
    """An ended session that comes back."""
    return Message(
        title=f"Session {session.name} is queued again",
        blocks=(text("It goes on where its work stands."), _buttons(session, "show", "stop")),
        tone=Tone.GOOD,
        data=plain(session),
        session=session.name,
    )


def log(session: str, events: Sequence[Event]) -> Message:
    """The newest events of a session, one a row."""
    rows = tuple((f"{e.number}", f"{e.at:%H:%M:%S}", e.kind.value, line_of(e)) for e in events)
    return Message(
        title=f"Newest events of {session}",
        blocks=(Table(("number", "time", "kind", "what"), rows),),
        data=[
            {"number": e.number, "at": e.at.isoformat(), "kind": e.kind, "data": e.data}
            for e in events
        ],
        session=session,
    )


def working(session: str, job: Job) -> Message:
    """A job whose result comes as an event."""
    return Message(
        title=f"Working on the {job.kind} of {session}",
        blocks=(text("The result comes here when it is ready."),),
        data={"job": job.id, "kind": job.kind, "state": job.state, "session": session},
        job=job.id,
        session=session,
    )


def plain(session: Session) -> dict[str, Json]:
    """A session for programs."""
    return {
        "name": session.name,
        "project": session.project,
        "state": session.state,
        "wanted": session.wanted,
        "reason": session.reason,
        "why": session.why,
        "agent": session.agent,
        "environment": session.environment,
        "network": session.network,
        "host": session.host,
        "owner": session.owner,
        "attempt": session.attempt,
        "once": session.once,
        "created_at": session.created_at.isoformat(),
        "changed_at": session.changed_at.isoformat(),
        "volumes_until": session.volumes_until.isoformat() if session.volumes_until else None,
    }


def plain_view(view: SessionView) -> dict[str, Json]:
    """A session with what is derived, for programs."""
    name = view.session.name
    return {
        **plain(view.session),
        "waiting": view.is_waiting,
        "unreachable": view.is_unreachable,
        "tasks": [{"task": f"{name}.{t.number}", "state": t.state} for t in view.tasks],
        "approvals": [f"{name}.{approval.number}" for approval in view.approvals],
        "plan": view.plan,
        "usage": view.usage,
        "work_bytes": view.volumes.work_bytes if view.volumes else None,
        "home_bytes": view.volumes.home_bytes if view.volumes else None,
        "events": view.events,
        "shared": [channel_at(mirror.conversation).name for mirror in view.mirrors],
    }


def state_of(view: SessionView) -> str:
    """The state with what is derived: evidence first, then what it waits for."""
    state = _state(view.session)
    if view.is_unreachable:
        return f"{state}, host unreachable"
    return f"{state}, waits for you" if view.is_waiting else state


def checklist(view: SessionView) -> tuple[Block, ...]:
    """The agent's plan, if it has made one."""
    items = tuple((str(e.get("status", "pending")), str(e.get("content", ""))) for e in view.plan)
    return (Checklist(items),) if items else ()


def _state(session: Session) -> str:
    return f"{session.state} ({session.reason})" if session.is_over else session.state


def _over(session: Session) -> Message:
    return Message(
        title=f"Session {session.name} has ended: {session.reason}",
        blocks=(text(session.why or "Nothing of it runs any more."), _next(session)),
        data=plain(session),
        session=session.name,
    )


def _facts(view: SessionView) -> tuple[tuple[str, str], ...]:
    session, active = view.session, view.active
    facts = (
        ("State", state_of(view)),
        ("Why", session.why),
        ("Task", f"{session.name}.{active.number}: {shortened(active.text)}" if active else ""),
        ("Queued tasks", str(view.queued) if view.queued else ""),
        ("Agent", f"{session.agent} in {session.environment}, network {session.network}"),
        ("Host", session.host or "not chosen yet"),
        ("Attempt", str(session.attempt) if session.attempt > 1 else ""),
        ("Context", context_of(view.usage)),
        ("Spent", claimed(view.usage)),
        ("Owner", session.owner),
        ("Talks in", channel_at(session.conversation).name if session.conversation.space else ""),
        ("Shared with", ", ".join(channel_at(m.conversation).name for m in view.mirrors)),
        ("Created", moment(session.created_at)),
        ("Disk", _disk(view.volumes)),
        ("Work kept until", moment(session.volumes_until) if session.volumes_until else ""),
    )
    return tuple((name, value) for name, value in facts if value)


def _disk(volumes: VolumeSizes | None) -> str:
    if volumes is None:
        return ""
    return f"{size(volumes.work_bytes)} work, {size(volumes.home_bytes)} home"


def _pressing(view: SessionView) -> tuple[Text | Buttons, ...]:
    """What only a person can move on."""
    name = view.session.name
    blocks: list[Text | Buttons] = []
    for approval in view.approvals:
        call = {"approval": f"{name}.{approval.number}"}
        blocks += [
            text("Waits for you: ", Mono(shortened(approval.title)), f" ({approval.kind})"),
            Buttons(
                (
                    Button("Show", Call("approval show", call)),
                    Button("Allow", Call("approval allow", call)),
                    Button("Deny", Call("approval deny", call)),
                )
            ),
        ]
    for task in view.unknown:
        unknown = f"{name}.{task.number}"
        asked = text("Nobody can tell whether task ", Mono(unknown), " was done.")
        blocks += [asked, resolving(unknown)]
    return tuple(blocks)


def _next(session: Session) -> Buttons:
    if not session.is_over:
        return _buttons(session, "log", "diff", "stop")
    if session.volumes_until is None:
        return _buttons(session, "log")
    return _buttons(session, "diff", "push", "restart")


def _buttons(session: Session, *verbs: str) -> Buttons:
    return Buttons(
        tuple(
            Button(verb.capitalize(), Call(f"session {verb}", {"session": session.name}))
            for verb in verbs
        )
    )
